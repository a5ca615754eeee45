import { expect, onTestFinished, test } from 'vitest';
import { startEngines } from '../../../test/support/run-engines.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { BACKUP_KIND } from './backup-runs.ts';
import { createBackupService } from './backup-service.ts';

const store = {
  place: 'nowhere',
  put: async () => {},
  list: async () => [],
  fetch: async () => {},
  removeUnfinished: async () => {},
  remove: async () => {},
};

test('a schedule makes one backup each time, whatever the number of servers, and makes up for one that was missed', async () => {
  const world = await startEngines();
  onTestFinished(() => world[Symbol.asyncDispose]());
  const kind = world.kind(BACKUP_KIND, [{ name: 'write', run: async () => null }]);
  const engine = await world.engine({ kinds: [kind] });
  let now = new Date('2026-01-01T00:00:00Z');
  const { db, pool } = world.database;
  const server = (schedule = '30 3 * * *') =>
    createBackupService({
      db,
      pool,
      engine,
      store,
      schedule,
      keep: 7,
      clock: { now: () => now },
      logger: silentLogger,
    });
  const servers = [server(), server(), server()];
  const tick = async () => {
    await Promise.all(servers.map((each) => each.tick()));
    return (await engine.listRuns(null, { kind: BACKUP_KIND, limit: 50 })).length;
  };
  expect(await tick()).toBe(0);
  expect((await servers[0]?.status(AbortSignal.timeout(5000)))?.nextAt).toEqual(new Date('2026-01-01T03:30:00Z'));
  now = new Date('2026-01-01T03:29:59Z');
  expect(await tick()).toBe(0);
  now = new Date('2026-01-01T03:30:01Z');
  expect(await tick()).toBe(1);
  expect(await tick()).toBe(1);
  // Three nights without a server: one is made, not three.
  now = new Date('2026-01-04T12:00:00Z');
  expect(await tick()).toBe(2);
  expect(await tick()).toBe(2);
  // Another schedule begins anew.
  servers.splice(0, 3, server('0 12 * * *'));
  expect(await tick()).toBe(2);
  now = new Date('2026-01-05T12:00:01Z');
  expect(await tick()).toBe(3);
});
