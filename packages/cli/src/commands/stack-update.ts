import { type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { Option } from 'commander';
import { cancelled, failed } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { adviceOf, withAdvice } from '../deploy/advice.ts';
import { findResource } from '../infrastructure/find-resource.ts';
import { followUpdate, formatChanges, getUpdate } from '../infrastructure/follow-update.ts';
import { showRunLogs } from '../logs/run-logs.ts';
import type { Connection } from '../session/connection.ts';
import { formatAge } from '../terminal/duration.ts';
import type { Output } from '../terminal/output.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';

const statuses = ['queued', 'in_progress', 'success', 'failed', 'canceled'] as const;
const listed = 50;
const inFlight = 'what is in flight ends first';

interface ListOptions extends CommonOptions {
  resource?: string;
  status?: (typeof statuses)[number];
}

function rowOf({ id, operation, status, changes, createdAt, reason }: Schemas['StackUpdate']): string[] {
  const end = status === 'success' ? formatChanges(changes) : sanitizeLine(reason ?? '');
  return [id, operation, status, formatAge(createdAt), end];
}

/** One line each; under the newest that failed for a reason, what to do about that. */
function formatList(updates: readonly Schemas['StackUpdate'][]): string {
  const rows = formatTable(updates.map(rowOf)).split('\n');
  return withAdvice(updates.map(({ hint }, index) => ({ line: rows[index] ?? '', hint }))).join('\n');
}

async function list(context: Context, { resource, status }: ListOptions): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const cloudResourceId = resource === undefined ? undefined : (await findResource(api, resource)).id;
  const query = {
    limit: listed,
    ...(cloudResourceId === undefined ? {} : { cloudResourceId }),
    ...(status === undefined ? {} : { status }),
  };
  const { items } = await unwrap(api.GET('/v1/stack-updates', { params: { query } }));
  const text = items.length === 0 ? 'There is no stack update.' : formatList(items);
  output.result({ value: items, text, quiet: items.map(({ id }) => id).join('\n') });
}

/** Where it stands, of one that has not ended: its list has no word for that. */
async function progressLines({ api }: Connection, update: Schemas['StackUpdate']): Promise<string[]> {
  if (update.status !== 'in_progress' || update.approval?.state === 'waiting') return [];
  const { cancelRequestedAt } = await unwrap(api.GET('/v1/runs/{id}', { params: { path: { id: update.runId } } }));
  if (cancelRequestedAt !== null) return [`to be cancelled, asked for ${formatAge(cancelRequestedAt)}: ${inFlight}`];
  return update.currentStep === null ? [] : [`step ${sanitizeLine(update.currentStep)}`];
}

async function get(context: Context, _options: CommonOptions, id = ''): Promise<void> {
  const { output } = context;
  const connection = await context.connect();
  const update = await getUpdate(connection, id);
  const { credential, approval } = update;
  const lines = [
    formatList([update]),
    ...(await progressLines(connection, update)),
    `stack ${update.stackFqdn}`,
    ...(credential === null ? [] : [`credential ${credential.name}: ${sanitizeLine(credential.reason)}`]),
    ...(approval === null ? [] : [`approval ${approval.state}: ${formatChanges(approval.changes)}`]),
  ];
  output.result({ value: update, text: lines.join('\n'), quiet: update.status });
}

/** Says what came of an update to whoever has followed its output: that does not say so. @throws CliError unless it went well */
function tellEnd({ note }: Pick<Output, 'note'>, update: Schemas['StackUpdate']): void {
  const { id, operation, resource, status, changes, reason, hint, errorCode } = update;
  const what = `${operation} of ${resource.kind}/${resource.name}`;
  if (status === 'success') {
    note(`${what}: ${formatChanges(changes)}`);
    return;
  }
  const again = `\`davit stack-update retry ${id}\` does it again.`;
  const said = sanitizeLine(reason ?? '');
  if (status === 'canceled') throw cancelled(`${what} was canceled: ${said}`, { hint: again, details: { update } });
  throw failed(`${what} failed: ${said}`, { hint: adviceOf(hint, again), details: { code: errorCode, update } });
}

