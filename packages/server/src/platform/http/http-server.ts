import { constants as zlibConstants } from 'node:zlib';
import compress from '@fastify/compress';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { serializerCompiler } from 'fastify-type-provider-zod';
import type { Registry } from 'prom-client';
import type { AppError } from '../../kernel/app-error.ts';
import { createId } from '../../kernel/id.ts';
import type { Logger } from '../../kernel/logger.ts';
import { mayBePage, type WebUi } from '../web-ui/web-ui.ts';
import { keepFirstAnswers } from './act-once.ts';
import { createAddressLimiter } from './address-limiter.ts';
import { registerBodyParsers } from './body-parsers.ts';
import { sendProblem, toAppError } from './error-handler.ts';
import { createForwardedJudge, type ForwardedTrust } from './forwarded-trust.ts';
import { type HealthCheck, registerHealth } from './health.ts';
import type { RpcOutcome } from './http-context.ts';
import { httpErrors } from './http-errors.ts';
import type { Idempotency } from './idempotency.ts';
import { limitUnlisted } from './limit-unlisted.ts';
import { answerMalformed } from './malformed-request.ts';
import { collectMethods } from './method-not-allowed.ts';
import { createMetricsRegistry, registerMetrics } from './metrics.ts';
import { registerOpenApi, serveOpenApi } from './openapi.ts';
import type { OwnAddress } from './own-origin.ts';
import type { Principal } from './principal.ts';
import { statusOf } from './problem.ts';
import { createProtocolSwitch } from './protocol-switch.ts';
import { createRateLimiter, type RateLimit } from './rate-limiter.ts';
import type { RateStore } from './rate-store.ts';
import { isGuarded } from './register-route.ts';
import { keepRequestIds } from './request-context.ts';
import { registerRequestLog } from './request-log.ts';
import { registerSecurityHeaders } from './security-headers.ts';
import { createOpenStreams } from './sse-writer.ts';
import { isWebSocketRequest, routeUpgrades } from './upgrades.ts';
import { validatorCompiler } from './validation.ts';

export interface HttpServerOptions {
  logger: Logger;
  /** Who sends this request; null when nobody is signed in. Asked once a request, and at each heart-beat of a stream. */
  authenticate(request: FastifyRequest): Promise<Principal | null>;
  /**
   * Who a caller that was let in is by now, for what stays open longer than an access token lives; null when the session or
   * API token is no longer good. Without it the request is authenticated again.
   */
  findStanding?(principal: Principal): Promise<Principal | null>;
  /** Whether a user operates the installation; without it nobody does. */
  isOperator?(userId: string): Promise<boolean>;
  /** Told of every request that the caller's role or scope did not allow or that another site's page made, and once a window of who came too often. */
  onRefused?(refusal: Refusal): Promise<void>;
  /** Told of every write by rpc, done or failed. */
  onCalled?(outcome: RpcOutcome): Promise<void>;
  /** Without it the header Idempotency-Key has no effect. */
  idempotency?: Idempotency;
  checks?: readonly HealthCheck[];
  registry?: Registry;
  /** Requests of one user, and of one address where nobody is signed in; 100 a minute. */
  rateLimit?: RateLimit;
  /** Tries of one address to sign in, to make an account or to refresh a session that came to nothing; as rateLimit. */
  signInLimit?: RateLimit;
  /** Wrong passwords for one account; 30 in 15 minutes. */
  passwordLimit?: RateLimit;
  /** Where several servers count together; without it each counts for itself. */
  rateStore?: RateStore;
  /** Whose X-Forwarded-* headers are believed; those of all others are ignored. */
  forwarded?: ForwardedTrust;
  /** Whose pages may act with a browser's cookies; without it those of the host name that a request came to. */
  ownAddress?: OwnAddress;
  /**
   * Of event streams; 7 s. With each one the caller's right to go on is asked for anew, so that a stream ends within 10 s of
   * a session or a role that was taken away.
   */
  heartBeatMs?: number;
  /** Between two looks at the session and role of whoever has a WebSocket open; 5 s. */
  socketCheckMs?: number;
  /** Answers what no route does. */
  webUi?: WebUi;
  /** Shown in the OpenAPI document. */
  version?: string;
}

export interface Refusal {
  /** Null for whoever came too often without being signed in. */
  principal: Principal | null;
  /** Undefined for what is no operation, such as an unknown path. */
  operationId: string | undefined;
  error: AppError;
  request: FastifyRequest;
}

