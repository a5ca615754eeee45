import { type IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { FastifyInstance } from 'fastify';

/** A connection whose client asked for it to become a WebSocket. */
export interface PendingUpgrade {
  socket: Duplex;
  head: Buffer;
  /** Takes it out of HTTP's hands: no answer goes over it any more. */
  take(): void;
}

const pending = new WeakMap<IncomingMessage, PendingUpgrade>();

/** The connection of a request that asked for a WebSocket; undefined for every other one. */
export function findUpgrade(request: IncomingMessage): PendingUpgrade | undefined {
  return pending.get(request);
}

/** Which requests are taken for upgrades at all; the header of every other one (`h2c`) is ignored, as HTTP wants it. */
export function isWebSocketRequest(request: IncomingMessage): boolean {
  return request.method === 'GET' && request.headers.upgrade?.toLowerCase() === 'websocket';
}

/**
 * Sends requests for a WebSocket the way of every other request: through limits, authentication, validation and authorization,
 * with the same answers when one of them says no.
 *
 * @param judge what requests come to first
 */
export function routeUpgrades(app: FastifyInstance, judge: (request: IncomingMessage) => void): void {
  app.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const response = new ServerResponse(request);
    const dropped = (): void => void socket.destroy();
    socket.on('error', dropped);
    response.shouldKeepAlive = false;
    response.assignSocket(socket as Socket);
    response.once('finish', () => socket.end(dropped));
    pending.set(request, {
      socket,
      head,
      take() {
        socket.off('error', dropped);
        response.detachSocket(socket as Socket);
      },
    });
    judge(request);
    app.routing(request, response);
  });
}