async function logs(context: Context, options: CommonOptions & { follow?: boolean }, id = ''): Promise<void> {
  const { output } = context;
  const connection = await context.connect();
  const { runId } = await getUpdate(connection, id);
  const follow = options.follow === true;
  await showRunLogs(connection, runId, { follow, lines: undefined, output });
  if (follow) tellEnd(output, await getUpdate(connection, id));
}

async function cancel(context: Context, _options: CommonOptions, id = ''): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const update = await unwrap(api.POST('/v1/stack-updates/{id}/cancel', { params: { path: { id } } }));
  output.result({
    value: update,
    text:
      update.status === 'canceled'
        ? `${update.id} is canceled.`
        : `Cancelling ${update.id}: ${inFlight}. \`davit stack-update logs -f ${update.id}\` shows it.`,
    quiet: update.status,
  });
}

/** Decides about a deployment that waits; one that is approved is shown until it has ended. */
function deciding(decision: 'approve' | 'discard') {
  return async (context: Context, options: CommonOptions & { detach?: boolean }, id = ''): Promise<void> => {
    const { output } = context;
    const connection = await context.connect();
    const path = `/v1/stack-updates/{id}/${decision}` as const;
    const update = await unwrap(connection.api.POST(path, { params: { path: { id } } }));
    if (decision === 'discard') {
      output.result({ value: update, text: `Discarded ${id}: nothing of it is done.`, quiet: update.status });
      return;
    }
    const ended = await followUpdate(connection, update, { output, detach: options.detach });
    const text = options.detach ? `Approved ${id}.` : `${ended.operation}: ${formatChanges(ended.changes)}`;
    output.result({ value: ended, text, quiet: ended.id });
  };
}

async function retry(context: Context, options: CommonOptions & { detach?: boolean }, id = ''): Promise<void> {
  const { output } = context;
  const connection = await context.connect();
  const update = await unwrap(connection.api.POST('/v1/stack-updates/{id}/retry', { params: { path: { id } } }));
  if (!options.detach) output.note(`Retrying as ${output.noteStyle.dim(update.id)}`);
  const ended = await followUpdate(connection, update, { output, detach: options.detach });
  const text = options.detach ? `Retrying as ${update.id}.` : `${ended.operation}: ${formatChanges(ended.changes)}`;
  output.result({ value: ended, text, quiet: ended.id });
}

/** `davit stack-update` */
export function createStackUpdateCommand(): Command {
  const one = (name: string, summary: string) =>
    davitCommand({ name, summary, examples: [[`davit stack-update ${name} stu_…`, summary]] }).argument(
      '<update>',
      'its id',
    );
  const listCommand = davitCommand({
    name: 'list',
    summary: 'list stack updates, newest first',
    examples: [['davit stack-update list --resource bucket', 'of one cloud resource']],
  })
    .option('--resource <resource>', 'of this one: name, KIND/NAME or id')
    .addOption(new Option('--status <status>', 'only those').choices(statuses));
  return commandGroup(
    {
      name: 'stack-update',
      summary: 'see, approve, cancel and retry what is done with cloud resources',
      examples: [['davit stack-update list', 'what was done, newest first']],
    },
    [
      acting<ListOptions>(listCommand, list),
      acting(one('get', 'show a stack update'), get),
      acting<CommonOptions & { follow?: boolean }>(
        one('logs', 'show the output of a stack update').option('-f, --follow', 'go on as lines come'),
        logs,
      ),
      acting<CommonOptions & { detach?: boolean }>(
        one('approve', 'approve a deployment that waits: it is done as it was previewed').option(
          '-d, --detach',
          'do not wait for it',
        ),
        deciding('approve'),
      ),
      acting(one('discard', 'discard a deployment that waits: nothing of it is done'), deciding('discard')),
      acting(one('cancel', 'cancel a stack update'), cancel),
      acting<CommonOptions & { detach?: boolean }>(
        one('retry', 'do the same again, with the manifest of that time').option('-d, --detach', 'do not wait for it'),
        retry,
      ),
    ],
  );
}