const BODY_LIMIT = 1024 * 1024;
// Long enough for a large upload over a slow line; nothing else may hold a connection for that long.
const REQUEST_TIMEOUT_MS = 30 * 60_000;
// Longer than a proxy before davit keeps its own connections, so that it never sends on one that is being closed.
const KEEP_ALIVE_MS = 72_000;
const HEART_BEAT_MS = 7000;
const SOCKET_CHECK_MS = 5000;
// Of a public write: an account that was made, and what somebody who guesses is answered.
const guessedStatuses = new Set([201, 401, 403, 404, 409]);
// Whoever forgot a password tries fewer; 3,000 a day find none that is not among the first of every list.
const PASSWORD_LIMIT = { requests: 30, windowMs: 15 * 60_000 };
// Several monitors and load balancers behind one address, or some people who open the UI at once, which has a hundred files.
const OPEN_SHARE = 20;
const SWEEP_EVERY_MS = 60 * 60_000;

// Routes of libraries and ours that have no policy because everybody may see them.
const internalRoutes = [/^\/openapi\.json$/, /^\/metrics(?:\/|$)/, /^\/docs(?:\/|$)/];

/** The server without features: register their routes and services on it, then listen. Speaks HTTP/1.1 and clear-text HTTP/2. */
export async function createHttpServer(options: HttpServerOptions): Promise<FastifyInstance> {
  const { logger } = options;
  const forwarded = createForwardedJudge(options.forwarded ?? { networks: [], field: '', tokens: () => [] });
  const app = fastify({
    logger: false,
    genReqId: () => createId('req'),
    requestIdHeader: false,
    bodyLimit: BODY_LIMIT,
    serverFactory: (handler) =>
      createProtocolSwitch(forwarded.before(handler), {
        requestTimeout: REQUEST_TIMEOUT_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        shouldUpgradeCallback: isWebSocketRequest,
      }),
    routerOptions: { maxParamLength: 256 },
    trustProxy: forwarded.isProxy,
    // Requests that come over an open connection while the server stops are still answered.
    return503OnClosing: false,
    forceCloseConnections: 'idle',
    frameworkErrors: (error, request, reply) => sendProblem(request, reply, error, logger),
    clientErrorHandler: answerMalformed,
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  registerBodyParsers(app);
  routeUpgrades(app, forwarded.judge);

  const streams = createOpenStreams();
  const limit = options.rateLimit ?? { requests: 100, windowMs: 60_000 };
  const shared = { store: options.rateStore, logger };
  const requestLimiter = createAddressLimiter({ name: 'requests', limit, ...shared });
  // Without the store: whether a server can do its work is asked most when the database is away.
  const openLimit = { ...limit, requests: limit.requests * OPEN_SHARE };
  const openLimiter = createAddressLimiter({ name: 'open', limit: openLimit, logger });
  const signIns = { limit: options.signInLimit ?? limit, batched: 0, ...shared };
  const signInLimiter = createAddressLimiter({ name: 'sign-ins', ...signIns });
  const passwordLimiter = createRateLimiter({
    ...signIns,
    name: 'passwords',
    limit: options.passwordLimit ?? PASSWORD_LIMIT,
  });
  app.addHook('onClose', async () => {
    await Promise.all([requestLimiter, openLimiter, signInLimiter, passwordLimiter].map((limiter) => limiter.close()));
  });
  const { idempotency } = options;
  app.decorate('httpContext', {
    authenticate: (request: FastifyRequest) => options.authenticate(request),
    findStanding: (principal: Principal, request: FastifyRequest) =>
      options.findStanding ? options.findStanding(principal) : options.authenticate(request),
    isOperator: async (userId: string) => (await options.isOperator?.(userId)) ?? false,
    idempotency,
    requestLimiter,
    openLimiter,
    signInLimiter,
    passwordLimiter,
    streams,
    ownAddress: options.ownAddress ?? {},
    tellCalled: async (outcome: RpcOutcome) => options.onCalled?.(outcome),
    tellRefusal: (request: FastifyRequest, error: AppError) => tellRefusal(options, request, error),
    tellLimited: (request: FastifyRequest, error: AppError) => recordRefusal(options, request, error),
    heartBeatMs: options.heartBeatMs ?? HEART_BEAT_MS,
    socketCheckMs: options.socketCheckMs ?? SOCKET_CHECK_MS,
    logger,
  });
  app.decorateRequest('principal', null);
  app.decorateRequest('idempotencyClaim', null);
  app.decorateRequest('requestHash', '');
  app.decorateRequest('tookTry', false);

  refuseUnguardedRoutes(app);
  const findMethods = collectMethods(app);
  let isStopping = false;
  keepRequestIds(app);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
    // The assets of /docs say for themselves how long they may be kept.
    if (!request.url.startsWith('/docs')) reply.header('cache-control', 'no-store');
  });
  const countUnknown = limitUnlisted(app, (request) => options.webUi !== undefined && mayBePage(request));
  app.addHook('onResponse', async (request, reply) => {
    if (request.tookTry && !guessedStatuses.has(reply.statusCode)) signInLimiter.giveBackOf(request.ip);
  });
  app.addHook('onResponse', async ({ raw }) => {
    if (raw.complete) return;
    // Answered before all of the body was there: a client that is still sending reads the answer when it is through.
    raw.unpipe();
    raw.resume();
  });
  // Fastify would look at the body of such a request, and fail over its type, though no route takes it.
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404 && request.method === 'QUERY') return await answerUnknown(request, reply);
    return undefined;
  });
  app.addHook('preClose', async () => {
    isStopping = true;
    streams.endAll();
  });
  keepFirstAnswers(app, logger);
  registerRequestLog(app, logger);

  app.setErrorHandler(async (thrown, request, reply) => {
    await tellRefusal(options, request, toAppError(thrown, request));
    sendProblem(request, reply, thrown, logger);
    return reply;
  });
  async function answerUnknown(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const methods = findMethods(request.url.split('?', 1)[0] ?? '');
    if (methods.length > 0) {
      reply.header('allow', methods.join(', '));
      sendProblem(request, reply, httpErrors.METHOD_NOT_ALLOWED({ details: { allowed: methods } }), logger);
    } else if (!(await options.webUi?.answer(request, reply))) {
      await countUnknown(request, reply);
      sendProblem(request, reply, httpErrors.ROUTE_NOT_FOUND(), logger);
    }
    return reply;
  }
  app.setNotFoundHandler(answerUnknown);

  await registerSecurityHeaders(app);
  await app.register(compress, {
    globalDecompression: false,
    threshold: 1024,
    encodings: ['br', 'gzip'],
    // Brotli's default, 11, is for files that are compressed once: 60 times slower than 4 for a tenth less.
    brotliOptions: { params: { [zlibConstants.BROTLI_PARAM_QUALITY]: 4 } },
  });
  await registerOpenApi(app, options.version ?? '0.0.0');
  registerHealth(app, options.checks ?? [], () => isStopping, logger);
  registerMetrics(app, options.registry ?? createMetricsRegistry());
  await serveOpenApi(app);
  sweepHourly(app, idempotency, logger);
  return app;
}

