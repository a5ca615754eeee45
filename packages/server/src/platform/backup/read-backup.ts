import { timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { rootKeyId } from '../crypto/root-key.ts';
import type { Migration } from '../db/migrate.ts';
import { backupErrors } from './backup-errors.ts';
import { type BackupHeader, createBackupMac, decodeFrames, type Frame, MAC_BYTES, parseHead } from './backup-file.ts';

/** A backup that was found whole and unchanged, by this root key and this version of davit. */
export interface CheckedBackup {
  header: BackupHeader;
  frames(): AsyncGenerator<Frame, void, undefined>;
}

const HEAD_BYTES = 1024 * 1024;

async function readHead(file: FileHandle): Promise<{ header: BackupHeader; length: number }> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const head = parseHead(buffer.subarray(0, bytesRead));
  if (head === undefined) throw backupErrors.BACKUP_FILE_UNREADABLE();
  return head;
}

function checkHeader(header: BackupHeader, rootKey: Uint8Array, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ name, checksum }) => [name, checksum]));
  const unknown = header.migrations.filter(({ name }) => !known.has(name)).map(({ name }) => name);
  if (unknown.length > 0) {
    throw backupErrors.BACKUP_NEWER_THAN_CODE({
      message: `The backup was made by davit ${header.version}, whose database has what this version does not know: ${unknown.join(', ')}.`,
    });
  }
  const changed = header.migrations.find(({ name, checksum }) => known.get(name) !== checksum);
  if (changed !== undefined) {
    throw backupErrors.BACKUP_NEWER_THAN_CODE({
      message: `The backup was made with another form of the migration ${changed.name}.`,
    });
  }
  if (header.rootKeyId !== rootKeyId(rootKey)) {
    throw backupErrors.BACKUP_OF_ANOTHER_KEY({
      message: `The backup needs the root key ${header.rootKeyId}; this installation has ${rootKeyId(rootKey)}.`,
    });
  }
}

/** Reads all of it once, before anything is written. */
async function checkMac(path: string, rootKey: Uint8Array, size: number, head: number): Promise<void> {
  const signed = size - MAC_BYTES;
  if (signed <= head) throw backupErrors.BACKUP_FILE_DAMAGED();
  const mac = createBackupMac(rootKey);
  for await (const piece of createReadStream(path, { end: signed - 1 })) mac.update(piece as Buffer);
  const stored: Buffer[] = [];
  for await (const piece of createReadStream(path, { start: signed })) stored.push(piece as Buffer);
  const found = Buffer.concat(stored);
  if (found.length !== MAC_BYTES || !timingSafeEqual(found, mac.digest())) throw backupErrors.BACKUP_FILE_DAMAGED();
}

/**
 * Opens a backup and checks it from the first byte to the last: what it was made by, for which key, and that nothing is missing
 * or changed.
 *
 * @throws AppError BACKUP_FILE_UNREADABLE, BACKUP_FILE_DAMAGED, BACKUP_NEWER_THAN_CODE, BACKUP_OF_ANOTHER_KEY
 */
export async function openBackup(
  path: string,
  options: { rootKey: Uint8Array; migrations: readonly Migration[] },
): Promise<CheckedBackup> {
  const { header, length, size } = await open(path, 'r').then(
    async (file) => {
      try {
        return { ...(await readHead(file)), size: (await file.stat()).size };
      } finally {
        await file.close();
      }
    },
    (cause: NodeJS.ErrnoException) => {
      throw backupErrors.BACKUP_FILE_UNREADABLE({ message: `${path} cannot be read: ${cause.message}.`, cause });
    },
  );
  checkHeader(header, options.rootKey, options.migrations);
  await checkMac(path, options.rootKey, size, length);
  return {
    header,
    async *frames() {
      const gunzip = createGunzip();
      // Errors of either end come out of the iteration.
      pipeline(createReadStream(path, { start: length, end: size - MAC_BYTES - 1 }), gunzip, () => {});
      yield* decodeFrames(gunzip as AsyncIterable<Buffer>);
    },
  };
}
