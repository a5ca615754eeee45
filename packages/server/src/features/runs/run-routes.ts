import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route, streamRoute } from '../../platform/http/route.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { registerOutputRoutes } from './output-routes.ts';
import { runSchema } from './run.ts';
import { createRunStream, createRunViews, runStreamQuery } from './run-stream.ts';

const params = z.strictObject({ id: z.string() });
/** The scheduled runs of a cron service have the subject `SERVICE_ID:cron`, so that they do not wait for its deployments. */
const listQuery = pageQuery.extend({ subject: z.string().max(200).optional(), kind: z.string().max(100).optional() });
/** `/v1/runs`: the list, one run, its output as pages and as a stream, and its cancel. */
export function registerRunRoutes(app: FastifyInstance, { engine }: { engine: RunEngine }): void {
  const viewOf = createRunViews(engine);
  const streamRun = createRunStream(engine, viewOf);

  route(app, {
    method: 'GET',
    path: '/v1/runs',
    tag: 'runs',
    operationId: 'listRuns',
    summary: 'List runs, newest first: of one subject, one kind or all',
    policy: { role: 'viewer' },
    query: listQuery,
    response: page(runSchema),
    async handle({ query: { limit, cursor, ...filter }, principal }) {
      const before = decodeCursor(cursor);
      const runs = await engine.listRuns(principal.organizationId, { ...filter, before, limit: limit + 1 });
      const { items, nextCursor } = toPage(runs, limit, ({ id }) => id);
      return { items: await Promise.all(items.map(viewOf)), nextCursor };
    },
  });

  route(app, {
    method: 'GET',
    path: '/v1/runs/:id',
    tag: 'runs',
    operationId: 'getRun',
    summary: 'Get a run with its steps',
    policy: { role: 'viewer' },
    params,
    response: runSchema,
    handle: async ({ params: { id }, principal }) => viewOf(await engine.getRun(principal.organizationId, id)),
  });

  route(app, {
    method: 'POST',
    path: '/v1/runs/:id/cancel',
    tag: 'runs',
    operationId: 'cancelRun',
    summary: 'Cancel a queued run, or ask a running one to stop',
    policy: { role: 'developer' },
    params,
    response: runSchema,
    status: 202,
    handle: async ({ params: { id }, principal }) =>
      viewOf(await engine.cancel(principal.organizationId, id, principal.userId)),
  });

  registerOutputRoutes(app, { engine });

  streamRoute(app, {
    path: '/v1/runs/:id/stream',
    tag: 'runs',
    operationId: 'streamRun',
    summary: 'Follow a run: `output` (lines; the id is the last one’s number), `state` and, last, `end` (the run)',
    policy: { role: 'viewer' },
    params,
    query: runStreamQuery,
    handle: (call) => streamRun(call.principal.organizationId, call),
  });
}
