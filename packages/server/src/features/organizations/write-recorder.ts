import type { FastifyInstance } from 'fastify';
import type { AuditLog } from './audit-log.ts';

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The id that a request is about: the one in its path, as `/v1/services/{id}`. */
function subjectOf(params: unknown): string | null {
  const id = (params as { id?: unknown } | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

/** What else the path names, such as the variable in `/v1/services/{id}/env/{key}`. */
function partsOf(params: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params ?? {}).filter(([name]) => name !== 'id'));
}

/**
 * Registers routes whose every write is in the audit log: who, which operation, on what, from where, and whether it was done.
 * For features that do not record their own; what somebody's role did not allow is recorded by the refusal recorder.
 */
export function recordWrites(app: FastifyInstance, audit: AuditLog, register: (scope: FastifyInstance) => void): void {
  void app.register((scope, _options, done) => {
    scope.addHook('onResponse', async (request, reply) => {
      const { facts } = request.routeOptions.config;
      const { principal } = request;
      if (facts === undefined || principal === null || reads.has(request.method) || reply.statusCode === 403) return;
      const result = reply.statusCode < 400 ? 'done' : 'failed';
      const entry = {
        principal,
        action: facts.operationId,
        subject: subjectOf(request.params),
        result,
        details: { status: reply.statusCode, ...partsOf(request.params) },
        address: request.ip,
      } as const;
      await audit.record(entry).catch((error: unknown) => {
        app.httpContext.logger.error({ requestId: request.id, err: error }, 'a write could not be recorded');
      });
    });
    register(scope);
    done();
  });
}
