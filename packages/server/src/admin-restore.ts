import { rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type AdminContext, type AdminResult, requireOwnFolder, requireRootKey, withClient } from './admin-context.ts';
import { adminErrors } from './admin-errors.ts';
import { openBackupStore } from './app-platform.ts';
import { backupTarget } from './config/setting.ts';
import { type Adaptation, adaptRestored, placeOfExtra } from './features/backups/index.ts';
import { makePassableFolder } from './kernel/passable-folder.ts';
import { placeOf, writeKnownDatabase } from './known-database.ts';
import { backupErrors } from './platform/backup/backup-errors.ts';
import { openBackup } from './platform/backup/read-backup.ts';
import { restoreBackup } from './platform/backup/restore-backup.ts';
import { BACKUP_WORK, createWorkFolder } from './platform/backup/work-folder.ts';
import { ensureInstallationId } from './platform/db/installation-id.ts';
import { readMigrations } from './platform/db/migrate.ts';
import { findServerFile } from './server-file.ts';

/** A backup in a bucket is brought here first: it is read twice. */
async function fetchFrom(context: AdminContext, from: string): Promise<string> {
  const { config, signal, note } = context;
  const at = from.lastIndexOf('/');
  const parsed = backupTarget.safeParse(from.slice(0, at));
  if (!parsed.success || parsed.data.type !== 's3') {
    throw adminErrors.ADMIN_USAGE({ message: `"${from}" is no file in a bucket: s3://BUCKET/FOLDER/NAME.` });
  }
  const path = join(config.paths.dataDir, BACKUP_WORK, `restore-${process.pid}`);
  note(`fetching ${from}`);
  await openBackupStore(parsed.data, config.backups).fetch(from.slice(at + 1), path, signal);
  return path;
}

/** Which of several backups is meant, only a person knows. */
async function refuseFolder(from: string): Promise<void> {
  const isFolder = from.startsWith('s3://')
    ? from.endsWith('/')
    : (await stat(resolve(from)).catch(() => undefined))?.isDirectory();
  if (isFolder !== true) return;
  throw adminErrors.ADMIN_USAGE({
    message: `"${from}" is a folder: \`davit admin restore\` takes one file in it.`,
    hint: 'Name the file too: davit-TIME-….davit-backup, of which the one with the latest time is the newest.',
  });
}

async function refuseOwnServer(dataDir: string): Promise<void> {
  const server = await findServerFile(dataDir);
  if (server?.isRunning !== true) return;
  throw backupErrors.RESTORE_SERVER_RUNS({ message: `davit runs here, at ${server.url} (process ${server.pid}).` });
}

const nothingAdapted: Adaptation = {
  canceledRuns: 0,
  endedSessions: 0,
  servicesToBuild: 0,
  servicesToLookFor: 0,
  servicesToStart: 0,
};

/** What becomes of the services that ran, as far as it can be known without the engine that the server will have. */
function sayServices({ servicesToBuild, servicesToLookFor, servicesToStart }: Adaptation): string {
  const builds = 'is built again, from the same source, as soon as a server runs; until then it has no instances';
  const parts = [
    servicesToBuild > 0 && `Builds are in no backup. Each of the ${servicesToBuild} services that ran ${builds}.`,
    servicesToLookFor > 0 &&
      `${servicesToLookFor} services ran from an image that was built here and is in no registry: the server asks its engine for each when it starts, and builds again, from the same source, what is not there.`,
    servicesToStart > 0 &&
      `${servicesToStart} services ran from what is here or in a registry: the server starts them.`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'No service was running.' : `${parts.join(' ')} Look at \`davit status\`.`;
}

/** What the server that made the backup could not read. */
function sayMissing(missing: readonly string[]): string[] {
  if (missing.length === 0) return [];
  const mend = 'What was deployed from these cannot be built again from here: deploy it again from its folder.';
  return ['', ...missing.map((why) => `Not in the backup: ${why}`), mend];
}

function nextSteps(adaptation: Adaptation, madeAt: string): string[] {
  const { canceledRuns, endedSessions } = adaptation;
  return [
    '',
    `What happened after ${madeAt} is not here. Next:`,
    '  1. Start davit: `davit up` or `davit serve`, with the settings (environment variables) that it had.',
    `  2. Sign in again: all ${endedSessions} sessions were ended. API tokens and passwords are those of the backup, so one that was revoked since works again.`,
    `  3. ${sayServices(adaptation)}`,
    `  4. ${canceledRuns} runs were under way when the backup was made. They are canceled, not repeated: look at them, above all at those of cloud resources.`,
    '  5. Check it with `davit admin doctor`, and point DNS and proxies here.',
  ];
}

/** `davit admin restore FILE` */
export async function restore(context: AdminContext): Promise<AdminResult> {
  const { config, args, signal, note } = context;
  const { dataDir } = config.paths;
  const from = args['file'] ?? '';
  await refuseFolder(from);
  await requireOwnFolder(dataDir);
  await refuseOwnServer(dataDir);
  const rootKey = await requireRootKey(config);
  const isRemote = from.startsWith('s3://');
  if (isRemote) await makePassableFolder(dataDir);
  await using _alive = isRemote ? await createWorkFolder(join(dataDir, BACKUP_WORK)).enter() : undefined;
  const path = isRemote ? await fetchFrom(context, from) : resolve(from);
  try {
    const migrations = await readMigrations();
    note('checking the backup');
    const backup = await openBackup(path, { rootKey, migrations });
    const { id, createdAt: madeAt, version } = backup.header;
    note(`${id} of davit ${version}, made ${madeAt}: whole, and for this root key`);
    note(`into the database ${placeOf(config)}`);
    return await withClient(context, async (client) => {
      let adaptation: Adaptation = nothingAdapted;
      let databaseId = '';
      const missing: string[] = [];
      const total = await restoreBackup({
        client,
        backup,
        rootKey,
        migrations,
        signal,
        placeOf: (file) => placeOfExtra(file, dataDir),
        async adapt(inside) {
          adaptation = await adaptRestored(inside, { id, madeAt }, config.paths);
          databaseId = await ensureInstallationId(inside);
        },
        onPart(part) {
          if (part.part === 'missing') missing.push(part.why);
          else if (part.part !== 'sequence') note(part.part === 'table' ? part.name : part.path);
        },
      });
      // What runs here belongs to this database now: a server may begin with it.
      await makePassableFolder(dataDir);
      await writeKnownDatabase(config, databaseId);
      const counts = `${total.tables} tables, ${total.rows} rows and ${total.files} files`;
      const head = `Restored ${counts}: each with the count and the checksum that it had. The root key opens the secrets.`;
      const text = [head, ...sayMissing(missing), ...nextSteps(adaptation, madeAt)].join('\n');
      return { value: { id, madeAt, version, ...total, missing, ...adaptation }, text };
    });
  } finally {
    if (isRemote) await rm(path, { force: true });
  }
}
