import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { addOrganization, createBackupBed } from '../../../test/support/backup-bed.ts';
import { startEngines } from '../../../test/support/run-engines.ts';
import type { TestDatabase } from '../../../test/support/test-database.ts';
import { createFolderStore } from '../../adapters/object-store/folder/folder-store.ts';
import { createId } from '../../kernel/id.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { parseHead } from '../../platform/backup/backup-file.ts';
import { isInherited } from '../../platform/backup/restored-mark.ts';
import { checkRootKey } from '../../platform/crypto/root-key.ts';
import { findInstallationId } from '../../platform/db/installation-id.ts';
import { createBackupMaker } from './backup-maker.ts';
import { BACKUP_KIND } from './backup-runs.ts';
import { createBackupService } from './backup-service.ts';
import { adaptRestored } from './backup-store.ts';

const signal = AbortSignal.timeout(120_000);

/** Several installations with one place for backups, as a drill and what it is a drill for. */
async function startInstallations() {
  const bed = await createBackupBed();
  onTestFinished(() => bed[Symbol.asyncDispose]());
  const world = await startEngines();
  onTestFinished(() => world[Symbol.asyncDispose]());
  const engine = await world.engine({ kinds: [world.kind(BACKUP_KIND, [{ name: 'write', run: async () => null }])] });
  const store = createFolderStore({ folder: join(bed.folder, 'shared') });
  let started = 0;

  async function start(database?: TestDatabase) {
    const own = database ?? (await bed.database());
    await checkRootKey(own.db, bed.rootKey);
    const dataDir = join(bed.folder, `data-${started++}`);
    const currentRootKey = async () => bed.rootKey;
    const maker = createBackupMaker({ pool: own.pool, dataDir, version: '1.2.3', currentRootKey });
    const { db, pool } = own;
    const clock = { now: () => new Date() };
    const service = createBackupService({
      db,
      pool,
      engine,
      store,
      schedule: undefined,
      keep: 1,
      clock,
      logger: silentLogger,
    });
    return {
      database: own,
      async backUp(): Promise<string> {
        const { name } = await maker.make(store, signal, () => {});
        await maker.removeOld(store, 1, signal);
        return name;
      },
      service,
    };
  }
  return { bed, folder: join(bed.folder, 'shared'), start };
}

test('an installation counts and removes its own backups alone, and says of others what they are', async () => {
  const { folder, start } = await startInstallations();
  const first = await start();
  const theirs = await first.backUp();
  const other = await start();
  expect(await other.service.list(signal)).toMatchObject([{ name: theirs, installation: 'another' }]);
  expect(await other.service.status(signal)).toMatchObject({ newestAt: null, isOld: true });
  // As an older davit called them, whoever it was of.
  const old = 'davit-20260101T000000Z-bak_00000000000000000000000000.davit-backup';
  await copyFile(join(folder, theirs), join(folder, old));
  const replaced = await other.backUp();
  const ours = await other.backUp();
  expect((await readdir(folder)).toSorted()).toEqual([old, theirs, ours].toSorted());
  expect(ours).not.toBe(replaced);
  const listed = await other.service.list(signal);
  expect(new Map(listed.map(({ name, installation }) => [name, installation]))).toEqual(
    new Map([
      [theirs, 'another'],
      [old, 'unknown'],
      [ours, 'this'],
    ]),
  );
  expect(await other.service.status(signal)).toMatchObject({ newestAt: expect.any(Date), isOld: false });
});

test('what is restored is an installation of its own, and takes the backup of any', async () => {
  const { bed, folder, start } = await startInstallations();
  const first = await start();
  const early = createId('dep');
  expect(await isInherited(first.database.db, early)).toBe(false);
  await addOrganization(first.database, bed.rootKey, 'first');
  const theirs = await first.backUp();
  const head = parseHead(await readFile(join(folder, theirs)));
  const id = await findInstallationId(first.database.pool);
  expect(head?.header.installation).toBe(id);
  expect(theirs).toContain(id);

  const target = await bed.database();
  const adapt = (client: Parameters<typeof adaptRestored>[0]) =>
    adaptRestored(
      client,
      { id: 'bak_1', madeAt: new Date().toISOString() },
      { dataDir: folder, buildDir: folder },
    ).then(() => {});
  await bed.restore(target, join(folder, theirs), { adapt });
  const drill = await start(target);
  expect(await findInstallationId(target.pool)).not.toBe(id);
  // Whose images in a registry it must leave alone.
  expect(await isInherited(target.db, early)).toBe(true);
  expect(await isInherited(target.db, 'not made by davit')).toBe(true);
  expect(await isInherited(target.db, createId('dep', Date.now() + 60_000))).toBe(false);
  await drill.backUp();
  await drill.backUp();
  expect(await readdir(folder)).toContain(theirs);
  expect(await readdir(folder)).toHaveLength(2);
});
