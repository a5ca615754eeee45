import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiCaller, type ServiceView } from '../support/api-caller.ts';
import { deployFiles } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// What fills the disk of a machine without a container engine, and what collecting frees there: nothing that a service needs.

interface Part {
  name: string;
  bytes: number | null;
  collectableBytes: number;
  place: string;
}
interface Storage {
  disks: { setting: string; totalBytes: number; freeBytes: number }[];
  parts: Part[];
  collectableBytes: number;
  lastCollection: { state: string; freedBytes: number | null } | null;
}
interface StoredArtifact {
  id: string;
  kind: string;
  kept: string;
  bytes: number | null;
  service: { id: string; name: string; project: string } | null;
  organization: { name: string } | null;
  deployments: { number: number }[];
}

const megabyte = 1_000_000;
let platform: Platform;
let shop: ServiceView;

const storage = () => platform.api.done<Storage>('GET', '/v1/platform/storage');
const partOf = async (name: string) => (await storage()).parts.find((part) => part.name === name);
const artifacts = async (query = '') =>
  (await platform.api.done<{ items: StoredArtifact[] }>('GET', `/v1/platform/artifacts${query}`)).items;

const lockfile = {
  name: 'shop',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'shop', dependencies: { weight: 'file:./weight' } },
    'node_modules/weight': { resolved: 'weight', link: true },
    weight: { version: '1.0.0' },
  },
};

/** An application with a dependency, which is kept for the next build. */
const application = (version: string) => ({
  'package.json': JSON.stringify({ name: 'shop', dependencies: { weight: 'file:./weight' } }),
  'package-lock.json': JSON.stringify(lockfile),
  'weight/package.json': JSON.stringify({ name: 'weight', version: '1.0.0' }),
  'weight/index.js': `module.exports = ${JSON.stringify('x'.repeat(megabyte))};`,
  'server.js': `
    require('node:http').createServer((_, response) => response.end('${version} ' + require('weight').length))
      .listen(process.env.PORT);`,
  Procfile: 'web: node server.js',
});

async function collect(): Promise<{ state: string; lines: string[] }> {
  const { runId } = await platform.api.done<{ runId: string }>('POST', '/v1/platform/storage/collect');
  const run = await waitUntil('the collection ends', async () => {
    const found = await platform.api.done<{ state: string }>('GET', `/v1/platform/runs/${runId}`);
    return found.state === 'queued' || found.state === 'running' ? undefined : found;
  });
  const output = await platform.api.done<{ lines: { content: string }[] }>('GET', `/v1/platform/runs/${runId}/output`);
  return { state: run.state, lines: output.lines.map(({ content }) => content) };
}

beforeAll(async () => {
  platform = await startPlatform({ environment: { OPEN_REGISTRATION: 'true' } });
  const { id } = await platform.api.createProject('market');
  shop = await platform.api.createService(id, { name: 'shop' });
  expect(await deployFiles(platform.api, shop.id, application('first'))).toMatchObject({ status: 'active' });
  expect(await deployFiles(platform.api, shop.id, application('second'))).toMatchObject({ status: 'active' });
});
afterAll(async () => {
  await platform?.[Symbol.asyncDispose]();
});

test('an operator sees what takes how much, and of which service and deployment what was built is', async () => {
  const { disks, parts } = await storage();
  expect(disks.map(({ setting }) => setting)).toEqual(['DATA_DIR', 'BUILD_DIR']);
  for (const { totalBytes, freeBytes } of disks) expect(totalBytes).toBeGreaterThan(freeBytes);
  const names = parts.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['artifacts', 'dependency-caches', 'logs', 'uploads', 'database']));
  expect(names).not.toContain('images');
  expect((await partOf('artifacts'))?.bytes).toBeGreaterThan(2 * megabyte);
  expect((await partOf('database'))?.bytes).toBeGreaterThan(megabyte);
  const [first, second] = await artifacts();
  const of = { service: { id: shop.id, name: 'shop', project: 'market' }, kind: 'folder' };
  const kept = [first, second].toSorted((one, other) => (one?.kept ?? '').localeCompare(other?.kept ?? ''));
  expect(kept).toMatchObject([
    { ...of, kept: 'active', deployments: [{ number: 2 }] },
    { ...of, kept: 'rollback', deployments: [{ number: 1 }] },
  ]);
  expect(await artifacts('?kept=active')).toHaveLength(1);
  expect(await artifacts('?serviceId=svc_other')).toEqual([]);
});

