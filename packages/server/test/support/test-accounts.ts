import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { expect } from 'vitest';
import {
  createAccessTokens,
  createAccountService,
  createApiTokenService,
  createAuthenticator,
  createAuthService,
  createClaim,
  createSessionService,
  createStandingCheck,
  isOperator,
  moveSessionsAway,
  registerAuthRoutes,
  revokeMemberAccess,
} from '../../src/features/auth/index.ts';
import {
  type AuditLog,
  createAuditLog,
  createInvitationService,
  createMemberService,
  createOrganizationService,
  createRefusalRecorder,
  registerAuditRoutes,
  registerOrganizationRoutes,
} from '../../src/features/organizations/index.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { silentLogger } from '../../src/kernel/logger.ts';
import { createHttpServer, type HttpServerOptions } from '../../src/platform/http/http-server.ts';
import { createIdempotency } from '../../src/platform/http/idempotency.ts';
import type { RouteFacts } from '../../src/platform/http/route-definition.ts';
import type { TestDatabase } from './test-database.ts';

export const password = 'correct horse battery';

/** What a sign-in answers, as far as tests look at it. */
export interface SignedInAnswer {
  accessToken: string;
  refreshToken: string;
  sessionId: string;
  user: { id: string; email: string };
  organization: { id: string; name: string; role: string };
}

export interface TestAccountsOptions {
  openRegistration?: boolean;
  /** How many one account may found. */
  organizationsPerAccount?: number;
  clock?: Clock;
  /** Where the server is reached, and by which proxies. */
  server?: Pick<HttpServerOptions, 'ownAddress' | 'forwarded' | 'rateLimit' | 'heartBeatMs' | 'socketCheckMs'>;
  /** Further routes beside those of the accounts. */
  register?: (app: FastifyInstance, audit: AuditLog) => void;
}

/** The real accounts on a real database, behind the real HTTP server. */
export async function createTestAccounts(database: TestDatabase, options: TestAccountsOptions = {}) {
  const { db } = database;
  const { openRegistration = false, clock = systemClock } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'davit-accounts-'));
  const secret = 'a secret of these tests';
  const audit = createAuditLog({ db });
  const accessTokens = createAccessTokens({ secret, expirySeconds: 900, clock });
  const sessions = createSessionService({
    db,
    audit,
    clock,
    accessTokens,
    secret,
    refreshExpirySeconds: 7 * 24 * 3600,
  });
  const invitations = createInvitationService({ db, audit, clock });
  const claim = createClaim({ db, dataDir });
  const foundingLimit = { most: options.organizationsPerAccount ?? 10, isExempt: isOperator };
  const auth = createAuthService({ db, audit, claim, invitations, sessions, openRegistration, foundingLimit });
  const app = await createHttpServer({
    logger: silentLogger,
    authenticate: createAuthenticator({ db, accessTokens, logger: silentLogger }),
    findStanding: createStandingCheck({ db }),
    onRefused: createRefusalRecorder(audit),
    idempotency: createIdempotency({ db, secret, logger: silentLogger }),
    rateLimit: { requests: 10_000, windowMs: 60_000 },
    ...options.server,
  });
  const routes: RouteFacts[] = [];
  app.addHook('onRoute', ({ config, method }) => {
    if (config?.facts !== undefined && method !== 'HEAD') routes.push(config.facts);
  });
  registerAuthRoutes(app, {
    auth,
    accounts: createAccountService({ db, audit, openRegistration, version: '0.0.0' }),
    sessions,
    apiTokens: createApiTokenService({ db, audit }),
  });
  registerOrganizationRoutes(app, {
    organizations: createOrganizationService({ db, audit, foundingLimit, onDelete: moveSessionsAway }),
    members: createMemberService({ db, audit, onMemberRemoved: revokeMemberAccess }),
    invitations,
  });
  registerAuditRoutes(app, { audit });
  options.register?.(app, audit);
  await app.ready();
  return {
    app,
    audit,
    claim,
    dataDir,
    routes,
    ...createRequests(app),
    async [Symbol.asyncDispose]() {
      await app.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export type TestAccounts = Awaited<ReturnType<typeof createTestAccounts>>;

function createRequests(app: FastifyInstance) {
  /** The status and the body of one request. */
  async function call(method: string, url: string, token?: string, payload?: object, headers: object = {}) {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const answer = await app.inject({
      method: method as 'GET',
      url,
      headers: { ...authorization, ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
  }

  /** The body of a request that must succeed. */
  async function must<T>(method: string, url: string, token?: string, payload?: object): Promise<T> {
    const { status, body } = await call(method, url, token, payload);
    expect(status, JSON.stringify(body)).toBeLessThan(300);
    return body as T;
  }

  const register = (fields: object) =>
    must<SignedInAnswer>('POST', '/auth/register', undefined, { password, name: 'Somebody', ...fields });
  const login = (email: string, fields: object = {}) =>
    must<SignedInAnswer>('POST', '/auth/login', undefined, { email, password, ...fields });

  /** A new account that was invited into the organization of `by`. */
  async function join(by: SignedInAnswer, email: string, role: string): Promise<SignedInAnswer> {
    const url = `/v1/organizations/${by.organization.id}/invitations`;
    const { token } = await must<{ token: string }>('POST', url, by.accessToken, { email, role });
    return await register({ email, invitationToken: token });
  }

  return { call, must, register, login, join };
}

/** The first owner of an empty installation. */
export async function claimInstallation({ claim, register }: TestAccounts, email = 'owner@example.org') {
  const prepared = await claim.prepare();
  return await register({ email, name: 'Olga', claimToken: prepared?.token });
}
