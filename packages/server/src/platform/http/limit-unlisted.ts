import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { takeTryOf } from './request-checks.ts';

/** Known by ids that nobody can guess (features/metrics): Prometheus asks for each of them, as many as there are. */
const scrapes = /^\/metrics\/(?:instances|services)\//;

/**
 * Limits what no policy is about. `/openapi.json`, `/docs` and unknown paths are requests like any others of who is not signed in;
 * `/metrics` and the files of the UI, which are made once for all, have the larger bucket of health checks.
 *
 * @returns to be called where nothing was found: that counts as a request whatever it looked like
 */
export function limitUnlisted(
  app: FastifyInstance,
  mayBePage: (request: FastifyRequest) => boolean,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  async function count(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (request.isCounted) return;
    request.isCounted = true;
    await takeTryOf(app.httpContext.requestLimiter, request.ip, reply);
  }

  app.decorateRequest('isCounted', false);
  app.addHook('onRequest', async (request, reply) => {
    const { config, url } = request.routeOptions;
    if (config.facts !== undefined || (!request.is404 && scrapes.test(request.url))) return;
    const isOpen = request.is404 ? mayBePage(request) : url === '/metrics';
    if (isOpen) await takeTryOf(app.httpContext.openLimiter, request.ip, reply);
    else await count(request, reply);
  });
  return count;
}
