import { type ApiClient, type paths, type Schemas, unwrap } from '@davit/api';
import { type Command, Option } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { parseMoment } from '../terminal/duration.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

type AuditEntry = Schemas['AuditEntry'];

interface AuditOptions extends CommonOptions {
  action?: string;
  subject?: string;
  actor?: string;
  from?: string;
  result?: AuditEntry['result'];
  platform?: boolean;
  since?: string;
  until?: string;
  limit: string;
}

const mostAtOnce = 200;

function momentOf(option: string, text: string): string {
  const found = parseMoment(text);
  if (found === undefined)
    throw wrongUsage(`${option} ${text} is no time.`, { hint: 'Write 30m, 2h, 7d or a date such as 2026-11-22.' });
  return found;
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostAtOnce) return limit;
  throw wrongUsage(`--limit ${text} is not from 1 to ${mostAtOnce}.`);
}

const actorOf = ({ actorId, actorKind }: AuditEntry) => actorId ?? actorKind;

function rowOf(entry: AuditEntry): string[] {
  const { at, action, subject, result, address, details } = entry;
  const { code } = details;
  const why = typeof code === 'string' ? sanitizeLine(code) : '';
  return [at, result, action, sanitizeLine(subject ?? ''), sanitizeLine(actorOf(entry)), address ?? '', why];
}

type Query = NonNullable<paths['/v1/platform/audit-log']['get']['parameters']['query']>;

async function readOwn(api: ApiClient, query: Query) {
  const { organization } = await unwrap(api.GET('/auth/me'));
  const params = { path: { id: organization.id }, query };
  return await unwrap(api.GET('/v1/organizations/{id}/audit-log', { params }));
}

const readPlatform = (api: ApiClient, query: Query) => unwrap(api.GET('/v1/platform/audit-log', { params: { query } }));

async function audit(context: Context, options: AuditOptions): Promise<void> {
  const { action, subject, actor, from, result, since, until } = options;
  const { api } = await context.connect();
  const query = {
    limit: limitOf(options.limit),
    ...(action !== undefined && { action }),
    ...(subject !== undefined && { subject }),
    ...(actor !== undefined && { actor }),
    ...(from !== undefined && { address: from }),
    ...(result !== undefined && { result }),
    ...(since !== undefined && { since: momentOf('--since', since) }),
    ...(until !== undefined && { until: momentOf('--until', until) }),
  };
  const { items, nextCursor } = await (options.platform === true ? readPlatform(api, query) : readOwn(api, query));
  const head = ['AT', 'RESULT', 'ACTION', 'SUBJECT', 'BY', 'FROM', 'WHY NOT'];
  context.output.result({
    value: items,
    text: items.length === 0 ? 'Nothing like that is in the audit log.' : formatTable([head, ...items.map(rowOf)]),
    quiet: items.map(({ id }) => id).join('\n'),
  });
  if (nextCursor !== null) context.output.note('There is more: give --until the time of the last line.');
}

/** `davit audit` */
export function createAuditCommand(): Command {
  const command = davitCommand({
    name: 'audit',
    summary: 'show who did what, and what was refused',
    description:
      'The audit log of the organization, newest first, for its admins.\nWith --platform what is in the log of no organization, for operators: refused sign-ins of unknown people, and what davit did by itself.',
    examples: [
      ['davit audit --since 2h', 'of the last two hours'],
      ['davit audit --action member. --limit 200', 'all that was done to members'],
      ['davit audit --result refused --since 7d', 'what was refused in a week'],
      ['davit audit --subject svc_01k… --json', 'what was done to one thing, with all details'],
    ],
  })
    .option('--action <action>', 'such as member.remove; all that begin so with a dot at its end')
    .option('--subject <id>', 'what it was done to')
    .option('--actor <id>', 'a user or API token')
    .option('--from <address>', 'the IP address that it came from')
    .addOption(new Option('--result <result>', 'how it ended').choices(['done', 'refused', 'failed']))
    .option('--platform', 'what is in the log of no organization; for operators')
    .option('--since <time>', '30m, 2h, 7d or a date')
    .option('--until <time>', 'likewise; before then')
    .option('--limit <number>', 'how many at most', '50');
  return acting<AuditOptions>(command, audit);
}
