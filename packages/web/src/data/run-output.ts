import { api, type Schemas, unwrap } from './api-client.ts';
import { type FollowOptions, followEvents } from './event-stream.ts';
import { createPagedLines, type NumberedLine } from './paged-lines.ts';
import { pause } from './pause.ts';

export type Run = Schemas['Run'];
type OutputLine = Schemas['OutputLine'];
type Outline = Schemas['OutputOutline'];

/** The lines of one step, both ends included. */
export interface StepLines {
  readonly name: string;
  readonly first: number;
  readonly last: number;
}

/** What is known of the output of a run; another object whenever that changes. */
export interface RunOutputState {
  /** Whether it is known how much there is. */
  readonly isKnown: boolean;
  readonly lastLine: number;
  readonly steps: readonly StepLines[];
  /** Of a failed run, where its failure most likely begins. */
  readonly errorLine: number | null;
  /** More may come. */
  readonly isLive: boolean;
  /** Changes with every line that came at the end. */
  readonly version: number;
}

export interface RunOutput {
  state: () => RunOutputState;
  subscribe: (listener: () => void) => () => void;
  /** Tells of lines that came, wherever they belong; those that were asked for change nothing else. */
  subscribeLines: (listener: () => void) => () => void;
  line: (number: number) => NumberedLine | undefined;
  /** Loads these lines, both ends included. */
  want: (from: number, to: number) => void;
  stop: () => void;
}

/** Where output comes from; for tests. */
export interface RunOutputTransport {
  outline: (runId: string, signal: AbortSignal) => Promise<Outline>;
  read: (runId: string, after: number, limit: number, signal: AbortSignal) => Promise<Schemas['OutputPage']>;
  run: (runId: string, signal: AbortSignal) => Promise<Run>;
  follow: (options: FollowOptions) => Promise<void>;
}

const transportOfApi: RunOutputTransport = {
  outline: (id, signal) => unwrap(api.GET('/v1/runs/{id}/output/outline', { params: { path: { id } }, signal })),
  read: (id, after, limit, signal) =>
    unwrap(api.GET('/v1/runs/{id}/output', { params: { path: { id }, query: { after, limit } }, signal })),
  run: (id, signal) => unwrap(api.GET('/v1/runs/{id}', { params: { path: { id } }, signal })),
  follow: followEvents,
};

const POLL_MS = 1000;
const RETRY_MS = 1500;
/** Lines come in batches, twenty a second: the page is drawn for several of them at once. */
const GATHER_MS = 60;
const ENDED = new Set<Run['state']>(['succeeded', 'failed', 'canceled', 'superseded']);

const toLine = ({ seq, at, step, stream, content }: OutputLine): NumberedLine => ({
  number: seq,
  at,
  label: step,
  stream,
  content,
});

/**
 * The output of a run: pages of it are loaded as they are wanted, new lines come by the run's stream, which goes on after the last
 * line that came whenever it was cut. Where no stream gets through it is asked each second. `onRun` is told how the run is, last when it ended.
 */
export function createRunOutput(
  runId: string,
  onRun: (run: Run) => void,
  transport: RunOutputTransport = transportOfApi,
): RunOutput {
  const over = new AbortController();
  const { signal } = over;
  const listeners = new Set<() => void>();
  const lineListeners = new Set<() => void>();
  const steps = new Map<string, StepLines>();
  let isLonger = false;
  let state: RunOutputState = { isKnown: false, lastLine: 0, steps: [], errorLine: null, isLive: true, version: 0 };
  let timer: ReturnType<typeof setTimeout> | undefined;

  function change(part: Partial<RunOutputState>): void {
    state = { ...state, ...part, lastLine: lines.last, version: state.version + 1 };
    for (const listener of listeners) listener();
  }

  const lines = createPagedLines({
    load: async (after, limit) => (await transport.read(runId, after, limit, signal)).lines.map(toLine),
    onChange() {
      timer ??= setTimeout(() => {
        timer = undefined;
        if (isLonger || lines.last !== state.lastLine) change({ steps: [...steps.values()] });
        isLonger = false;
        for (const listener of lineListeners) listener();
      }, GATHER_MS);
    },
  });

  /** Lines beyond the last one: they may open a step, or make one longer. */
  function append(added: readonly OutputLine[]): void {
    for (const { step, seq } of added) {
      const known = steps.get(step);
      isLonger ||= seq > (known?.last ?? 0);
      if (known === undefined) steps.set(step, { name: step, first: seq, last: seq });
      else if (seq > known.last) steps.set(step, { ...known, last: seq });
    }
    lines.put(added.map(toLine));
  }

  async function readOutline(): Promise<void> {
    const outline = await untilAnswered(() => transport.outline(runId, signal), signal);
    if (outline === undefined) return;
    for (const { name, firstSeq, lastSeq } of outline.steps) {
      const last = Math.max(lastSeq, steps.get(name)?.last ?? 0);
      steps.set(name, { name, first: firstSeq, last });
    }
    lines.extend(outline.lastSeq);
    change({ isKnown: true, errorLine: outline.firstErrorSeq, steps: [...steps.values()] });
  }

  /** Asks instead of being told, until the run has ended or `until` is aborted. */
  async function poll(until: AbortSignal, end: () => void): Promise<void> {
    while (!until.aborted) {
      const page = await untilAnswered(() => transport.read(runId, lines.last, 5000, until), until);
      if (page === undefined) return;
      append(page.lines);
      const run = await untilAnswered(() => transport.run(runId, until), until);
      if (run === undefined) return;
      onRun(run);
      if (ENDED.has(page.state) && page.nextCursor === null) return end();
      if (page.nextCursor === null) await pause(POLL_MS, until);
    }
  }

  async function follow(): Promise<void> {
    const ended = new AbortController();
    const stop = AbortSignal.any([signal, ended.signal]);
    let polling: AbortController | undefined;
    await transport.follow({
      path: `/v1/runs/${encodeURIComponent(runId)}/stream`,
      lastEventId: String(lines.last),
      signal: stop,
      onEvent({ event, data }) {
        if (event === 'output') append(JSON.parse(data) as OutputLine[]);
        if (event === 'state' || event === 'end') onRun(JSON.parse(data) as Run);
        if (event === 'end') ended.abort();
      },
      onState(next) {
        if (next === 'open') polling?.abort();
        else if (next === 'blocked' && (polling === undefined || polling.signal.aborted)) {
          polling = new AbortController();
          void poll(AbortSignal.any([stop, polling.signal]), () => ended.abort());
        }
      },
    });
    polling?.abort();
  }

  async function live(): Promise<void> {
    await readOutline();
    // Refused (gone, or no right to it): the page's own queries say so.
    await follow().catch(() => undefined);
    if (signal.aborted) return;
    change({ isLive: false });
    // Only of a run that has failed is it known where the failure begins.
    await readOutline();
  }

  void live();
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    subscribeLines(listener) {
      lineListeners.add(listener);
      return () => lineListeners.delete(listener);
    },
    line: lines.get,
    want: lines.want,
    stop() {
      over.abort();
      clearTimeout(timer);
      lines.stop();
    },
  };
}

/** Asks until there is an answer; undefined when `signal` is aborted before, or when the server refuses. */
async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) return undefined;
      const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
      if (status === 403 || status === 404) return undefined;
      await pause(RETRY_MS, signal);
    }
  }
}
