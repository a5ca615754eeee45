import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import { z } from 'zod';
import { createRunTokens } from '../../src/features/auth/index.ts';
import { createCloudResourceService, registerCloudResourceRoutes } from '../../src/features/cloud-resources/index.ts';
import { createCredentialResolver } from '../../src/features/credentials/index.ts';
import { createKindService } from '../../src/features/kinds/index.ts';
import { type AuditLog, createAuditLog, recordWrites } from '../../src/features/organizations/index.ts';
import { createProjectService, registerProjectRoutes } from '../../src/features/projects/index.ts';
import {
  createDriftSchedule,
  createPlatformAccess,
  createStackRunKinds,
  createStackUpdateService,
  registerStackUpdateRoutes,
} from '../../src/features/stack-updates/index.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createSecretBox } from '../../src/platform/crypto/secret-box.ts';
import { createRunEngine, type RunEngine } from '../../src/platform/runs/run-engine.ts';
import { startShelfServer } from './shelf-server.ts';
import { claimInstallation, createTestAccounts, type SignedInAnswer } from './test-accounts.ts';
import { startTestAgent } from './test-agent.ts';
import { createTestDatabase } from './test-database.ts';
import { createTestEngine } from './test-engine.ts';
import { waitForEnd, waitUntil } from './wait-until.ts';

const folder = fileURLToPath(new URL('../fixtures/shelf-module', import.meta.url));
const spec = z.strictObject({
  endpoint: z.string(),
  things: z.record(z.string(), z.int()),
  code: z.string().optional(),
});
/** A kind that needs no credential, so that tests are about what is decided, and by whom. */
const shelf = {
  folder,
  definition: { name: 'Shelf', provider: null, summary: 'things on a shelf', spec, outputs: {} },
};

export interface UpdateView {
  id: string;
  runId: string;
  operation: string;
  status: string;
  reason: string | null;
  hint: string | null;
  errorCode: string | null;
  createdBy: string | null;
  changes: Record<string, number> | null;
  approval: {
    state: string;
    required: string;
    changes: object;
    decidedBy: string | null;
    decidedAt: string | null;
  } | null;
}

type Member = 'owner' | 'developer' | 'other' | 'viewer' | 'stranger';

/** REST, run engine and the real Pulumi engine in this process, with members of each role and a cloud of the test's own. */
export type StackWorld = Awaited<ReturnType<typeof startStackWorld>>;

async function createMembers(accounts: Awaited<ReturnType<typeof createTestAccounts>>) {
  const owner = await claimInstallation(accounts);
  const members: Record<Member, SignedInAnswer> = {
    owner,
    developer: await accounts.join(owner, 'developer@example.org', 'developer'),
    other: await accounts.join(owner, 'other@example.org', 'developer'),
    viewer: await accounts.join(owner, 'viewer@example.org', 'viewer'),
    stranger: await accounts.register({ email: 'stranger@example.org' }),
  };
  return members;
}

