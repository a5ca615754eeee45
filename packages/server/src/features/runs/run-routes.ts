import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { httpErrors } from '../../platform/http/http-errors.ts';
import { decodeCursor, page, pageQuery, toPage } from '../../platform/http/pagination.ts';
import { route, streamRoute } from '../../platform/http/route.ts';
import { toSseFrame } from '../../platform/http/sse-writer.ts';
import type { OutputBatch, Run } from '../../platform/runs/run.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { registerOutputRoutes } from './output-routes.ts';
import { lineNumber, type RunView, runSchema } from './run.ts';
import { presentRun } from './run-presenter.ts';

const params = z.strictObject({ id: z.string() });
/** The scheduled runs of a cron service have the subject `SERVICE_ID:cron`, so that they do not wait for its deployments. */
const listQuery = pageQuery.extend({ subject: z.string().max(200).optional(), kind: z.string().max(100).optional() });
const streamQuery = z.strictObject({ after: lineNumber.default(0) });

function afterOf(lastEventId: string | undefined, queried: number): number {
  if (lastEventId === undefined) return queried;
  const after = lineNumber.safeParse(lastEventId);
  if (after.success) return after.data;
  const fields = [{ pointer: '/headers/last-event-id', detail: 'must be the id of an event of this stream' }];
  throw httpErrors.CURSOR_INVALID({ fields });
}

/** The frame of a batch, made once for all who read along. */
function createBatchFrames(): (batch: OutputBatch) => Buffer {
  const frames = new WeakMap<OutputBatch, Buffer>();
  return (batch) => {
    const frame = frames.get(batch) ?? toSseFrame({ id: batch.lastSeq, event: 'output', data: batch.lines });
    frames.set(batch, frame);
    return frame;
  };
}

/** Presents runs with their steps; those who follow the same run share the query for each of its changes. */
function createRunViews(engine: RunEngine) {
  const views = new WeakMap<Run, Promise<RunView>>();
  return (run: Run): Promise<RunView> => {
    const known = views.get(run);
    if (known) return known;
    const view = engine.listSteps(run).then((steps) => presentRun(run, steps));
    views.set(run, view);
    return view;
  };
}

/** `/v1/runs`: the list, one run, its output as pages and as a stream, and its cancel. */
export function registerRunRoutes(app: FastifyInstance, { engine }: { engine: RunEngine }): void {
  const viewOf = createRunViews(engine);
  const frameOf = createBatchFrames();

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
    query: streamQuery,
    async handle({ params: { id }, query, principal, lastEventId, stream }) {
      const after = afterOf(lastEventId, query.after);
      for await (const update of engine.followOutput(principal.organizationId, id, after, stream.signal)) {
        if (update.type === 'output') {
          await stream.sendFrame(frameOf(update.batch));
        } else {
          await stream.send({ event: update.type, data: await viewOf(update.run) });
        }
      }
    },
  });
}
