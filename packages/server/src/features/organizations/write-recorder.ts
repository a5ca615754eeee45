import type { FastifyInstance, FastifyRequest } from 'fastify';
import { auditActionOf } from './audit-action.ts';
import type { AuditLog } from './audit-log.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What a write answers, as far as the audit log wants to know; set while routes of recordWrites() answer. */
    auditedAnswer?: { id?: unknown; runId?: unknown; code?: unknown } | null;
    /** Whether the handler has recorded it itself. */
    isRecorded?: boolean;
  }
}

const reads = new Set(['GET', 'HEAD', 'OPTIONS']);
const created = 201;
/** What a role did not allow, and what came too often: the refusal recorder has it, the latter once for each window. */
const byRefusals = new Set([403, 429]);

/** Says that a handler has recorded what it did, so that recordWrites() does not record it once more. */
export function markRecorded(request: FastifyRequest): void {
  request.isRecorded = true;
}

/** The id that a request is about: the one in its path, as `/v1/services/{id}`. */
function pathIdOf(params: unknown): string | null {
  const id = (params as { id?: unknown } | undefined)?.id;
  return typeof id === 'string' ? id : null;
}

/** What else the path names, such as the variable in `/v1/services/{id}/env/{key}`. */
function partsOf(params: unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params ?? {}).filter(([name]) => name !== 'id'));
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** What a write was about: what it created, else what its path names. The other one, and the run it asked for, are details. */
function aboutOf(request: FastifyRequest, status: number) {
  const pathId = pathIdOf(request.params);
  const answered = textOf(request.auditedAnswer?.id);
  const runId = textOf(request.auditedAnswer?.runId);
  const code = textOf(request.auditedAnswer?.code);
  const isNew = status === created && answered !== undefined;
  return {
    subject: isNew ? answered : pathId,
    details: {
      status,
      ...partsOf(request.params),
      ...(isNew && pathId !== null ? { parent: pathId } : {}),
      ...(!isNew && answered !== undefined && answered !== pathId ? { id: answered } : {}),
      ...(runId === undefined ? {} : { runId }),
      // Of the problem that was answered: why it failed.
      ...(status < 400 || code === undefined ? {} : { code }),
    },
  };
}

/**
 * Registers routes whose every write is in the audit log: who, which operation, on what, from where, and whether it was done.
 * For features that do not record their own; `ownSuccesses`: for those that record what was done, and not what failed.
 *
 * The entry is written before the answer is sent, so that whoever has the answer finds it; not in the transaction of the deed,
 * which each feature ends by itself. A server that is killed between the two leaves a deed without an entry, and its caller
 * without an answer.
 */
export function recordWrites(
  app: FastifyInstance,
  audit: AuditLog,
  register: (scope: FastifyInstance) => void,
  { ownSuccesses = false }: { ownSuccesses?: boolean } = {},
): void {
  void app.register((scope, _options, done) => {
    scope.addHook('preSerialization', async (request, _reply, payload) => {
      if (!reads.has(request.method)) request.auditedAnswer = (payload as FastifyRequest['auditedAnswer']) ?? null;
      return payload;
    });
    scope.addHook('onSend', async (request, reply, payload) => {
      const { facts } = request.routeOptions.config;
      const { principal } = request;
      if (facts === undefined || principal === null || reads.has(request.method)) return payload;
      if (byRefusals.has(reply.statusCode)) return payload;
      const isDone = reply.statusCode < 400;
      if (isDone && (ownSuccesses || request.isRecorded === true)) return payload;
      markRecorded(request);
      const { subject, details } = aboutOf(request, reply.statusCode);
      const isRepeated = reply.getHeader('idempotent-replayed') !== undefined;
      const entry = {
        principal,
        action: auditActionOf(facts.operationId),
        subject,
        result: isDone ? 'done' : 'failed',
        details: { ...details, ...(isRepeated ? { repeated: true } : {}) },
        address: request.ip,
      } as const;
      await audit.record(entry).catch((error: unknown) => {
        app.httpContext.logger.error({ requestId: request.id, err: error }, 'a write could not be recorded');
      });
      return payload;
    });
    register(scope);
    done();
  });
}
