import { api, type Schemas, unwrap } from './api-client.ts';
import { type FollowOptions, followEvents } from './event-stream.ts';
import { pause } from './pause.ts';

type ServerLine = Schemas['LogLine'];
type ServerPage = Schemas['LogPage'];

/** Which lines of a service's logs are wanted; all where nothing is said. */
export interface LogFilter {
  readonly deployment?: string;
  readonly instance?: string;
  readonly process?: string;
  readonly stream?: ServerLine['stream'];
  /** Case does not matter. */
  readonly search?: string;
  /** RFC 3339. */
  readonly since?: string;
  readonly until?: string;
}

/** A line of an instance. `number` is its place in all logs of the service: higher by one for each line, and an address. */
export interface ServiceLogLine {
  readonly number: number;
  readonly at: string;
  /** Who wrote it: the process and which of its instances. */
  readonly label: string;
  readonly stream: ServerLine['stream'];
  readonly content: string;
}

/** What is loaded; another object whenever that changes. */
export interface ServiceLogState {
  /** Oldest first. */
  readonly lines: readonly ServiceLogLine[];
  /** The index of the first line: smaller by the number of lines that were put before it, larger by those that were forgotten. */
  readonly firstIndex: number;
  readonly hasOlder: boolean;
  /** The first page is there. */
  readonly isKnown: boolean;
  /** New lines come by themselves. */
  readonly isLive: boolean;
  readonly version: number;
  readonly error: Error | undefined;
}

export interface ServiceLog {
  state: () => ServiceLogState;
  subscribe: (listener: () => void) => () => void;
  loadOlder: () => void;
  /** Of a log that was opened in its middle. */
  loadNewer: () => void;
  stop: () => void;
}

export interface LogPageQuery extends LogFilter {
  readonly after?: string;
  readonly before?: string;
  readonly limit: number;
}

/** Where logs come from; for tests. */
export interface ServiceLogTransport {
  read: (serviceId: string, query: LogPageQuery, signal: AbortSignal) => Promise<ServerPage>;
  follow: (options: FollowOptions) => Promise<void>;
}

const transportOfApi: ServiceLogTransport = {
  read: (id, query, signal) =>
    unwrap(api.GET('/v1/services/{id}/logs', { params: { path: { id }, query: { ...query } }, signal })),
  follow: followEvents,
};

const PAGE = 500;
/** More are not kept of what comes live: the oldest go, and can be had again. */
const KEPT = 60_000;
const GATHER_MS = 60;
const POLL_MS = 1500;
const RETRY_MS = 2000;
/** Room before the first line that was loaded. */
const FIRST_INDEX = 1_000_000_000;

function toNumber(cursor: string): number {
  return Number(cursor);
}

/** The cursor of the line with a number. */
function toCursor(number: number): string {
  return String(number).padStart(16, '0');
}

const toLine = ({ cursor, at, labels, instance, stream, content }: ServerLine): ServiceLogLine => ({
  number: toNumber(cursor),
  at,
  label: labels.process === undefined ? instance : `${labels.process}-${labels.ordinal ?? '0'}`,
  stream,
  content,
});

/**
 * The logs of a service, of which the newest lines, or those around the line `at`, are loaded at once, older ones as they are wanted, and new ones as they
 * are written: over any number of connections, each going on after the last line that came.
 */
