import { randomBytes } from 'node:crypto';
import { parseSourceReference } from '../../src/adapters/source/source-reference.ts';
import { parseSourceUrl } from '../../src/adapters/source/source-url.ts';
import { createResourceOutputs } from '../../src/features/cloud-resources/index.ts';
import { recordWrites } from '../../src/features/organizations/index.ts';
import {
  createProjectService,
  type ProjectRouteDependencies,
  registerProjectRoutes,
} from '../../src/features/projects/index.ts';
import { createServiceService, registerServiceRoutes, type Service } from '../../src/features/services/index.ts';
import {
  createVariableService,
  registerVariableHistoryRoutes,
  registerVariableRoutes,
} from '../../src/features/variables/index.ts';
import { createSecretBox } from '../../src/platform/crypto/secret-box.ts';
import { claimInstallation, createTestAccounts } from './test-accounts.ts';
import type { TestDatabase } from './test-database.ts';

/** What a refused request answers, as far as tests look at it. */
export interface ProblemAnswer {
  code: string;
  detail: string;
  errors: { pointer: string; detail: string }[];
}

/** For tests that deploy nothing: what services do is asked of nobody. */
const withoutServices: Omit<ProjectRouteDependencies, 'projects'> = {
  healthOf: async () => new Map(),
  deletion: {
    deleteProject: () => Promise.reject(new Error('no runs here')),
    deleteEnvironment: () => Promise.reject(new Error('no runs here')),
  },
};

export type TestResources = Awaited<ReturnType<typeof createTestResources>>;

/** Projects, services and variables behind the real HTTP server, with people of each role and of another organization. */
export async function createTestResources(
  database: TestDatabase,
  beside: Omit<ProjectRouteDependencies, 'projects'> = withoutServices,
) {
  const { db } = database;
  const secretBox = createSecretBox({ db, rootKey: randomBytes(32) });
  const projects = createProjectService({ db });
  const services = createServiceService({
    db,
    secretBox,
    projects,
    abilities: { fixedPort: false, dockerfile: false, images: false },
    defaultLimits: { memoryMb: 1024, cpus: null },
    checkSource(source) {
      if (source.type !== 'git') return;
      parseSourceUrl(source.url, { allowInsecure: false });
      parseSourceReference(source.reference);
    },
    urlOf: (label) => `http://${label}.example.org`,
  });
  const variables = createVariableService({
    db,
    secretBox,
    services,
    projects,
    outputs: createResourceOutputs({ secretBox }),
  });
  const accounts = await createTestAccounts(database, {
    openRegistration: true,
    register: (app, audit) =>
      recordWrites(app, audit, (scope) => {
        registerProjectRoutes(scope, { projects, ...beside });
        registerServiceRoutes(scope, { services });
        registerVariableRoutes(scope, { variables, audit });
        registerVariableHistoryRoutes(scope, { variables });
      }),
  });
  const owner = await claimInstallation(accounts);
  const viewer = await accounts.join(owner, 'viewer@example.org', 'viewer');
  const developer = await accounts.join(owner, 'developer@example.org', 'developer');
  const stranger = await accounts.register({ email: 'stranger@example.org' });
  const readToken = await accounts.must<{ token: string }>('POST', '/v1/api-tokens', owner.accessToken, {
    name: 'reader',
    scope: 'read',
  });
  const tokens = {
    owner: owner.accessToken,
    developer: developer.accessToken,
    viewer: viewer.accessToken,
    stranger: stranger.accessToken,
    reader: readToken.token,
  };
  type Who = keyof typeof tokens;

  const call = (method: string, url: string, payload?: object, who: Who = 'developer') =>
    accounts.call(method, url, tokens[who], payload);
  const must = <T>(method: string, url: string, payload?: object, who: Who = 'developer') =>
    accounts.must<T>(method, url, tokens[who], payload);

  return {
    organizationId: owner.organization.id,
    secretBox,
    projects,
    services,
    variables,
    call,
    must,
    createProject: (name: string) =>
      must<{ id: string; environments: { id: string; name: string }[] }>('POST', '/v1/projects', { name }),
    createService: (projectId: string, fields: object) =>
      must<Service>('POST', `/v1/projects/${projectId}/services`, fields),
    /** What the audit log says of writes, oldest first. */
    async audited(action: string) {
      const { rows } = await database.pool.query<{ subject: string; result: string; details: object; actor: string }>(
        'select subject, result, details, actor_id as actor from audit_log where action = $1 order by id',
        [action],
      );
      return rows;
    },
    [Symbol.asyncDispose]: () => accounts[Symbol.asyncDispose](),
  };
}
