import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyInstance } from 'fastify';

const requestIds = new AsyncLocalStorage<string>();

/** The id of the request that is being answered, for what is written down of it; undefined in background work. */
export function findRequestId(): string | undefined {
  return requestIds.getStore();
}

/** Lets findRequestId() know each request of `app`. */
export function keepRequestIds(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => requestIds.run(request.id, done));
  // A body is read in events of the connection, which know nothing of the request: once more when it is there.
  app.addHook('preValidation', (request, _reply, done) => requestIds.run(request.id, done));
}
