import { randomBytes } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startTestAgent, type TestAgent } from '../../../test/support/test-agent.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { visit } from '../../../test/support/visit.ts';
import { createAgentLogStore } from '../../adapters/log-store/agent/agent-log-store.ts';
import { createEmbeddedProxy } from '../../adapters/proxy/embedded/embedded-proxy.ts';
import type { Proxy } from '../../adapters/proxy/proxy.ts';
import { createProcessRuntime } from '../../adapters/runtime/process/process-runtime.ts';
import type { Runtime } from '../../adapters/runtime/runtime.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { createSecretBox } from '../../platform/crypto/secret-box.ts';
import { type RunContext, RunInterruption } from '../../platform/runs/run-kind.ts';
import { createProjectService } from '../projects/index.ts';
import { createServiceService, updateService } from '../services/index.ts';
import { sealVariables } from '../variables/index.ts';
import type { AddressesOf } from './addresses.ts';
import { createConvergence } from './convergence.ts';
import type { ServiceRunInput } from './deployment-context.ts';
import { createReleaseLoader } from './release-loader.ts';
import { activateRelease } from './release-store.ts';
import { createRollout } from './rollout.ts';
import { createRolloutSteps } from './rollout-steps.ts';

let database: TestDatabase;
let agent: TestAgent;
beforeEach(async () => {
  [database, agent] = await Promise.all([createTestDatabase(), startTestAgent()]);
});
afterEach(async () => {
  await agent[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

const organizationId = 'org_1';
const signal = new AbortController().signal;
const hostOf = (label: string) => `${label}.example.org`;
type Happening = () => Promise<void>;
const nothing: Happening = async () => undefined;

const script = `require('node:http').createServer((q, a) => a.end('ok')).listen(process.env.PORT, '127.0.0.1')`;

/** A service with two releases that could run, of which none is active. What is given happens right before a route is set, or a look at what runs. */
async function createWorld({ onRoute = nothing, onLook = nothing }: { onRoute?: Happening; onLook?: Happening }) {
  const { db } = database;
  await db.insertInto('organizations').values({ id: organizationId, name: 'Acme' }).execute();
  const secretBox = createSecretBox({ db, rootKey: randomBytes(32) });
  const projects = createProjectService({ db });
  const services = createServiceService({
    db,
    secretBox,
    projects,
    abilities: { fixedPort: false, dockerfile: false, images: false },
    defaultLimits: { memoryMb: 1024, cpus: null },
    checkSource: () => {},
    urlOf: (label) => `http://${hostOf(label)}`,
  });
  const project = await projects.create(organizationId, { name: 'shop', description: '' });
  const source = { type: 'upload', rootFolder: '' } as const;
  const service = await services.create(organizationId, project.id, { name: 'web', kind: 'web', source, settings: {} });

  const releases = ['rel_1', 'rel_2'];
  for (const [index, id] of releases.entries()) {
    const folder = join(agent.folder, 'releases', id);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'main.cjs'), script);
    const node = dirname(dirname(process.execPath));
    const artifact = {
      kind: 'folder',
      folder,
      cwd: folder,
      processes: [{ name: 'web', argv: ['node', 'main.cjs'] }],
      release: null,
      environment: { PATH: `${join(node, 'bin')}:/usr/bin:/bin` },
      readable: [node],
    };
    const variables = await sealVariables(secretBox, db, organizationId, id, {});
    await database.pool.query(
      `with run as (
         insert into runs (id, organization_id, kind, subject, state, reason, finished_at, timeout_ms)
         values ($1 || '-run', $2, 'deployment.create', $3, 'succeeded', 'Done.', now(), 1) returning id
       ), deployment as (
         insert into deployments (id, organization_id, service_id, run_id, number, trigger, source)
         select $1 || '-dep', $2, $3, id, $4, 'deploy', '{"type":"upload"}' from run returning id
       )
       insert into releases (id, organization_id, service_id, deployment_id, state, artifact, settings, variables)
       select $1, $2, $3, id, 'candidate', $5, '{}', $6 from deployment`,
      [id, organizationId, service.id, index + 1, JSON.stringify(artifact), variables],
    );
  }

  const runtime = createProcessRuntime(agent.client);
  const embedded = createEmbeddedProxy(agent.client);
  const proxy: Proxy = {
    ...embedded,
    async setRoute(route, aborted) {
      await onRoute();
      await embedded.setRoute(route, aborted);
    },
  };
  const watched: Runtime = {
    ...runtime,
    async list(aborted, filter) {
      await onLook();
      return await runtime.list(aborted, filter);
    },
  };
  const loader = createReleaseLoader({ db, secretBox, services, projects });
  const rollout = createRollout({ runtime, proxy: embedded });
  const addressesOf: AddressesOf = async ({ hostLabel }) => (hostLabel === null ? [] : [{ host: hostOf(hostLabel) }]);
  const parts = { db, proxy, loader, rollout: createRollout({ runtime: watched, proxy }), addressesOf };
  const convergence = createConvergence(parts);
  const steps = createRolloutSteps('prepare', { ...parts, services, logs: createAgentLogStore(agent.client) });

  return {
    service,
    runtime,
    convergence,
    /** What the steps of a run do, up to the switch. */
    async switchTo(releaseId: string): Promise<void> {
      const target = await loader.loadForCommand(organizationId, service.id, releaseId);
      await rollout.start(target, signal);
      await db.transaction().execute(async (trx) => {
        await activateRelease(trx, organizationId, service.id, releaseId);
        await updateService(trx, organizationId, service.id, { activeReleaseId: releaseId });
      });
      await rollout.route([{ host: hostOf('web') }], target, signal);
    },
    /** One of the steps of a run that moves to this release; `context` is its worker's. */
    async step(name: string, releaseId: string, context: Partial<RunContext<ServiceRunInput>>): Promise<void> {
      const step = steps.find((each) => each.name === name);
      if (step === undefined) throw new Error('the test is wrong');
      await step.run({
        runId: 'run_1',
        organizationId,
        subject: service.id,
        input: { serviceId: service.id },
        attempt: 1,
        signal,
        results: { prepare: { releaseId } },
        output: { write: () => true, flush: nothing },
        logger: silentLogger,
        mask: () => undefined,
        transaction: (work) => db.transaction().execute(work),
        assertLease: nothing,
        ...context,
      });
    },
    targets: async () => (await embedded.listRoutes(signal)).map(({ targets }) => targets.map(({ id }) => id)),
  };
}

test('a run that switches while the reconciler looks keeps its route, and what it started', async () => {
  let during: (() => Promise<void>) | undefined;
  const onRoute = async () => {
    const now = during;
    during = undefined;
    await now?.();
  };
  const world = await createWorld({ onRoute });
  await world.switchTo('rel_1');
  expect(await world.targets()).toEqual([['rel_1-web-0-0']]);

  // The reconciler has read that rel_1 is active, and is about to set its route, when the run switches.
  during = () => world.switchTo('rel_2');
  const seen = new Set((await world.runtime.list(signal)).map(({ id }) => id));
  await world.convergence.converge(organizationId, world.service.id, seen, signal);
  expect(await world.targets()).toEqual([['rel_2-web-0-0']]);
  expect((await world.runtime.list(signal)).map(({ id }) => id)).toEqual(['rel_2-web-0-0']);
});

test('a service that cannot be started keeps the route it has; without one its name is answered by nothing that serves', async () => {
  const world = await createWorld({});
  await world.switchTo('rel_1');
  await agent.client.removeInstance('rel_1-web-0-0');
  await rm(join(agent.folder, 'releases', 'rel_1'), { recursive: true });
  const converge = () => world.convergence.converge(organizationId, world.service.id, 'all', signal);
  await expect(converge()).rejects.toThrow();
  expect(await world.targets()).toEqual([['rel_1-web-0-0']]);

  // As an agent that begins anew has it.
  await agent.client.removeRoute(hostOf('web'));
  await expect(converge()).rejects.toThrow();
  const { proxy } = await agent.client.info();
  const visited = await visit(`http://${hostOf('web')}:${proxy?.port}`);
  expect(visited).toMatchObject({ status: 503, body: expect.stringContaining('Nothing serves this name') });
});

/** A worker that stands still in a step's first look at what runs, and loses its lease to another, which switches to the second release. */
async function standStill(step: 'switch' | 'stop') {
  const lost = new AbortController();
  let during: (() => Promise<void>) | undefined;
  const onLook = async () => {
    const now = during;
    during = undefined;
    await now?.();
  };
  const world = await createWorld({ onLook });
  await world.switchTo('rel_1');
  let isLost = false;
  during = async () => {
    await world.switchTo('rel_2');
    isLost = true;
  };
  const assertLease = async () => {
    if (!isLost) return;
    const interruption = new RunInterruption('lease-lost');
    lost.abort(interruption);
    throw interruption;
  };
  // Nobody has told it: that its lease is lost it finds out when it asks.
  await world.step(step, 'rel_1', { signal: lost.signal, assertLease }).catch((error: unknown) => {
    if (!(error instanceof RunInterruption)) throw error;
  });
  expect(isLost).toBe(true);
  return world;
}

test('a worker that stood still past its lease in the switch leaves the routes to its successor', async () => {
  const world = await standStill('switch');
  expect(await world.targets()).toEqual([['rel_2-web-0-0']]);
});

test('a worker that stood still past its lease in the stop leaves the instances of its successor alone', async () => {
  const world = await standStill('stop');
  const running = (await world.runtime.list(signal)).map(({ id }) => id);
  expect(running.toSorted()).toEqual(['rel_1-web-0-0', 'rel_2-web-0-0']);
});
