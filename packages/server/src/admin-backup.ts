import { stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { createFolderStore } from './adapters/object-store/folder/folder-store.ts';
import type { ObjectStore } from './adapters/object-store/object-store.ts';
import {
  type AdminContext,
  type AdminResult,
  requireOwnFolder,
  requireRootKey,
  withDatabase,
} from './admin-context.ts';
import { adminErrors } from './admin-errors.ts';
import { createAppBackupMaker, openBackupStore } from './app-platform.ts';
import { backupTarget } from './config/setting.ts';
import { version } from './kernel/version.ts';

/** A folder gets a file with a name of its own; what is no folder is the file's own name. */
async function openTarget({ args, config }: AdminContext): Promise<ObjectStore> {
  const to = args['to'] ?? '';
  const parsed = backupTarget.safeParse(to.startsWith('s3://') ? to : resolve(to));
  if (!parsed.success) {
    throw adminErrors.ADMIN_USAGE({
      message: `"${to}" is no place for a backup: a file, a folder, or s3://BUCKET/FOLDER.`,
    });
  }
  if (parsed.data.type === 's3') {
    if (config.backups.s3.accessKeyId === undefined || config.backups.s3.secretAccessKey === undefined) {
      throw adminErrors.ADMIN_USAGE({
        message: 'A bucket needs BACKUP_S3_ACCESS_KEY_ID and BACKUP_S3_SECRET_ACCESS_KEY.',
        hint: 'Set both in the environment, and BACKUP_S3_ENDPOINT for a server of your own.',
      });
    }
    return openBackupStore(parsed.data, config.backups);
  }
  const { folder } = parsed.data;
  if (to.endsWith('/') || (await stat(folder).catch(() => undefined))?.isDirectory()) {
    return createFolderStore({ folder });
  }
  const parent = createFolderStore({ folder: dirname(folder) });
  return { ...parent, place: folder, put: (_name, file, signal) => parent.put(basename(folder), file, signal) };
}

/** `davit admin backup --to`: beside a server that runs, or without one. */
export async function backUp(context: AdminContext): Promise<AdminResult> {
  const { config, signal, note } = context;
  await requireOwnFolder(config.paths.dataDir);
  const store = await openTarget(context);
  const rootKey = await requireRootKey(config);
  return await withDatabase(context, async (database) => {
    const maker = createAppBackupMaker({ config, database, rootKey, version });
    const { header, name, ...made } = await maker.make(store, signal, note);
    const value = { ...made, id: header.id, place: store.place, name, rootKeyId: header.rootKeyId };
    const text = [
      `Backed up ${made.total.tables} tables and ${made.total.files} files (${made.bytes} bytes) to ${store.place}.`,
      ...made.missing.map((why) => `Not in it: ${why}`),
      `The root key ${header.rootKeyId} is not in it: without a copy of it the secrets in this backup are lost.`,
    ].join('\n');
    return { value, text };
  });
}
