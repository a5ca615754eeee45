import { once } from 'node:events';
import { access, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { runAdmin } from '../support/run-admin.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// A disk that is not mounted, a DATABASE_URL that is another's: a database that does not know what runs must not end it.

async function stop({ server }: ServerProcess): Promise<void> {
  const gone = once(server, 'exit');
  server.kill('SIGTERM');
  await gone;
}

const instancesOf = async ({ agent }: ServerProcess) =>
  (await agent.listInstances()).map(({ id, pid }) => ({ id, pid }));

test('a server without its database refuses to start, and what runs goes on; with it, all is as before', {
  timeout: 300_000,
}, async () => {
  const kept = await mkdtemp(join(tmpdir(), 'davit-kept-'));
  try {
    await using other = await createTestDatabase({ settleMs: 20_000 });
    await using platform = await startServerProcess({});
    const { api, dataDir } = platform;
    const project = await api.createProject('shop');
    const service: ServiceView = await api.createService(project.id, { name: 'web' });
    expect(await deployFiles(api, service.id, nodeServer(`'still here'`))).toMatchObject({ status: 'active' });
    const file = join(kept, 'a.davit-backup');
    expect(await runAdmin('backup', { DATA_DIR: dataDir }, { to: file })).toMatchObject({ exitCode: 0 });
    const before = await instancesOf(platform);
    expect(before).toHaveLength(1);
    const serves = async () => (await visit(service.url)).body === 'still here';
    const expectUntouched = async () => {
      expect(await serves()).toBe(true);
      expect(await instancesOf(platform)).toEqual(before);
    };
    const expectKnown = async () => {
      expect(await api.done('GET', `/v1/services/${service.id}`)).toMatchObject({ name: 'web' });
      await expectUntouched();
    };

    const data = join(dataDir, 'postgres', 'data');
    await stop(platform);
    await rename(data, join(kept, 'data'));
    await expect(platform.start()).rejects.toThrow(/belongs to the database .+ None is there now[^]+remove the file/);
    await expect(access(data)).rejects.toThrow('ENOENT');
    await expectUntouched();
    // No command of an operator makes an empty one either.
    expect(await runAdmin('backup', { DATA_DIR: dataDir }, { to: kept })).toMatchObject({
      code: 'DATABASE_NOT_THE_KNOWN',
    });

    await rename(join(kept, 'data'), data);
    await platform.start();
    await expectKnown();

    await expect(platform.reconfigure({ DATABASE_URL: other.connectionString })).rejects.toThrow(
      /What is at \S+ is a new one, and here are 1 processes, 0 containers and 1 routes/,
    );
    await expectUntouched();

    // What a restore puts there is meant.
    await rename(data, join(kept, 'former'));
    expect(await runAdmin('restore', { DATA_DIR: dataDir }, { file })).toMatchObject({
      exitCode: 0,
      value: { servicesToBuild: 0, servicesToStart: 1 },
    });
    await platform.reconfigure({ DATABASE_URL: '' });
    await api.login('owner@example.com', 'correct horse battery');
    await expectKnown();

    // And so is what somebody says.
    await stop(platform);
    await rm(join(dataDir, 'database.json'));
    await platform.reconfigure({ DATABASE_URL: other.connectionString });
    await waitUntil('what the other database does not know is ended', async () => {
      const [instances, routes] = await Promise.all([platform.agent.listInstances(), platform.agent.listRoutes()]);
      return instances.length + routes.length === 0;
    });
  } finally {
    await rm(kept, { recursive: true, force: true });
  }
});
