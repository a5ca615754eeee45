import type { FastifyInstance } from 'fastify';
import type { Logger } from '../../kernel/logger.ts';

/** One line for each request, of chosen facts only: no header, no body, no query, since each of them may hold a secret. */
export function registerRequestLog(app: FastifyInstance, logger: Logger): void {
  app.addHook('onResponse', async (request, reply) => {
    const line = {
      requestId: request.id,
      method: request.method,
      path: request.url.split('?', 1)[0],
      operation: request.routeOptions.config.facts?.operationId,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime * 10) / 10,
      address: request.ip,
      userId: request.principal?.userId,
      apiTokenId: request.principal?.apiTokenId ?? undefined,
    };
    // Probes and scrapes come every few seconds and say nothing.
    if (reply.statusCode < 400 && /^\/(?:health|metrics)/.test(request.url)) logger.debug(line, 'request');
    else logger.info(line, 'request');
  });
}
