import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import { z } from 'zod';
import { actOnce, rememberRequest } from './act-once.ts';
import { httpErrors } from './http-errors.ts';
import { limitBytes } from './limit-bytes.ts';
import { legacyPathOf } from './mount.ts';
import { describeOperation } from './operation-schema.ts';
import { hasRole } from './principal.ts';
import { admit, authorize, checkBody, isPublic } from './request-checks.ts';
import type {
  Call,
  Policy,
  RawContentType,
  RouteDefinition,
  RouteFacts,
  StreamRouteDefinition,
  UploadRouteDefinition,
} from './route-definition.ts';
import { createSseStream } from './sse-writer.ts';

export type { Policy } from './route-definition.ts';

const guarded = new WeakSet<RouteFacts>();

/** Whether these facts were made here, so that the route has a policy and everything else that route() brings. */
export function isGuarded(facts: RouteFacts | undefined): boolean {
  return facts !== undefined && guarded.has(facts);
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<unknown>;

interface Registration {
  facts: RouteFacts;
  schema: NonNullable<RouteOptions['schema']>;
  bodyLimit: number | undefined;
  isStream?: boolean;
  handler: Handler;
}

function register(app: FastifyInstance, { facts, schema, bodyLimit, isStream = false, handler }: Registration): void {
  const legacyPath = legacyPathOf(app, facts.path);
  if (legacyPath === null) return;
  guarded.add(facts);
  const context = app.httpContext;
  app.route({
    method: facts.method,
    url: legacyPath ?? facts.path,
    schema: legacyPath === undefined ? schema : { ...schema, hide: true },
    ...(bodyLimit === undefined ? {} : { bodyLimit }),
    config: { facts },
    exposeHeadRoute: facts.method === 'GET' && !isStream,
    onRequest: (request, reply) => admit(context, facts, request, reply),
    preValidation: async (request) => {
      checkBody(facts, request);
      rememberRequest(facts, request);
    },
    preHandler: async (request) => authorize(facts.policy, request),
    handler,
  });
}

function callOf<P, Q, Who extends Policy>(request: FastifyRequest, reply: FastifyReply): Call<P, Q, Who> {
  const { params, query, principal } = request;
  return { params, query, principal: principal ?? undefined, request, reply } as unknown as Call<P, Q, Who>;
}

/**
 * Registers a route: limit → authenticate → validate → authorize → act → present, and its place in the OpenAPI document. There
 * is no other way to register one, so none is without a policy.
 */
export function route<P, Q, B, R, const Who extends Policy>(
  app: FastifyInstance,
  definition: RouteDefinition<P, Q, B, R, Who>,
): void {
  const { method, path, operationId, policy, status = 200 } = definition;
  const body = definition.body === undefined ? 'none' : 'json';
  const facts: RouteFacts = { method, path, operationId, policy, body, contentTypes: [] };
  register(app, {
    facts,
    schema: describeOperation(facts, definition, { ...definition.extraResponses, [status]: definition.response }),
    bodyLimit: definition.bodyLimit,
    handler: (request, reply) =>
      actOnce(app.httpContext, request, reply, async () => {
        const call = { ...callOf<P, Q, Who>(request, reply), body: request.body as B };
        reply.code(status);
        const result = await definition.handle(call);
        // Fastify takes `undefined` for "not answered yet" unless send() was called.
        return result === undefined ? reply.send() : result;
      }),
  });
}

/** As route(), for a body that is a stream of bytes. */
export function uploadRoute<P, Q, R, const Who extends Policy>(
  app: FastifyInstance,
  definition: UploadRouteDefinition<P, Q, R, Who>,
): void {
  const { method, path, operationId, policy, contentTypes, bodyLimit, status = 200 } = definition;
  const facts: RouteFacts = { method, path, operationId, policy, body: 'raw', contentTypes };
  register(app, {
    facts,
    schema: describeOperation(facts, definition, { [status]: definition.response }),
    bodyLimit,
    handler: (request, reply) =>
      actOnce(app.httpContext, request, reply, async () => {
        const source = request.body as Readable;
        const body = limitBytes(bodyLimit);
        source.on('error', (error) => body.destroy(error));
        request.raw.once('aborted', () => body.destroy(new Error('the client went away')));
        const contentType = request.mediaType as RawContentType;
        reply.code(status);
        return definition.handle({ ...callOf<P, Q, Who>(request, reply), body: source.pipe(body), contentType });
      }),
  });
}

/** As route(), for a stream of Server-Sent Events; it ends within a heart-beat of the caller losing the right to see it. */
export function streamRoute<P, Q, const Who extends Policy>(
  app: FastifyInstance,
  definition: StreamRouteDefinition<P, Q, Who>,
): void {
  const { path, operationId, policy } = definition;
  const facts: RouteFacts = { method: 'GET', path, operationId, policy, body: 'none', contentTypes: [] };
  const context = app.httpContext;

  async function mayGoOn(request: FastifyRequest): Promise<boolean> {
    if (isPublic(policy)) return true;
    const principal = await context.authenticate(request);
    return (
      principal?.organizationId === request.principal?.organizationId &&
      hasRole(principal?.role ?? 'viewer', policy.role)
    );
  }

  register(app, {
    facts,
    schema: describeOperation(facts, definition, {
      200: { description: 'Server-Sent Events', content: { 'text/event-stream': { schema: z.string() } } },
    }),
    bodyLimit: undefined,
    isStream: true,
    async handler(request, reply) {
      const options = { heartBeatMs: context.heartBeatMs, mayGoOn: () => mayGoOn(request) };
      const stream = createSseStream(reply, context.streams, options);
      const header = request.headers['last-event-id'];
      const lastEventId = typeof header === 'string' && header !== '' ? header : undefined;
      try {
        await definition.handle({ ...callOf<P, Q, Who>(request, reply), lastEventId, stream });
        stream.open();
        if (!stream.isOpen) throw httpErrors.SERVER_STOPPING();
      } catch (error) {
        if (!stream.isOpen) throw error;
        if (!stream.signal.aborted)
          context.logger.error({ requestId: request.id, operationId, err: error }, 'stream failed');
      } finally {
        stream.close();
      }
      return reply;
    },
  });
}
