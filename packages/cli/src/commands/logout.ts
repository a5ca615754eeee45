import { createApiClient, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { failed, notFound } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { localKey } from '../local/claim-local-server.ts';
import { findLocalServer } from '../local/local-server.ts';

interface LogoutOptions extends CommonOptions {
  forgetPassword?: boolean;
}

async function logout({ environment, config, output }: Context, options: LogoutOptions, text?: string): Promise<void> {
  const { current, servers } = await config.read();
  const key = text?.replace(/\/+$/, '') ?? environment.url ?? current ?? localKey(environment.dataDir);
  const account = servers[key];
  if (account === undefined) {
    throw notFound(`You are not signed in to ${key}.`, {
      lines: Object.keys(servers).map((name) => `  ${name}`),
    });
  }
  if (account.password !== undefined && !options.forgetPassword) {
    throw failed(`The password of ${account.email} is kept nowhere but in ${config.path}.`, {
      hint: 'Copy it first, then use --forget-password.',
    });
  }
  const url = key.startsWith('local:') ? (await findLocalServer(environment.dataDir))?.url : key;
  const { refreshToken } = account;
  let isRevoked = false;
  if (url !== undefined && refreshToken !== undefined) {
    const api = createApiClient({ baseUrl: url, token: async () => undefined });
    isRevoked = await unwrap(api.POST('/auth/logout', { body: { refreshToken } })).then(
      () => true,
      () => false,
    );
  }
  await config.update((stored) => {
    delete stored.servers[key];
    if (stored.current === key) delete stored.current;
  });
  if (refreshToken !== undefined && !isRevoked) {
    output.warn('the server could not be told; the sign-in there ends by itself, or in its list of sessions');
  }
  output.result({ value: { server: key, revoked: isRevoked }, text: `Signed out of ${key}.` });
}

/** `davit logout` */
export function createLogoutCommand(): Command {
  const command = davitCommand({
    name: 'logout',
    summary: 'sign out',
    examples: [
      ['davit logout', 'of the server that you signed in to last'],
      ['davit logout https://davit.example.com', 'of this one'],
    ],
  })
    .argument('[url]', 'the server')
    .option('--forget-password', 'also where its password is kept nowhere else');
  return acting<LogoutOptions>(command, logout);
}