test('collecting frees what nothing needs, says how much, and touches nothing that a service or a stranger has', async () => {
  const [active] = await artifacts('?kept=active');
  const builds = dirname(active?.id ?? '');
  const leftover = join(builds, 'dep_01kleftoverofacrash0000000');
  const foreign = join(dirname(builds), 'of-somebody-else');
  for (const folder of [leftover, foreign]) {
    await mkdir(folder);
    await writeFile(join(folder, 'file'), Buffer.alloc(2 * megabyte, 1));
  }
  expect(await collect()).toMatchObject({
    state: 'succeeded',
    lines: expect.arrayContaining([expect.stringMatching(/^artifacts: (?:1\.9|2\.0) MiB freed$/)]),
  });
  expect([existsSync(leftover), existsSync(foreign)]).toEqual([false, true]);
  expect((await storage()).lastCollection).toMatchObject({ state: 'succeeded' });
  expect((await storage()).lastCollection?.freedBytes).toBeGreaterThanOrEqual(2 * megabyte);
  expect(await partOf('dependency-caches')).toMatchObject({ collectableBytes: 0 });
  expect((await visit(shop.url)).body).toBe(`second ${megabyte}`);
});

test('what was collected is got again by the next build, and what was kept is there for a rollback', async () => {
  expect(await deployFiles(platform.api, shop.id, application('third'))).toMatchObject({ status: 'active' });
  expect((await visit(shop.url)).body).toBe(`third ${megabyte}`);
  const { items } = await platform.api.done<{ items: { id: string }[] }>(
    'GET',
    `/v1/services/${shop.id}/rollback-candidates`,
  );
  const back = await platform.api.done<{ id: string }>('POST', `/v1/services/${shop.id}/rollback/${items.at(-1)?.id}`);
  expect(await platform.api.settled(back.id)).toMatchObject({ status: 'active' });
  expect((await visit(shop.url)).body).toBe(`first ${megabyte}`);
});

test('each build says how long it and its stages took, and what came from the cache', async () => {
  const { items } = await platform.api.done<{ items: { deploymentId: string; number: number }[] }>(
    'GET',
    `/v1/services/${shop.id}/builds`,
  );
  // The rollback has built nothing.
  expect(items.map(({ number }) => number)).toEqual([3, 2, 1]);
  const [third, second] = await Promise.all(
    items.map(({ deploymentId }) => platform.api.done<{ build: object }>('GET', `/v1/deployments/${deploymentId}`)),
  );
  const stage = { title: expect.stringContaining('npm'), seconds: expect.any(Number) };
  // What was collected had to be installed again.
  expect(third?.build).toMatchObject({ cachedStageCount: 0, imageBytes: null, stages: [{ ...stage, cached: false }] });
  expect(second?.build).toMatchObject({ stageCount: 1, cachedStageCount: 1, stages: [{ ...stage, cached: true }] });
});

test('a collection is in the audit log, and nobody but an operator may look or collect', async () => {
  const { organization } = await platform.api.done<{ organization: { id: string } }>('GET', '/auth/me');
  const log = await platform.api.done<{ items: { action: string; result: string }[] }>(
    'GET',
    `/v1/organizations/${organization.id}/audit-log?action=platform_storage.collect`,
  );
  expect(log.items).toMatchObject([{ result: 'done' }]);
  const stranger = createApiCaller(() => platform.url);
  await stranger.register({ email: 'stranger@example.com', password: 'correct horse battery', name: 'Stranger' });
  for (const [method, path] of [
    ['GET', '/v1/platform/storage'],
    ['GET', '/v1/platform/artifacts'],
    ['POST', '/v1/platform/storage/collect'],
    ['GET', '/v1/platform/registry'],
    ['POST', '/v1/platform/registry/test'],
  ] as const)
    expect([path, (await stranger.call(method, path)).status]).toEqual([path, 403]);
});

test('without a registry there is nothing to try, and the answer says what to set', async () => {
  expect(await platform.api.done('GET', '/v1/platform/registry')).toEqual({ place: null, username: null });
  const answer = await platform.api.call('POST', '/v1/platform/registry/test');
  expect([answer.status, answer.body['code']]).toEqual([409, 'REGISTRY_NOT_SET']);
});
