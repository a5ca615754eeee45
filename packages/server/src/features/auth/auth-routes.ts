import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { httpErrors } from '../../platform/http/http-errors.ts';
import { noContent } from '../../platform/http/operation-schema.ts';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import type { Principal } from '../../platform/http/principal.ts';
import { route } from '../../platform/http/route.ts';
import type { Actor } from '../organizations/index.ts';
import type { ApiTokenService } from './api-token-service.ts';
import {
  apiTokenSchema,
  createApiTokenBody,
  createdApiTokenSchema,
  loginBody,
  logoutBody,
  meSchema,
  refreshBody,
  registerBody,
  sessionSchema,
  signedInSchema,
} from './auth.ts';
import type { AuthService } from './auth-service.ts';
import type { Client, SessionService } from './session-service.ts';

export interface AuthRouteDependencies {
  auth: AuthService;
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

/** `/auth/*`, `/v1/sessions` and `/v1/api-tokens`. */
export function registerAuthRoutes(app: FastifyInstance, { auth, sessions, apiTokens }: AuthRouteDependencies): void {
  registerSignIn(app, auth);
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
    policy: { public: true },
    body: registerBody,
    response: signedInSchema,
    status: 201,
    handle: ({ body, request }) => auth.register(body, clientOf(request)),
  });

  route(app, {
    method: 'POST',
    path: '/auth/login',
    tag: 'auth',
    operationId: 'login',
    summary: 'Sign in',
    policy: { public: true },
    body: loginBody,
    response: signedInSchema,
    handle: ({ body, request }) => auth.login(body, clientOf(request)),
  });

  route(app, {
    method: 'GET',
    path: '/auth/me',
    tag: 'auth',
    operationId: 'getMe',
    summary: 'Who you are, and in which organization you act',
    policy: { role: 'viewer' },
    response: meSchema,
    handle: ({ principal }) => auth.me(principal),
  });
}

function registerTokens(app: FastifyInstance, sessions: SessionService): void {
  route(app, {
    method: 'POST',
    path: '/auth/refresh',
    tag: 'auth',
    operationId: 'refresh',
    summary: 'Trade a refresh token for a new access token and the next refresh token',
    policy: { public: true },
    body: refreshBody,
    response: signedInSchema,
    handle({ body, request }) {
      const key = request.headers['idempotency-key'];
      return sessions.refresh(body, clientOf(request), typeof key === 'string' ? key : undefined);
    },
  });

  route(app, {
    method: 'POST',
    path: '/auth/logout',
    tag: 'auth',
    operationId: 'logout',
    summary: 'End the session of a refresh token, or else of the access token',
    policy: { public: true },
    body: logoutBody,
    response: noContent,
    status: 204,
    async handle({ body, request }) {
      if (body.refreshToken !== undefined) return await sessions.endByRefreshToken(body.refreshToken, request.ip);
      // Public, since an expired access token must not keep anybody from signing out with a refresh token.
      const principal = await app.httpContext.authenticate(request);
      if (principal === null || principal.sessionId === null) throw httpErrors.UNAUTHENTICATED();
      await sessions.end({ ...principal, sessionId: principal.sessionId }, request.ip);
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
