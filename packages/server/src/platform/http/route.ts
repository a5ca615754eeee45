import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actOnce } from './act-once.ts';
import { beginStream } from './begun-stream.ts';
import { httpErrors } from './http-errors.ts';
import { limitBytes } from './limit-bytes.ts';
import { describeOperation } from './operation-schema.ts';
import { hasRole } from './principal.ts';
import { callOf, registerGuarded } from './register-route.ts';
import { isPublic } from './request-checks.ts';
import type {
  DownloadRouteDefinition,
  Policy,
  RawContentType,
  RouteDefinition,
  RouteFacts,
  StreamRouteDefinition,
  UploadRouteDefinition,
} from './route-definition.ts';
import { createSseStream } from './sse-writer.ts';

/** One event of a stream, as the HTML standard parses it: what `data` holds is JSON, described by the operation. */
const serverSentEvent = z.unknown().meta({ description: 'Events with `id`, `event` and `data`, which is JSON.' });

export type { Policy } from './route-definition.ts';

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
  registerGuarded(app, {
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
  registerGuarded(app, {
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

/** As route(), for a file of text that is made while it is sent: no more of it is in memory than the caller is slow to take. */
export function downloadRoute<P, Q, const Who extends Policy>(
  app: FastifyInstance,
  definition: DownloadRouteDefinition<P, Q, Who>,
): void {
  const { path, operationId, policy } = definition;
  const facts: RouteFacts = { method: 'GET', path, operationId, policy, body: 'none', contentTypes: [] };
  registerGuarded(app, {
    facts,
    schema: describeOperation(facts, definition, {
      200: { description: 'A text file', content: { 'text/plain': { schema: z.string() } } },
    }),
    bodyLimit: undefined,
    isStream: true,
    async handler(request, reply) {
      const { fileName, text } = await definition.handle(callOf<P, Q, Who>(request, reply));
      const stream = await beginStream(text);
      const name = fileName.replaceAll(/[^A-Za-z0-9_.-]/g, '_');
      reply.type('text/plain; charset=utf-8').header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(stream);
    },
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
    if (principal === null || principal.organizationId !== request.principal?.organizationId) return false;
    return hasRole(principal.role, policy.role) && (!policy.operator || (await context.isOperator(principal.userId)));
  }

  registerGuarded(app, {
    facts,
    schema: describeOperation(facts, definition, {
      200: { description: 'Server-Sent Events', content: { 'text/event-stream': { schema: serverSentEvent } } },
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
