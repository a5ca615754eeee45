import { readFile, writeFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { type ApiClient, type Schemas, unwrap } from '@davit/api';
import type { Command } from 'commander';
import { cancelled, wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, commandGroup, davitCommand } from '../command-line/davit-command.ts';
import { findResource } from '../infrastructure/find-resource.ts';
import { followUpdate } from '../infrastructure/follow-update.ts';
import { type FollowOptions, followOptions } from '../infrastructure/update-options.ts';
import { formatAge } from '../terminal/duration.ts';
import { ask, canAsk } from '../terminal/prompt.ts';
import { formatTable } from '../terminal/table.ts';

type Checkpoint = Schemas['StackCheckpoint'];
interface ReplaceOptions extends FollowOptions {
  yes?: boolean;
  file?: string;
}

async function listCheckpoints(api: ApiClient, id: string): Promise<Checkpoint[]> {
  const query = { limit: 200 };
  const params = { path: { id }, query };
  return (await unwrap(api.GET('/v1/cloud-resources/{id}/checkpoints', { params }))).items;
}

function versionOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw wrongUsage(`"${text}" is no version of a state.`);
  return Number(text);
}

function rowOf({ version, operation, resources, pendingOperations, createdAt, current }: Checkpoint): string[] {
  const pending = pendingOperations > 0 ? `, ${pendingOperations} cut short` : '';
  return [
    `${version}${current ? ' *' : ''}`,
    operation ?? '-',
    `${resources} resources${pending}`,
    formatAge(createdAt),
  ];
}

async function list(context: Context, _options: CommonOptions, wanted = ''): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const found = await listCheckpoints(api, (await findResource(api, wanted)).id);
  const text = found.length === 0 ? 'There is no state yet.' : formatTable(found.map(rowOf));
  output.result({ value: found, text, quiet: found.map(({ version }) => version).join('\n') });
}

async function exportState(
  context: Context,
  options: CommonOptions & { file?: string },
  wanted = '',
  asked?: string,
): Promise<void> {
  const { output } = context;
  const given = asked === undefined ? undefined : versionOf(asked);
  const { api } = await context.connect();
  const { id } = await findResource(api, wanted);
  const version = given ?? (await listCheckpoints(api, id)).find(({ current }) => current)?.version;
  if (version === undefined) throw wrongUsage('There is no state yet: deploy the resource first.');
  const params = { path: { id, version } };
  const { state } = await unwrap(api.GET('/v1/cloud-resources/{id}/checkpoints/{version}/state', { params }));
  const json = `${JSON.stringify(state, null, 2)}\n`;
  if (options.file === undefined) {
    output.result({ value: state, text: json.trimEnd(), quiet: json.trimEnd() });
    return;
  }
  await writeFile(options.file, json, { mode: 0o600 });
  const result = { version, file: options.file };
  output.result({ value: result, text: `Version ${version} is in ${options.file}.`, quiet: options.file });
}

async function readState(file: string | undefined): Promise<Record<string, unknown>> {
  if (file === undefined) throw wrongUsage('Say where the state is, with --file; - is standard input.');
  const json = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8');
  try {
    const state: unknown = JSON.parse(json);
    if (typeof state === 'object' && state !== null && !Array.isArray(state)) return state as Record<string, unknown>;
  } catch {
    // Told below, as what is JSON and no state.
  }
  throw wrongUsage(`${file === '-' ? 'Standard input' : file} holds no state: it is no JSON object.`);
}

/** @throws CliError when the answer is not yes, or nobody can be asked */
async function confirmReplacement(name: string, by: string, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const what = `the state of ${name} by ${by}`;
  if (!canAsk()) throw wrongUsage(`Nobody can be asked whether to replace ${what}.`, { hint: 'Say so with --yes.' });
  const answer = await ask(`Replace ${what}? What really is there stays as it is. [y/N] `);
  if (!/^y/i.test(answer?.trim() ?? '')) throw cancelled('Nothing was replaced.');
}

async function finish(
  context: Context,
  connection: Awaited<ReturnType<Context['connect']>>,
  update: Schemas['StackUpdate'],
  { detach, verbose, name }: FollowOptions & { name: string },
): Promise<void> {
  const { output } = context;
  const ended = await followUpdate(connection, update, { output, verbose, detach });
  const text = detach ? `restore of ${name}: ${ended.id}` : `The state of ${name} is replaced.`;
  output.result({ value: ended, text, quiet: ended.id });
}

async function importState(context: Context, options: ReplaceOptions, wanted = ''): Promise<void> {
  const state = await readState(options.file);
  const connection = await context.connect();
  const { id, kind, name } = await findResource(connection.api, wanted);
  await confirmReplacement(`${kind}/${name}`, `that in ${options.file}`, options.yes);
  const params = { path: { id } };
  const update = await unwrap(connection.api.PUT('/v1/cloud-resources/{id}/state', { params, body: { state } }));
  await finish(context, connection, update, { ...options, name: `${kind}/${name}` });
}

async function restore(context: Context, options: ReplaceOptions, wanted = '', asked = ''): Promise<void> {
  const version = versionOf(asked);
  const connection = await context.connect();
  const { id, kind, name } = await findResource(connection.api, wanted);
  await confirmReplacement(`${kind}/${name}`, `version ${version}`, options.yes);
  const params = { path: { id, version } };
  const path = '/v1/cloud-resources/{id}/checkpoints/{version}/restore' as const;
  const update = await unwrap(connection.api.POST(path, { params }));
  await finish(context, connection, update, { ...options, name: `${kind}/${name}` });
}

/** `davit resource state` */
export function createResourceStateCommand(): Command {
  const one = (name: string, summary: string, example: string) =>
    davitCommand({ name, summary, examples: [[`davit resource state ${name} bucket${example}`, summary]] });
  const named = (command: Command) => command.argument('<resource>', 'name, KIND/NAME or id');
  const yes = (command: Command) => followOptions(command).option('-y, --yes', 'do not ask');
  return commandGroup(
    {
      name: 'state',
      summary: 'see, take out and put back the states of a stack',
      examples: [['davit resource state list bucket', 'those that are kept, newest first']],
    },
    [
      acting(named(one('list', 'list the states that are kept', '')), list),
      acting<CommonOptions & { file?: string }>(
        named(one('export', 'write a state, its secrets encrypted', ' > state.json'))
          .argument('[version]', 'the newest when none is given')
          .option('-f, --file <path>', 'into this file'),
        exportState,
      ),
      acting<ReplaceOptions>(
        yes(one('import', 'put a state in place of the newest', ' -f state.json')).option(
          '-f, --file <path>',
          'what `export` wrote, or - for standard input',
        ),
        importState,
      ),
      acting<ReplaceOptions>(
        yes(one('restore', 'put an earlier state in place of the newest', ' 3')).argument(
          '<version>',
          'as `list` shows it',
        ),
        restore,
      ),
    ],
  );
}
