import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { httpErrors } from '../../platform/http/http-errors.ts';
import { noContent } from '../../platform/http/operation-schema.ts';
import { requireOwnOrigin } from '../../platform/http/own-origin.ts';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { route } from '../../platform/http/route.ts';
import type { Actor } from '../organizations/index.ts';
import { registerAccountRoutes } from './account-routes.ts';
import type { AccountService } from './account-service.ts';
import type { ApiTokenService } from './api-token-service.ts';
import {
  apiTokenSchema,
  createApiTokenBody,
  createdApiTokenSchema,
  loginBody,
  logoutBody,
  refreshBody,
  registerBody,
  type SignedIn,
  sessionSchema,
  signedInSchema,
} from './auth.ts';
import type { AuthService } from './auth-service.ts';
import { countWrongPasswords, signInBucket } from './password-tries.ts';
import { clearSessionCookies, presentInCookies, readSessionCookie, wantsCookies } from './session-cookies.ts';
import type { Client, SessionService } from './session-service.ts';

export interface AuthRouteDependencies {
  auth: AuthService;
  accounts: AccountService;
  sessions: SessionService;
  apiTokens: ApiTokenService;
}

const params = z.strictObject({ id: z.string() });

function clientOf(request: FastifyRequest): Client {
  return { userAgent: (request.headers['user-agent'] ?? '').slice(0, 300), address: request.ip };
}

function actorOf({ principal, request }: { principal: Principal; request: FastifyRequest }): Actor {
  return { principal, address: request.ip };
}

/** Tokens go where the caller wants them; that is asked first, so that a refused request signs nobody in. */
async function present(
  request: FastifyRequest,
  reply: FastifyReply,
  signIn: () => Promise<SignedIn>,
): Promise<SignedIn> {
  const inCookies = wantsCookies(request);
  const signedIn = await signIn();
  return inCookies ? presentInCookies(request, reply, signedIn) : signedIn;
}

/**
 * By the body's token, else by the cookie's. A page cannot make an Idempotency-Key from a token that it cannot see, and browsers
 * do repeat: a reload throws the answer away, two tabs ask at once. So all refreshes by one cookie share a key.
 */