export function createServiceLog(
  serviceId: string,
  filter: LogFilter,
  at: number | undefined,
  transport: ServiceLogTransport = transportOfApi,
): ServiceLog {
  const over = new AbortController();
  const { signal } = over;
  const listeners = new Set<() => void>();
  let state: ServiceLogState = {
    lines: [],
    firstIndex: FIRST_INDEX,
    hasOlder: false,
    isKnown: false,
    isLive: filter.until === undefined,
    version: 0,
    error: undefined,
  };
  let older: string | null = null;
  /** Where the newest line that came stands; undefined once new lines come by themselves. */
  let newer: string | undefined;
  let isLoadingOlder = false;
  let isLoadingNewer = false;
  let arrived: ServiceLogLine[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  function change(part: Partial<ServiceLogState>): void {
    state = { ...state, ...part, version: state.version + 1 };
    for (const listener of listeners) listener();
  }

  const read = (query: Omit<LogPageQuery, keyof LogFilter>): Promise<ServerPage | undefined> =>
    untilAnswered(() => transport.read(serviceId, { ...filter, ...query }, signal), signal);

  /** The page before a cursor. One in which a search found nothing is empty and still not the last. */
  async function readBefore(cursor: string | undefined): Promise<ServerPage | undefined> {
    let before = cursor;
    for (;;) {
      const page = await read(before === undefined ? { limit: PAGE } : { before, limit: PAGE });
      if (page === undefined || page.lines.length > 0 || page.previousCursor === null) return page;
      before = page.previousCursor;
    }
  }

  function append(lines: readonly ServiceLogLine[]): void {
    const last = state.lines.at(-1)?.number ?? 0;
    const added = lines.filter(({ number }) => number > last);
    if (added.length === 0) return;
    const all = [...state.lines, ...added];
    const gone = Math.max(0, all.length - KEPT);
    const kept = gone === 0 ? all : all.slice(gone);
    if (gone > 0) older = toCursor(kept[0]?.number ?? 0);
    change({ lines: kept, firstIndex: state.firstIndex + gone, hasOlder: state.hasOlder || gone > 0 });
  }

  function arrive(lines: readonly ServerLine[]): void {
    arrived.push(...lines.map(toLine));
    timer ??= setTimeout(() => {
      timer = undefined;
      const now = arrived;
      arrived = [];
      append(now);
    }, GATHER_MS);
  }

  async function poll(after: () => string, until: AbortSignal): Promise<void> {
    while (!until.aborted) {
      const page = await read({ after: after(), limit: PAGE });
      if (page === undefined || until.aborted) return;
      arrive(page.lines);
      if (page.lines.length < PAGE) await pause(POLL_MS, until);
    }
  }

  async function follow(from: string): Promise<void> {
    let last = from;
    let polling: AbortController | undefined;
    await transport.follow({
      path: `/v1/services/${encodeURIComponent(serviceId)}/logs/stream?${streamQuery(filter)}`,
      lastEventId: from,
      signal,
      onEvent({ event, data, id }) {
        if (event !== 'log') return;
        arrive(JSON.parse(data) as ServerLine[]);
        last = id ?? last;
      },
      onState(next) {
        if (next === 'open') polling?.abort();
        else if (next === 'blocked' && (polling === undefined || polling.signal.aborted)) {
          polling = new AbortController();
          const lastNumber = () => Math.max(toNumber(last), arrived.at(-1)?.number ?? state.lines.at(-1)?.number ?? 0);
          void poll(() => toCursor(lastNumber()), AbortSignal.any([signal, polling.signal]));
        }
      },
    });
  }

  function goLive(from: string): void {
    newer = undefined;
    if (!state.isLive) return;
    follow(from).catch((error: unknown) => change({ isLive: false, error: asError(error) }));
  }

  async function loadNewer(): Promise<void> {
    if (newer === undefined || isLoadingNewer) return;
    isLoadingNewer = true;
    const page = await read({ after: newer, limit: PAGE });
    isLoadingNewer = false;
    if (page === undefined) return;
    append(page.lines.map(toLine));
    const isEnd = page.nextCursor === null || page.nextCursor === newer;
    const next = page.nextCursor ?? newer;
    if (isEnd) goLive(next);
    else newer = next;
    // Nothing was found in this stretch, or all of it is in view: nobody would ask.
    if (!isEnd && page.lines.length === 0) await loadNewer();
  }

  async function loadOlder(): Promise<void> {
    if (older === null || isLoadingOlder) return;
    isLoadingOlder = true;
    const page = await readBefore(older);
    isLoadingOlder = false;
    if (page === undefined) return;
    older = page.previousCursor;
    const first = state.lines[0]?.number ?? Number.POSITIVE_INFINITY;
    const added = page.lines.map(toLine).filter(({ number }) => number < first);
    change({
      lines: [...added, ...state.lines],
      firstIndex: state.firstIndex - added.length,
      hasOlder: older !== null,
    });
  }

  async function begin(): Promise<void> {
    // `before` leaves the line itself out.
    const page = await readBefore(at === undefined ? undefined : toCursor(at + 1));
    if (page === undefined) return;
    older = page.previousCursor;
    change({ isKnown: true, lines: page.lines.map(toLine), hasOlder: older !== null });
    if (at === undefined) return goLive(page.nextCursor ?? LOG_START);
    newer = toCursor(at);
    await loadNewer();
  }

  begin().catch((error: unknown) => change({ isKnown: true, error: asError(error) }));
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    loadOlder: () => void loadOlder().catch((error: unknown) => change({ error: asError(error) })),
    loadNewer: () => void loadNewer().catch((error: unknown) => change({ error: asError(error) })),
    stop() {
      over.abort();
      clearTimeout(timer);
    },
  };
}

/** The cursor before the first line of every log. */
const LOG_START = toCursor(0);

/** What a stream can be asked for. */
function streamQuery({ since: _since, until: _until, ...filter }: LogFilter): URLSearchParams {
  return new URLSearchParams({ ...filter });
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

/** Asks until there is an answer; undefined when `signal` is aborted before. @throws ApiError when the server refuses */
async function untilAnswered<T>(ask: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (signal.aborted) return undefined;
      const status = error instanceof Error && 'status' in error ? Number(error.status) : 0;
      if (status >= 400 && status < 500 && status !== 429) throw error;
      await pause(RETRY_MS, signal);
    }
  }
}
