import { access, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { DeploymentView, ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { startSteadyVisitor } from '../support/steady-visitor.ts';
import { visit } from '../support/visit.ts';

// Whatever is wrong with a deployment: it fails with the cause, what served before goes on serving without one lost
// request, and nothing half-made is left.

let platform: Platform;
let service: ServiceView;
let good: DeploymentView;
let visitor: ReturnType<typeof startSteadyVisitor>;

beforeAll(async () => {
  platform = await startPlatform();
  const project = await platform.api.createProject('failures');
  service = await platform.api.createService(project.id, { name: 'steady' });
  good = await deployFiles(platform.api, service.id, nodeServer(`'good'`));
  expect(good).toMatchObject({ status: 'active' });
  visitor = startSteadyVisitor(service.url, { visitors: 2, pauseMs: 2 });
});

afterEach(async () => {
  // Each test has its own settings on top of these.
  await set({ build: { buildCommand: null, startCommand: null }, releaseCommand: null, healthCheck: { path: null } });
});

afterAll(async () => {
  await visitor.stop();
  await platform[Symbol.asyncDispose]();
});

async function set(settings: object): Promise<void> {
  await platform.api.done('PATCH', `/v1/services/${service.id}`, { settings });
}

const folderOf = ({ id }: DeploymentView) => join(platform.dataDir, 'builds', service.id, id);

/** The old release serves and has always served; of the failed deployment there is nothing but its record. */
async function expectNothingHappened(failed: DeploymentView): Promise<void> {
  const { api, agent } = platform;
  const seen = visitor.seen.count;
  await expect.poll(() => visitor.seen.count).toBeGreaterThan(seen);
  expect(visitor.seen).toMatchObject({ failures: [], bodies: ['good'] });
  expect(await api.done('GET', `/v1/deployments/${good.id}`)).toMatchObject({ status: 'active' });

  const instances = await api.instances(service.id);
  expect(instances).toEqual([expect.objectContaining({ deploymentId: good.id, state: 'running' })]);
  await expect(access(folderOf(failed))).rejects.toThrow('ENOENT');
  expect(await readdir(join(platform.dataDir, 'builds', service.id))).toEqual([good.id]);
  expect((await agent.listCommands()).filter(({ id }) => id.startsWith(failed.id))).toEqual([]);
  const route = await agent.getRoute('steady.localhost');
  expect(route.targets.map(({ id }) => id)).toEqual(instances.map(({ id }) => id));
}

/** Deploys files that cannot work; gives the failed deployment and all that its output says. */
async function fail(files: Record<string, string>): Promise<{ failed: DeploymentView; output: string }> {
  const failed = await deployFiles(platform.api, service.id, files);
  expect(failed.status).toBe('failed');
  await expectNothingHappened(failed);
  return { failed, output: (await platform.api.outputOf(failed.runId)).join('\n') };
}

const stateOf = (deployment: DeploymentView, step: string) =>
  deployment.steps?.find(({ name }) => name === step)?.state;

describe('before anything starts', () => {
  test('a source that nobody knows how to start', async () => {
    const { failed } = await fail({ 'notes.txt': 'only text' });
    expect(failed).toMatchObject({ errorCode: 'BUILD_PLAN_FAILED' });
    expect(failed.reason).not.toContain('\n');
    expect(stateOf(failed, 'plan')).toBe('failed');
  });

  test('a build command that fails', async () => {
    await set({ build: { buildCommand: 'echo compiling; echo "no such module: left-pad" >&2; exit 3' } });
    const { failed, output } = await fail(nodeServer(`'bad'`));
    expect(failed.errorCode).toBe('BUILD_COMMAND_FAILED');
    expect(failed.reason).toContain('exit code 3');
    expect(failed.reason).toContain('no such module: left-pad');
    expect(output).toContain('compiling');
    expect(stateOf(failed, 'build')).toBe('failed');
  });

  test('a release command that fails', async () => {
    await set({ releaseCommand: 'echo "relation users does not exist"; exit 1' });
    const { failed, output } = await fail(nodeServer(`'bad'`));
    expect(failed).toMatchObject({ errorCode: 'RELEASE_COMMAND_FAILED' });
    expect(failed.reason).toContain('The release command failed');
    expect(output).toContain('relation users does not exist');
    expect(stateOf(failed, 'release')).toBe('failed');
  });
});

describe('when the new release does not come up', () => {
  test('a start command that exits at once', async () => {
    const { failed, output } = await fail({
      ...nodeServer(`'bad'`),
      'server.js': `console.error('cannot find the configuration'); process.exit(7);`,
    });
    expect(failed).toMatchObject({ errorCode: 'INSTANCE_EXITED' });
    expect(failed.reason).toContain('The start command ended before the service answered');
    expect(failed.reason).toContain('exit code 7');
    expect(output).toContain('cannot find the configuration');
    expect(stateOf(failed, 'healthy')).toBe('failed');
  });

  test('a start command that is not there', async () => {
    await set({ build: { startCommand: 'no-such-program --serve' } });
    const { failed, output } = await fail(nodeServer(`'bad'`));
    expect(failed).toMatchObject({ errorCode: 'INSTANCE_EXITED' });
    expect(failed.reason).toContain('exit code 127');
    expect(output).toContain('no-such-program');
  });

  test('a process that never listens', async () => {
    await set({ healthCheck: { timeoutSeconds: 4 } });
    const { failed, output } = await fail({
      ...nodeServer(`'bad'`),
      'server.js': `console.log('thinking'); setInterval(() => {}, 1000);`,
    });
    expect(failed).toMatchObject({ errorCode: 'INSTANCE_NOT_LISTENING' });
    expect(failed.reason).toMatch(/^The service runs, but listens on no port \(waited 4 s for port \d+\)\.$/);
    expect(output).toContain('thinking');
  });

  test('a process that listens on another port', async () => {
    await set({ healthCheck: { timeoutSeconds: 4 } });
    const server = `require('node:http').createServer().listen(0, '127.0.0.1', function () { console.log('on', this.address().port); });`;
    const { failed, output } = await fail({
      'package.json': '{"scripts":{"start":"node server.js"}}',
      'server.js': server,
    });
    const port = /^on (\d+)$/m.exec(output)?.[1];
    expect(failed).toMatchObject({ errorCode: 'INSTANCE_ON_OTHER_PORT' });
    expect(failed.reason).toContain(`The service listens on 127.0.0.1:${port}, not on the port`);
  });

  test('a health path that answers 500', async () => {
    await set({ healthCheck: { path: '/health', timeoutSeconds: 4 } });
    const { failed } = await fail(nodeServer(`((response.statusCode = 500), 'broken')`));
    expect(failed).toMatchObject({
      errorCode: 'INSTANCE_UNHEALTHY',
      reason: 'The health check did not succeed within 4 s: /health answered 500.',
    });
  });
});

test('once what was wrong is mended, the next deployment serves', async () => {
  await visitor.stop();
  expect(await deployFiles(platform.api, service.id, nodeServer(`'mended'`))).toMatchObject({ status: 'active' });
  expect((await visit(service.url)).body).toBe('mended');
});
