import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { httpErrors } from './http-errors.ts';
import { describeOperation } from './operation-schema.ts';
import { callOf, registerGuarded } from './register-route.ts';
import { authorize } from './request-checks.ts';
import type { Policy, RouteFacts, SocketRouteDefinition } from './route-definition.ts';
import { closeCodes, createSocketConnection, type SocketConnection } from './socket-connection.ts';
import { guardSocket } from './socket-guard.ts';
import { findUpgrade } from './upgrades.ts';

/** No message may be larger; a paste comes in several. */
const LARGEST_MESSAGE_BYTES = 64 * 1024;

// Without compression: what is typed and printed is short, and a compressor a connection would cost 300 KiB.
const server = new WebSocketServer({
  noServer: true,
  maxPayload: LARGEST_MESSAGE_BYTES,
  perMessageDeflate: false,
  clientTracking: false,
});

/** The library would answer these faults itself, in words of its own. */
function requireHandshake({ headers }: FastifyRequest): void {
  const key = headers['sec-websocket-key'];
  const isSpoken = headers['sec-websocket-version'] === '13' && key !== undefined && /^[+/0-9A-Za-z]{22}==$/.test(key);
  if (!isSpoken) throw httpErrors.WEBSOCKET_REQUIRED();
}

async function becomeSocket(request: FastifyRequest, reply: FastifyReply): Promise<WebSocket> {
  const upgrade = findUpgrade(request.raw);
  // The library would never call back for a client that has gone away meanwhile.
  if (!upgrade || upgrade.socket.destroyed || !upgrade.socket.writable) throw httpErrors.WEBSOCKET_REQUIRED();
  reply.hijack();
  upgrade.take();
  return new Promise((resolve) => server.handleUpgrade(request.raw, upgrade.socket, upgrade.head, resolve));
}

/**
 * As route(), for a WebSocket: the request goes through the same checks before the connection is one, and while it is open its
 * caller's session and role are looked at again every few seconds. Ends when the server stops.
 */
export function socketRoute<P, Q, const Who extends Policy>(
  app: FastifyInstance,
  definition: SocketRouteDefinition<P, Q, Who>,
): void {
  const { path, operationId, policy } = definition;
  const facts: RouteFacts = { method: 'GET', path, operationId, policy, body: 'none', contentTypes: [] };
  const context = app.httpContext;

  async function findObjection(request: FastifyRequest): Promise<string | undefined> {
    const before = request.principal;
    if (before === null) return undefined;
    const now = await context.findStanding(before, request);
    if (now === null || now.organizationId !== before.organizationId) return 'Your session has ended: sign in again.';
    try {
      authorize(policy, { principal: now });
      return undefined;
    } catch {
      return 'Your role no longer allows this.';
    }
  }

  registerGuarded(app, {
    facts,
    schema: describeOperation(facts, definition, { 101: z.undefined().meta({ description: definition.protocol }) }),
    bodyLimit: undefined,
    isStream: true,
    async handler(request, reply) {
      if (!findUpgrade(request.raw)) throw httpErrors.WEBSOCKET_REQUIRED();
      requireHandshake(request);
      let connection: SocketConnection | undefined;
      let forget = (): unknown => undefined;
      const startedAt = Date.now();
      const accept = async (): Promise<SocketConnection> => {
        const socket = await becomeSocket(request, reply);
        const made = createSocketConnection(socket);
        connection = made;
        guardSocket(socket, made, { everyMs: context.socketCheckMs, findObjection: () => findObjection(request) });
        forget = context.streams.add(() =>
          made.close(closeCodes.restarting, 'The server is stopping or starting again.'),
        );
        return made;
      };
      try {
        await definition.handle({ ...callOf<P, Q, Who>(request, reply), accept });
        connection?.close(closeCodes.done, '');
      } catch (error) {
        if (!connection) throw error;
        context.logger.error({ requestId: request.id, operationId, err: error }, 'socket failed');
        connection.close(closeCodes.failed, 'Something went wrong inside davit; its log says what.');
      } finally {
        forget();
      }
      const durationMs = Date.now() - startedAt;
      context.logger.info({ requestId: request.id, operation: operationId, durationMs }, 'socket closed');
      return reply;
    },
  });
}
