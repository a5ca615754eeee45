import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isLogCursor } from '../../adapters/log-store/log-store.ts';
import { httpErrors } from '../../platform/http/http-errors.ts';
import { downloadRoute, route, streamRoute } from '../../platform/http/route.ts';
import type { DeploymentService } from './deployment-service.ts';
import { logText } from './log-text.ts';

const params = z.strictObject({ id: z.string() });
const name = z.string().regex(/^[A-Za-z0-9_.-]{1,128}$/);
const cursor = z
  .string()
  .max(128)
  .refine(isLogCursor, { error: 'is no cursor of a log: use one that a page or a line carried' })
  .meta({ pattern: '^\\d{16}$' });
const logStream = z.enum(['stdout', 'stderr', 'system']);
const filter = {
  /** Only lines that contain this text, without regard to case. */
  search: z.string().min(1).max(256).optional(),
  instance: name.optional(),
  deployment: name.optional(),
  /** Of a service with several: `web`, `worker`. */
  process: name.optional(),
  stream: logStream.optional(),
};
const logQuery = z.strictObject({
  ...filter,
  after: cursor.optional(),
  before: cursor.optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(200),
});
const downloadQuery = logQuery.omit({ after: true, before: true, limit: true });
const streamQuery = z.strictObject({ ...filter, after: cursor.optional() });

const logLine = z
  .strictObject({
    cursor: z.string(),
    at: z.string(),
    instance: z.string(),
    labels: z.record(z.string(), z.string()),
    stream: logStream,
    content: z.string(),
    /** The next line of this instance and stream goes on where this one stops: it was too long, or is unfinished. */
    partial: z.boolean().optional(),
  })
  .meta({ id: 'LogLine' });
const logPage = z
  .strictObject({
    lines: z.array(logLine),
    /** For `before`; null when nothing older is kept. */
    previousCursor: z.string().nullable(),
    /** For `after`. */
    nextCursor: z.string().nullable(),
  })
  .meta({ id: 'LogPage' });

const readTimeoutMs = 30_000;

/** What the store knows of davit's own words for an instance: its labels. */
function toStoreQuery<Q extends { deployment?: string | undefined; process?: string | undefined }>(query: Q) {
  const { deployment, process, ...rest } = query;
  const labels = [
    ...(deployment === undefined ? [] : [`deployment=${deployment}`]),
    ...(process === undefined ? [] : [`process=${process}`]),
  ];
  return labels.length === 0 ? rest : { ...rest, label: labels.join(',') };
}

/** The logs of a service's instances, across its deployments. */
export function registerLogRoutes(app: FastifyInstance, { deployments }: { deployments: DeploymentService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/services/:id/logs',
    tag: 'logs',
    operationId: 'readServiceLogs',
    summary: 'Read or search the logs of a service, oldest line first',
    policy: { role: 'viewer' },
    params,
    query: logQuery,
    response: logPage,
    async handle({ params: { id }, query, principal }) {
      const logs = await deployments.logsOf(principal.organizationId, id);
      return await logs.read(id, toStoreQuery(query), AbortSignal.timeout(readTimeoutMs));
    },
  });

  downloadRoute(app, {
    path: '/v1/services/:id/logs/download',
    tag: 'logs',
    operationId: 'downloadServiceLogs',
    summary: 'Download the logs of a service that are kept, as text, oldest line first',
    policy: { role: 'viewer' },
    params,
    query: downloadQuery,
    async handle({ params: { id }, query, principal }) {
      const logs = await deployments.logsOf(principal.organizationId, id);
      return { fileName: `${id}.log`, text: logText(logs, id, toStoreQuery(query)) };
    },
  });

  streamRoute(app, {
    path: '/v1/services/:id/logs/stream',
    tag: 'logs',
    operationId: 'streamServiceLogs',
    summary: 'Follow the logs of a service; the id of an event is its last line’s cursor',
    policy: { role: 'viewer' },
    params,
    query: streamQuery,
    async handle({ params: { id }, query, principal, lastEventId, stream }) {
      const logs = await deployments.logsOf(principal.organizationId, id);
      if (lastEventId !== undefined && !isLogCursor(lastEventId)) throw httpErrors.CURSOR_INVALID();
      stream.open();
      const after = lastEventId ?? query.after;
      for await (const lines of logs.follow(id, { ...toStoreQuery(query), after }, stream.signal)) {
        const last = lines.at(-1);
        if (last !== undefined) await stream.send({ id: last.cursor, event: 'log', data: lines });
      }
    },
  });
}
