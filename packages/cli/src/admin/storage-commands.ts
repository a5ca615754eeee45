import { eachItem, type Schemas, unwrap } from '@davit/api';
import { type Command, Option } from 'commander';
import { cancelled, wrongUsage } from '../command-line/cli-error.ts';
import type { CommonOptions, Context } from '../command-line/context.ts';
import { acting, davitCommand } from '../command-line/davit-command.ts';
import { formatAge, formatBytes } from '../terminal/duration.ts';
import { ask, canAsk } from '../terminal/prompt.ts';
import { sanitizeLine } from '../terminal/sanitize.ts';
import { formatTable } from '../terminal/table.ts';
import { followPlatformRun } from './follow-platform-run.ts';
import { warnOfFailure } from './warn-of-failure.ts';

type Storage = Schemas['PlatformStorage'];
type StoredArtifact = Schemas['StoredArtifact'];

const bytesOf = (bytes: number | null) => (bytes === null ? 'unknown' : formatBytes(bytes));

function storageText({ disks, parts }: Storage): string {
  const rows = parts.map(({ name, bytes, collectableBytes, place }) => [
    name,
    bytesOf(bytes),
    collectableBytes === 0 ? '' : `${formatBytes(collectableBytes)} to collect`,
    place,
  ]);
  const free = disks.map(
    ({ setting, folder, freeBytes, totalBytes }) =>
      `${setting} ${folder}: ${formatBytes(freeBytes)} of ${formatBytes(totalBytes)} are free`,
  );
  return [formatTable(rows), ...free].join('\n');
}

/** @throws CliError unless the answer is yes */
async function confirmCollection(storage: Storage, yes: boolean | undefined): Promise<void> {
  if (yes) return;
  const much = formatBytes(storage.collectableBytes);
  if (!canAsk())
    throw wrongUsage(`Nobody can be asked whether to free at least ${much}.`, { hint: 'Say so with --yes.' });
  const answer = await ask(
    `Free at least ${much} that nothing needs? The next builds fetch again what they miss. [y/N] `,
  );
  if (!/^y/i.test(answer?.trim() ?? '')) throw cancelled('Nothing was collected.');
}

async function storage(context: Context, options: CommonOptions & { collect?: boolean; yes?: boolean }): Promise<void> {
  const { output } = context;
  const connection = await context.connect();
  const { api } = connection;
  const before = await unwrap(api.GET('/v1/platform/storage'));
  if (options.collect !== true) {
    const quiet = String(before.collectableBytes);
    output.result({ value: before, text: storageText(before), quiet });
    for (const part of before.parts) if (part.bytes === null) output.warn(`${part.name}: ${part.detail}`);
    warnOfFailure(output, 'the last collection', before.lastCollection);
    if (before.collectableBytes > 0)
      output.note(output.noteStyle.dim('Free what nothing needs: davit admin storage --collect'));
    return;
  }
  await confirmCollection(before, options.yes);
  const { runId } = await unwrap(api.POST('/v1/platform/storage/collect'));
  const run = await followPlatformRun(connection, runId, output);
  const after = await unwrap(api.GET('/v1/platform/storage'));
  const freed = after.lastCollection?.freedBytes ?? 0;
  output.result({ value: { run, storage: after }, text: `${formatBytes(freed)} freed.`, quiet: String(freed) });
}

function artifactRow({ kind, kept, bytes, service, deployments, id, isOwn, createdAt }: StoredArtifact): string[] {
  return [
    service === null ? '(deleted service)' : sanitizeLine(`${service.project}/${service.name}`),
    deployments.map(({ number }) => `#${number}`).join(' '),
    isOwn ? kind : `${kind}, fetched`,
    bytesOf(bytes),
    kept,
    createdAt === null ? '' : formatAge(createdAt),
    id.replace(/^sha256:([0-9a-f]{12}).*$/, '$1'),
  ];
}

async function images(context: Context, { kept }: CommonOptions & { kept?: StoredArtifact['kept'] }): Promise<void> {
  const { output } = context;
  const { api } = await context.connect();
  const wanted = kept === undefined ? {} : { kept };
  const query = (cursor: string | undefined) => ({ params: { query: { limit: 200, cursor, ...wanted } } });
  const found = await Array.fromAsync(eachItem((cursor) => unwrap(api.GET('/v1/platform/artifacts', query(cursor)))));
  const head = ['SERVICE', 'DEPLOYMENTS', 'KIND', 'SIZE', 'KEPT', 'MADE', 'ID'];
  output.result({
    value: found,
    text: found.length === 0 ? 'Nothing was built yet.' : formatTable([head, ...found.map(artifactRow)]),
    quiet: found.map(({ id }) => id).join('\n'),
  });
}

/** `davit admin storage` and `images`. */
export function createStorageCommands(): Command[] {
  const storageCommand = davitCommand({
    name: 'storage',
    summary: 'show what fills the disk, and free what nothing needs',
    description:
      'Shows what takes how much on the machine of davit: images, builds, caches, sources, logs, backups, the database. With --collect\nwhat no release needs is removed: never an image or a cache that davit has not made.',
    examples: [
      ['davit admin storage', 'what takes how much'],
      ['davit admin storage --collect', 'free what nothing needs, after a question'],
    ],
  })
    .option('--collect', 'free what nothing needs')
    .option('--yes', 'do not ask');
  const imagesCommand = davitCommand({
    name: 'images',
    summary: 'list what builds made, and why it is kept',
    description:
      'Lists images, and folders of services that run as plain processes: of which service and deployments, how large, and whether it\nis active, kept for a rollback, or can be collected.',
    examples: [
      ['davit admin images', 'the largest first'],
      ['davit admin images --kept collectable', 'what collecting would remove'],
    ],
  }).addOption(
    new Option('--kept <reason>', 'only those').choices(['active', 'rollback', 'building', 'collectable'] as const),
  );
  return [
    acting<CommonOptions & { collect?: boolean; yes?: boolean }>(storageCommand, storage),
    acting<CommonOptions & { kept?: StoredArtifact['kept'] }>(imagesCommand, images),
  ];
}