function refuseUnguardedRoutes(app: FastifyInstance): void {
  app.addHook('onRoute', ({ url, config }) => {
    if (isGuarded(config?.facts) || internalRoutes.some((internal) => internal.test(url))) return;
    throw new Error(`The route ${url} has no policy: register it by route() or one of its siblings.`);
  });
}

async function tellRefusal(options: HttpServerOptions, request: FastifyRequest, error: AppError): Promise<void> {
  // Of who is nobody only what another site's page made their browser send: what else they may not do is a try to sign in.
  const isToldOf = request.principal !== null || error.code === 'CSRF_REFUSED';
  if (statusOf(error) === 403 && isToldOf) await recordRefusal(options, request, error);
}

async function recordRefusal(options: HttpServerOptions, request: FastifyRequest, error: AppError): Promise<void> {
  const { facts } = request.routeOptions.config;
  try {
    await options.onRefused?.({ principal: request.principal, operationId: facts?.operationId, error, request });
  } catch (failure) {
    // The refusal stands all the same.
    options.logger.error({ requestId: request.id, err: failure }, 'a refusal could not be recorded');
  }
}

function sweepHourly(app: FastifyInstance, idempotency: Idempotency | undefined, logger: Logger): void {
  if (idempotency === undefined) return;
  const timer = setInterval(() => {
    idempotency.sweep().catch((error: unknown) => logger.warn({ err: error }, 'old idempotency keys were not removed'));
  }, SWEEP_EVERY_MS);
  timer.unref();
  app.addHook('onClose', async () => clearInterval(timer));
}
