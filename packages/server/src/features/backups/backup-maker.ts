import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import type { ObjectStore } from '../../adapters/object-store/object-store.ts';
import { createId } from '../../kernel/id.ts';
import { backupErrors } from '../../platform/backup/backup-errors.ts';
import { BACKUP_WORK, createWorkFolder } from '../../platform/backup/work-folder.ts';
import { type WrittenBackup, writeBackup } from '../../platform/backup/write-backup.ts';
import { ensureInstallationId, findInstallationId } from '../../platform/db/installation-id.ts';
import { backupName, isOwnBackup } from './backup.ts';
import { createBackupLock } from './backup-lock.ts';
import { explainUnreadableUpload, listUploadFiles } from './backup-store.ts';

export interface BackupMakerOptions {
  pool: Pool;
  dataDir: string;
  version: string;
  /** The root key that the database belongs to now. */
  readonly currentRootKey: () => Promise<Uint8Array>;
}

export interface MadeBackup extends WrittenBackup {
  name: string;
}

export type BackupMaker = ReturnType<typeof createBackupMaker>;

function isFull(thrown: unknown): boolean {
  const { code } = thrown as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT';
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** Makes backups and brings them to where they are kept. */
export function createBackupMaker({ pool, dataDir, version, currentRootKey }: BackupMakerOptions) {
  const folder = join(dataDir, BACKUP_WORK);
  const workFolder = createWorkFolder(folder);

  const lock = createBackupLock(pool);

  /** What was left by a backup that was killed: here, and where it was being put, unless another machine is putting there. */
  async function tidy(store: ObjectStore, signal: AbortSignal): Promise<void> {
    await workFolder.tidy(() =>
      lock.alone(async () => {
        const installation = await findInstallationId(pool);
        await store.removeUnfinished((name) => isOwnBackup(name, installation), signal);
      }),
    );
  }

  async function write(
    { path, id, installation }: { path: string; id: string; installation: string },
    signal: AbortSignal,
    onLine: (text: string) => void,
  ) {
    const rootKey = await currentRootKey();
    const client = await pool.connect();
    let failure: Error | undefined;
    try {
      return await writeBackup({
        client,
        rootKey,
        path,
        id,
        installation,
        version,
        signal,
        listExtras: (snapshot) => listUploadFiles(snapshot, dataDir),
        explainUnreadable: (extra, cause) => explainUnreadableUpload(pool, extra, cause, dataDir),
        onPart(part, end) {
          if (part.part === 'table' && end.rows > 0)
            onLine(`${part.name}: ${counted(end.rows, 'row')}, ${counted(end.bytes, 'byte')}`);
          if (part.part === 'file') onLine(`${part.path}: ${end.bytes} bytes`);
          if (part.part === 'missing') onLine(`not in this backup: ${part.why}`);
        },
      });
    } catch (thrown) {
      failure = thrown as Error;
      if (isFull(thrown)) {
        const message = `The disk of ${dataDir} is full: a backup is written there before it goes to its place.`;
        throw backupErrors.BACKUP_PLACE_FAILED({ message, cause: thrown });
      }
      throw thrown;
    } finally {
      // In the middle of a COPY a connection is of no further use.
      client.release(failure);
    }
  }

  return {
    tidy,

    /** A whole new backup in the store. */
    async make(store: ObjectStore, signal: AbortSignal, onLine: (text: string) => void): Promise<MadeBackup> {
      await tidy(store, signal);
      await using _alive = await workFolder.enter();
      await using _everywhere = await lock.enter();
      const id = createId('bak');
      const installation = await ensureInstallationId(pool);
      const name = backupName(id, installation, new Date());
      const path = join(folder, name);
      try {
        const written = await write({ path, id, installation }, signal, onLine);
        onLine(
          `${counted(written.total.tables, 'table')}, ${counted(written.total.rows, 'row')}, ${counted(written.total.files, 'file')}: ${counted(written.bytes, 'byte')}`,
        );
        await store.put(name, path, signal);
        onLine(`kept in ${store.place} as ${name}, SHA-256 ${written.sha256}`);
        return { ...written, name };
      } finally {
        await rm(path, { force: true });
      }
    },

    /** Removes all but the newest that this installation made; names of those that went. */
    async removeOld(store: ObjectStore, keep: number, signal: AbortSignal): Promise<string[]> {
      const installation = await ensureInstallationId(pool);
      const names = (await store.list(signal)).map(({ name }) => name);
      const gone = names
        .filter((name) => isOwnBackup(name, installation))
        .toSorted()
        .reverse()
        .slice(keep);
      for (const name of gone) await store.remove(name, signal);
      return gone;
    },
  };
}
