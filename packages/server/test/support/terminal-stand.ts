import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createProcessRuntime } from '../../src/adapters/runtime/process/process-runtime.ts';
import { createProjectService } from '../../src/features/projects/index.ts';
import { createServiceService } from '../../src/features/services/index.ts';
import { registerTerminalRoutes } from '../../src/features/terminals/index.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { createSecretBox } from '../../src/platform/crypto/secret-box.ts';
import { claimInstallation, createTestAccounts, type SignedInAnswer, type TestAccounts } from './test-accounts.ts';
import { startTestAgent, type TestAgent } from './test-agent.ts';
import { createTestDatabase, type TestDatabase } from './test-database.ts';
import { waitUntil } from './wait-until.ts';

/** The server's part of terminals on a real agent, with a service that has an instance `web-1`. */
export interface TerminalStand {
  readonly database: TestDatabase;
  readonly agent: TestAgent;
  readonly accounts: TestAccounts;
  readonly owner: SignedInAnswer;
  readonly serviceId: string;
  /** Where it answers. */
  readonly base: string;
  /** Another server on the same accounts and agent, as after a restart of davit. */
  startServer(clock?: Clock): Promise<TestAccounts>;
  createService(organizationId: string): Promise<string>;
  startInstance(id: string): Promise<void>;
  /** Where the terminal of an instance is. */
  pathOf(instance?: string, service?: string): string;
  [Symbol.asyncDispose](): Promise<void>;
}

const never = new AbortController().signal;

function serviceFeatures({ db }: TestDatabase) {
  const secretBox = createSecretBox({ db, rootKey: randomBytes(32) });
  const projects = createProjectService({ db });
  const services = createServiceService({
    db,
    secretBox,
    projects,
    abilities: { fixedPort: false, dockerfile: false, images: false },
    defaultLimits: { memoryMb: 1024, cpus: null },
    checkSource: () => undefined,
    urlOf: (label) => `http://${label}.example.org`,
  });
  return { projects, services };
}

/** Sets all of it up, claimed by an owner. */
export async function createTerminalStand(): Promise<TerminalStand> {
  const database = await createTestDatabase();
  const agent = await startTestAgent();
  const runtime = createProcessRuntime(agent.client);
  const { projects, services } = serviceFeatures(database);

  const startServer = (clock: Clock = systemClock): Promise<TestAccounts> =>
    createTestAccounts(database, {
      openRegistration: true,
      clock,
      server: { socketCheckMs: 100 },
      register: (app, audit) => registerTerminalRoutes(app, { services, runtime, audit }),
    });

  async function createService(organizationId: string): Promise<string> {
    const project = await projects.create(organizationId, { name: 'shop', description: '' });
    const source = { type: 'upload' as const, rootFolder: '' };
    const input = { name: 'web', kind: 'worker' as const, source, settings: {} };
    return (await services.create(organizationId, project.id, input)).id;
  }

  const accounts = await startServer();
  const owner = await claimInstallation(accounts);
  const serviceId = await createService(owner.organization.id);

  async function startInstance(id: string): Promise<void> {
    const folder = join(agent.folder, id);
    await mkdir(folder, { recursive: true });
    const labels = { serviceId, releaseId: 'rel', deploymentId: 'dep', process: 'web', ordinal: 0, generation: 0 };
    const request = {
      id,
      labels,
      argv: ['sleep', '1000'],
      env: { GREETING: 'hello there' },
      root: { kind: 'folder' as const, folder, writable: [folder], readable: [] },
      hasPort: false,
      limits: {},
      restart: { policy: 'always' as const, maxRestarts: 100 },
      stopGraceMs: 1000,
    };
    await runtime.start(request, never);
    await waitUntil('the instance runs', async () => {
      const terminal = await runtime.openTerminal(id, { cols: 80, rows: 24 }, never).catch(() => undefined);
      terminal?.close();
      return terminal;
    });
  }

  await startInstance('web-1');
  const base = await accounts.app.listen({ host: '127.0.0.1', port: 0 });
  return {
    database,
    agent,
    accounts,
    owner,
    serviceId,
    base,
    startServer,
    createService,
    startInstance,
    pathOf: (instance = 'web-1', service = serviceId) => `/v1/services/${service}/instances/${instance}/terminal`,
    async [Symbol.asyncDispose]() {
      await accounts[Symbol.asyncDispose]();
      await agent[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** How a program proves who it is. */
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** What the audit log says that somebody did. */
export async function auditedBy({ database }: Pick<TerminalStand, 'database'>, userId: string, action: string) {
  const { rows } = await database.pool.query<{ subject: string; actor: string; details: Record<string, unknown> }>(
    'select subject, actor_id as actor, details from audit_log where action = $1 and actor_id = $2 order by id',
    [action, userId],
  );
  return rows;
}