async function refresh(
  sessions: SessionService,
  { refreshToken, organizationId }: z.output<typeof refreshBody>,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<SignedIn> {
  const key = request.headers['idempotency-key'];
  if (refreshToken !== undefined) {
    const input = { refreshToken, organizationId };
    return await present(request, reply, () =>
      sessions.refresh(input, clientOf(request), typeof key === 'string' ? key : undefined),
    );
  }
  const kept = readSessionCookie(request, 'refresh');
  if (kept === undefined) throw httpErrors.UNAUTHENTICATED();
  requireOwnOrigin(request);
  const signedIn = await sessions.refresh({ refreshToken: kept, organizationId }, clientOf(request), 'cookie');
  return presentInCookies(request, reply, signedIn);
}

/** Signs a browser out: whatever its session has come to, its cookies are gone. False for callers without cookies. */
async function endCookieSession(
  sessions: SessionService,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<boolean> {
  if (request.headers.authorization !== undefined) return false;
  const refreshToken = readSessionCookie(request, 'refresh');
  const isBrowser = wantsCookies(request) || refreshToken !== undefined;
  if (!isBrowser && readSessionCookie(request, 'access') === undefined) return false;
  requireOwnOrigin(request);
  clearSessionCookies(request, reply);
  if (refreshToken === undefined) return false;
  await sessions.endByRefreshToken(refreshToken, request.ip);
  return true;
}

/** `/auth/*`, `/v1/sessions` and `/v1/api-tokens`. */
export function registerAuthRoutes(app: FastifyInstance, dependencies: AuthRouteDependencies): void {
  const { auth, sessions, apiTokens } = dependencies;
  registerSignIn(app, auth);
  registerAccountRoutes(app, dependencies);
  registerTokens(app, sessions);
  registerSessions(app, sessions);
  registerApiTokens(app, apiTokens);
}

function registerSignIn(app: FastifyInstance, auth: AuthService): void {
  route(app, {
    method: 'POST',
    path: '/auth/register',
    tag: 'auth',
    operationId: 'register',
    summary: 'Make an account and sign in',
    policy: { public: true, tries: 'sign-in' },
    body: registerBody,
    response: signedInSchema,
    status: 201,
    handle: ({ body, request, reply }) => present(request, reply, () => auth.register(body, clientOf(request))),
  });

  route(app, {
    method: 'POST',
    path: '/auth/login',
    tag: 'auth',
    operationId: 'login',
    summary: 'Sign in',
    policy: { public: true, tries: 'sign-in' },
    body: loginBody,
    response: signedInSchema,
    handle: ({ body, request, reply }) =>
      present(request, reply, async () => {
        const client = clientOf(request);
        const target = await auth.findSignInTarget(body.email, client.address);
        return await countWrongPasswords(reply, signInBucket(target), () => auth.login(body, client));
      }),
  });
}

function registerTokens(app: FastifyInstance, sessions: SessionService): void {
  route(app, {
    method: 'POST',
    path: '/auth/refresh',
    tag: 'auth',
    operationId: 'refresh',
    summary: 'Trade a refresh token for a new access token and the next refresh token',
    policy: { public: true, tries: 'sign-in' },
    body: refreshBody,
    response: signedInSchema,
    handle: ({ body, request, reply }) => refresh(sessions, body, request, reply),
  });

  route(app, {
    method: 'POST',
    path: '/auth/logout',
    tag: 'auth',
    operationId: 'logout',
    summary: 'End the session of a refresh token, or else of the access token',
    policy: { public: true, tries: 'sign-in' },
    body: logoutBody,
    response: noContent,
    status: 204,
    async handle({ body, request, reply }) {
      if (body.refreshToken !== undefined) return await sessions.endByRefreshToken(body.refreshToken, request.ip);
      if (await endCookieSession(sessions, request, reply)) return;
      // Public, since an expired access token must not keep anybody from signing out with a refresh token.
      const principal = await app.httpContext.authenticate(request);
      if (principal !== null && principal.sessionId !== null) {
        await sessions.end({ ...principal, sessionId: principal.sessionId }, request.ip);
      } else if (!reply.hasHeader('set-cookie')) throw httpErrors.UNAUTHENTICATED();
    },
  });
}

function registerSessions(app: FastifyInstance, sessions: SessionService): void {
  route(app, {
    method: 'GET',
    path: '/v1/sessions',
    tag: 'auth',
    operationId: 'listSessions',
    summary: 'List where you are signed in, newest first',
    policy: { role: 'viewer', scope: 'admin' },
    query: pageQuery,
    response: page(sessionSchema),
    async handle({ query, principal }) {
      const rows = await sessions.list(principal, query.limit, decodeCursor(query.cursor));
      return toPage(rows, query.limit, ({ id }) => id);
    },
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/sessions/:id',
    tag: 'auth',
    operationId: 'revokeSession',
    summary: 'End one of your sessions; its tokens stop working at once',
    policy: { role: 'viewer', scope: 'admin' },
    params,
    response: noContent,
    status: 204,
    handle: (call) => sessions.revoke(actorOf(call), call.params.id),
  });
}

function registerApiTokens(app: FastifyInstance, apiTokens: ApiTokenService): void {
  route(app, {
    method: 'GET',
    path: '/v1/api-tokens',
    tag: 'auth',
    operationId: 'listApiTokens',
    summary: "List your API tokens; an admin sees the organization's",
    policy: { role: 'viewer', scope: 'admin' },
    query: pageQuery,
    response: page(apiTokenSchema),
    async handle({ query, principal }) {
      const rows = await apiTokens.list(principal, query.limit, decodeCursor(query.cursor));
      return toPage(rows, query.limit, ({ id }) => id);
    },
  });

  route(app, {
    method: 'POST',
    path: '/v1/api-tokens',
    tag: 'auth',
    operationId: 'createApiToken',
    summary: 'Make an API token; its text is shown this once',
    policy: { role: 'viewer', scope: 'admin' },
    body: createApiTokenBody,
    response: createdApiTokenSchema,
    status: 201,
    handle: (call) => apiTokens.create(actorOf(call), call.body),
  });

  route(app, {
    method: 'DELETE',
    path: '/v1/api-tokens/:id',
    tag: 'auth',
    operationId: 'revokeApiToken',
    summary: 'Revoke an API token; it stops working at once',
    policy: { role: 'viewer', scope: 'admin' },
    params,
    response: noContent,
    status: 204,
    handle: (call) => apiTokens.revoke(actorOf(call), call.params.id),
  });
}
