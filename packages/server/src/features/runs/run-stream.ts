import { z } from 'zod';
import { httpErrors } from '../../platform/http/http-errors.ts';
import { type SseWriter, toSseFrame } from '../../platform/http/sse-writer.ts';
import type { OutputBatch, Run } from '../../platform/runs/run.ts';
import type { RunEngine } from '../../platform/runs/run-engine.ts';
import { lineNumber, type RunView } from './run.ts';
import { presentRun } from './run-presenter.ts';

type ViewOf = (run: Run) => Promise<RunView>;

interface StreamCall {
  params: { id: string };
  query: z.output<typeof runStreamQuery>;
  lastEventId: string | undefined;
  stream: SseWriter;
}

/** Where a stream of a run begins, for whoever sends no `Last-Event-ID`. */
export const runStreamQuery = z.strictObject({ after: lineNumber.default(0) });

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
export function createRunViews(engine: RunEngine): ViewOf {
  const views = new WeakMap<Run, Promise<RunView>>();
  return (run: Run): Promise<RunView> => {
    const known = views.get(run);
    if (known) return known;
    const view = engine.listSteps(run).then((steps) => presentRun(run, steps));
    views.set(run, view);
    return view;
  };
}

/** Sends a run to whoever follows it: `output`, `state` and, last, `end`. Null is the platform, whose runs are no organization's. */
export function createRunStream(engine: RunEngine, viewOf: ViewOf = createRunViews(engine)) {
  const frameOf = createBatchFrames();
  return async (organizationId: string | null, { params: { id }, query, lastEventId, stream }: StreamCall) => {
    const after = afterOf(lastEventId, query.after);
    for await (const update of engine.followOutput(organizationId, id, after, stream.signal)) {
      if (update.type === 'output') {
        await stream.sendFrame(frameOf(update.batch));
      } else {
        await stream.send({ event: update.type, data: await viewOf(update.run) });
      }
    }
  };
}
