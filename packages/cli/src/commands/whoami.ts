import { unwrap } from '@davit/api';
import type { Command } from 'commander';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';

async function whoami(context: Context): Promise<void> {
  const { output } = context;
  const { api, url } = await context.connect();
  const me = await unwrap(api.GET('/auth/me'));
  const via = me.via === 'api_token' ? `, with an API token (${me.scope})` : '';
  output.result({
    value: { url, ...me },
    text: `${me.user.email}, ${me.organization.role} of ${me.organization.name}, at ${url}${via}`,
    quiet: me.user.email,
  });
}

/** `davit whoami` */
export function createWhoamiCommand(): Command {
  const command = davitCommand({
    name: 'whoami',
    summary: 'show who you are, and where',
    examples: [['davit whoami', 'user, organization and server']],
  });
  return acting<CommonOptions>(command, whoami);
}
