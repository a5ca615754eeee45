import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { startServerProcess } from '../support/server-process.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

test('a data folder that was moved has its services built again, from what they were built from', {
  timeout: 300_000,
}, async () => {
  await using platform = await startServerProcess({});
  const { api } = platform;
  const project = await api.createProject('shop');
  const { id, url }: ServiceView = await api.createService(project.id, { name: 'web' });
  expect(await deployFiles(api, id, nodeServer(`'of the upload'`))).toMatchObject({ status: 'active' });
  expect((await visit(url)).body).toBe('of the upload');
  const former = platform.dataDir;

  await platform.moveTo(`${former}-moved`);
  await platform.start();
  const moved: ServiceView = await api.done('GET', `/v1/services/${id}`);
  await waitUntil('it answers at the new place', async () => (await visit(moved.url)).body === 'of the upload');

  // A start at the same place builds nothing, and nothing speaks of the old one any more.
  const countDeployments = async () => {
    const { items }: { items: unknown[] } = await api.done('GET', `/v1/services/${id}/deployments`);
    return items.length;
  };
  expect(await countDeployments()).toBe(2);
  await platform.restart();
  expect((await visit(moved.url)).body).toBe('of the upload');
  expect(await countDeployments()).toBe(2);
  expect(await readFile(join(platform.dataDir, 'database.json'), 'utf8')).not.toContain(`${former}/`);
});
