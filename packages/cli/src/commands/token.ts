import { eachItem, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { expiryOf } from '../settings/expiry.ts';
import { formatAge } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

interface CreateOptions extends CommonOptions {
  scope: string;
  expires?: string;
}

const scopes = ['read', 'deploy', 'admin'] as const;

async function list(context: Context): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const tokens = await Array.fromAsync(
    eachItem((cursor) => unwrap(api.GET('/v1/api-tokens', { params: { query: { limit: 200, cursor } } }))),
  );
  const rows = tokens.map(({ id, name, scope, lastUsedAt, expiresAt }) => [
    id,
    sanitizeLine(name),
    scope,
    lastUsedAt === null ? 'never used' : `used ${formatAge(lastUsedAt)}`,
    expiresAt === null ? 'does not end' : `ends ${expiresAt.slice(0, 10)}`,
  ]);
  const text = tokens.length === 0 ? 'There is no API token.' : formatTable(rows);
  output.result({ value: tokens, text, quiet: tokens.map(({ id }) => id).join('\n') });
}

async function create(context: Context, options: CreateOptions, name = ''): Promise<void> {
  const { output } = context;
  const scope = scopes.find((each) => each === options.scope);
  if (scope === undefined) throw wrongUsage(`"${options.scope}" is no scope: it is read, deploy or admin.`);
  const expiresAt = expiryOf(options.expires);
  const { api } = await context.connect();
  const token = await unwrap(
    api.POST('/v1/api-tokens', { body: { name, scope, ...(expiresAt === undefined ? {} : { expiresAt }) } }),
  );
  output.note('It is shown this once. Give it to a program as DAVIT_TOKEN, with the server in DAVIT_URL:');
  output.result({ value: token, text: token.token, quiet: token.token });
}

async function revoke(context: Context, _options: CommonOptions, id = ''): Promise<void> {
  const { api } = await context.connect();
  await unwrap(api.DELETE('/v1/api-tokens/{id}', { params: { path: { id } } }));
  context.output.result({ value: { id, revoked: true }, text: `Revoked ${id}; it no longer works.` });
}

/** `davit token` */
export function createTokenCommand(): Command {
  const createCommand = davitCommand({
    name: 'create',
    summary: 'make an API token',
    examples: [
      ['davit token create ci --scope deploy --expires 90d', 'for a machine that deploys'],
      ['davit token create dashboard --scope read', 'for one that only looks'],
    ],
  })
    .argument('<name>', 'what it is for')
    .option('--scope <scope>', 'what it may do: read, deploy or admin', 'deploy')
    .option('--expires <time>', 'when it ends: 30d, or a date');
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list the API tokens',
    examples: [['davit token list', 'what they may do and when they were used']],
  });
  const revokeCommand = davitCommand({
    name: 'revoke',
    summary: 'make an API token worthless',
    examples: [['davit token revoke tok_0123', 'at once']],
  }).argument('<id>', 'from `davit token list`');
  return commandGroup(
    {
      name: 'token',
      summary: 'list, create and revoke API tokens',
      examples: [['davit token create ci', 'for a machine that deploys']],
    },
    [acting(listCommand, list), acting(createCommand, create), acting(revokeCommand, revoke)],
  );
}