/** Starts it, with an environment `production` in the project `shop`. */
export async function startStackWorld({ cancelGraceMs }: { cancelGraceMs?: number } = {}) {
  const [database, agent, cloud] = await Promise.all([createTestDatabase(), startTestAgent(), startShelfServer()]);
  const { db } = database;
  const secretBox = createSecretBox({ db, rootKey: randomBytes(32) });
  const audit: AuditLog = createAuditLog({ db });
  const projects = createProjectService({ db });
  const kinds = createKindService({
    db,
    secretBox,
    loadBuiltIn: async () => [shelf],
    checkSource() {
      throw new Error('no kinds of its own here');
    },
  });
  const iac = await createTestEngine(agent);
  const credentials = createCredentialResolver({ db, secretBox, audit, clock: systemClock });
  const platform = createPlatformAccess({
    db,
    runTokens: createRunTokens({ db, audit }),
    ownUrl: () => 'http://127.0.0.1:1',
  });
  const modules = {
    prepare: async () => ({ folder, readable: [folder], environment: {} }),
    abandon: async () => undefined,
    removeSource: async () => undefined,
    tidy: async () => undefined,
  };
  const runKinds = createStackRunKinds({
    db,
    secretBox,
    kinds,
    credentials,
    iac,
    modules,
    projects,
    platform,
    ...(cancelGraceMs !== undefined && { cancelGraceMs }),
  });
  const createEngine = (concurrency: number): RunEngine =>
    createRunEngine({
      database,
      logger: silentLogger,
      concurrency,
      kinds: runKinds,
      ownerName: 'here',
      settings: { pollEveryMs: 500, cancelPollEveryMs: 300 },
    });
  let engine = createEngine(3);
  const stackUpdates = createStackUpdateService({
    db,
    secretBox,
    audit,
    projects,
    engine,
    forgetStack: async () => undefined,
  });
  const accounts = await createTestAccounts(database, {
    openRegistration: true,
    register: (app, log) =>
      recordWrites(app, log, (scope) => {
        const deletion = {
          deleteProject: () => Promise.reject(new Error('no deletions here')),
          deleteEnvironment: () => Promise.reject(new Error('no deletions here')),
        };
        registerProjectRoutes(scope, { projects, healthOf: async () => new Map(), deletion });
        registerCloudResourceRoutes(scope, {
          cloudResources: createCloudResourceService({ db, secretBox, kinds, projects }),
        });
        registerStackUpdateRoutes(scope, { stackUpdates });
      }),
  });
  const members = await createMembers(accounts);
  await engine.start();

  const call = (who: Member, method: string, url: string, payload?: object) =>
    accounts.call(method, url, members[who].accessToken, payload);
  const must = <T>(who: Member, method: string, url: string, payload?: object) =>
    accounts.must<T>(method, url, members[who].accessToken, payload);
  const project = await must<{ id: string; environments: { id: string }[] }>('owner', 'POST', '/v1/projects', {
    name: 'shop',
  });
  const environmentId = project.environments[0]?.id ?? '';
  const get = (id: string) => must<UpdateView>('viewer', 'GET', `/v1/stack-updates/${id}`);

  return {
    database,
    agent,
    cloud,
    secretBox,
    members,
    accounts,
    call,
    must,
    get,
    environmentId,
    organizationId: members.owner.organization.id,
    environmentUrl: `/v1/projects/${project.id}/environments/${environmentId}`,
    driftSchedule: (limit = 5) =>
      createDriftSchedule({ db, limit, request: (trx, resource) => stackUpdates.checkDriftByClock(trx, resource) }),
    setEnvironment: (changes: object) =>
      must('owner', 'PATCH', `/v1/projects/${project.id}/environments/${environmentId}`, changes),
    /** Stores a resource of these things in the environment, or in none; its id. */
    async apply(name: string, things: Record<string, number>, options: { code?: string; isFree?: boolean } = {}) {
      const { code, isFree = false } = options;
      const values = { endpoint: cloud.endpoint, things, ...(code !== undefined && { code }) };
      const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'Shelf', metadata: { name }, spec: values });
      const body = { manifest, ...(isFree ? {} : { environmentId }) };
      const { waves } = await must<{ waves: string[][] }>('developer', 'POST', '/v1/cloud-resources', body);
      return waves[0]?.[0] ?? '';
    },
    resource: (id: string) => must<Record<string, unknown>>('viewer', 'GET', `/v1/cloud-resources/${id}`),
    ask: (who: Member, id: string, operation: string, body: object = {}) =>
      must<UpdateView>(who, 'POST', `/v1/cloud-resources/${id}/${operation}`, body),
    decide: (who: Member, id: string, decision: 'approve' | 'discard') =>
      call(who, 'POST', `/v1/stack-updates/${id}/${decision}`),
    /** The update, once somebody is asked to approve it. */
    waiting: (id: string) =>
      waitUntil(`${id} waits`, async () => {
        const update = await get(id);
        if (['success', 'failed', 'canceled'].includes(update.status))
          expect(update).toMatchObject({ status: 'waits' });
        return update.approval?.state === 'waiting' && update;
      }),
    settled: (id: string) =>
      waitForEnd(`the end of ${id}`, async () => {
        const update = await get(id);
        return !['queued', 'in_progress'].includes(update.status) && update;
      }),
    /** No worker takes a run until the result is called. */
    async holdWorkers() {
      await engine.stop(10_000);
      return async () => {
        engine = createEngine(3);
        await engine.start();
      };
    },
    async output({ runId }: { runId: string }) {
      const { rows } = await database.pool.query<{ content: string }>(
        'select content from run_output where run_id = $1 order by seq',
        [runId],
      );
      return rows.map(({ content }) => content).join('\n');
    },
    async [Symbol.asyncDispose]() {
      await engine.stop(10_000);
      await accounts[Symbol.asyncDispose]();
      await Promise.all([agent[Symbol.asyncDispose](), cloud[Symbol.asyncDispose]()]);
      await database[Symbol.asyncDispose]();
    },
  };
}
