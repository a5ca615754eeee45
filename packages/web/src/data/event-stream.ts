import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { sessionFetch, toApiError } from './api-client.ts';
import { connection } from './connection.ts';
import { NetworkError } from './network-error.ts';
import { pause } from './pause.ts';

/** `event` is `message` where the server gave it no name. */
export interface StreamEvent {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
}

/** `blocked`: something in between (a proxy that keeps answers until they end) lets calls through, but no stream. */
export type StreamState = 'open' | 'lost' | 'blocked';

export interface FollowOptions {
  /** With its query, such as `/v1/projects/prj_1/events`. */
  path: string;
  /** Ends it, without an error. */
  signal: AbortSignal;
  onEvent: (event: StreamEvent) => void;
  onState?: (state: StreamState) => void;
  /** Go on after this event. */
  lastEventId?: string;
  /** How connections are made, and how long things take; for tests. */
  transport?: Partial<StreamTransport>;
}

export interface StreamTransport {
  baseUrl: string;
  open: (request: Request) => Promise<Response>;
  /** Calls back when a lost connection is worth another try at once. @returns what ends that */
  onBack: (listener: () => void) => () => void;
  /** Until the first byte, which the server sends at once; milliseconds. */
  firstByteMs: number;
  /** The server gives a sign of life every 15 s: a connection that is silent for three of them is dead. */
  silenceMs: number;
  pausesMs: readonly number[];
  /** How often a blocked stream is tried again. */
  blockedPauseMs: number;
}

const defaults: StreamTransport = {
  baseUrl: globalThis.location?.origin ?? '',
  open: (request) => sessionFetch(request, Number.POSITIVE_INFINITY),
  onBack: connection.onBack,
  firstByteMs: 8000,
  silenceMs: 45_000,
  pausesMs: [250, 500, 1000, 2000, 5000],
  blockedPauseMs: 60_000,
};

/** So many connections that stay silent from the start are no accident. */
const SILENT_STARTS_OF_BLOCKED = 2;

/**
 * Follows a stream over any number of connections: each goes on with `Last-Event-ID` where the one before ended, so that every
 * event that carries an id comes once and in order. Resolves when `signal` is aborted.
 *
 * @throws ApiError when the server refuses
 */
export async function followEvents(options: FollowOptions): Promise<void> {
  const transport = { ...defaults, ...options.transport };
  const { signal, onEvent, onState } = options;
  let { lastEventId } = options;
  let attempt = 0;
  let silentStarts = 0;
  while (!signal.aborted) {
    let heard = false;
    try {
      await readConnection(transport, options.path, lastEventId, signal, {
        onFirstByte() {
          heard = true;
          attempt = 0;
          silentStarts = 0;
          onState?.('open');
        },
        onEvent(event) {
          lastEventId = event.id ?? lastEventId;
          onEvent(event);
        },
      });
      // Ended by the server: it restarts, or wants this page's right to read looked at again.
    } catch (error) {
      if (signal.aborted) return;
      if (isRefusal(error)) throw error;
      if (error instanceof SilentStart) silentStarts += 1;
    }
    if (signal.aborted) return;
    const isBlocked = !heard && silentStarts >= SILENT_STARTS_OF_BLOCKED;
    onState?.(isBlocked ? 'blocked' : 'lost');
    const { pausesMs, blockedPauseMs } = transport;
    const pauseMs = isBlocked ? blockedPauseMs : (pausesMs[Math.min(attempt, pausesMs.length - 1)] ?? 1000);
    attempt += 1;
    await pause(pauseMs, signal, isBlocked ? undefined : transport.onBack);
  }
}

/** Nothing came, though something answered. */
class SilentStart extends Error {}

function isRefusal(error: unknown): boolean {
  if (error instanceof NetworkError || !(error instanceof Error) || !('status' in error)) return false;
  const status = Number(error.status);
  return status >= 400 && status < 500 && status !== 408 && status !== 429;
}

interface Listener {
  onFirstByte: () => void;
  onEvent: (event: StreamEvent) => void;
}

async function readConnection(
  transport: StreamTransport,
  path: string,
  lastEventId: string | undefined,
  outer: AbortSignal,
  listener: Listener,
): Promise<void> {
  const over = new AbortController();
  const endBecause = (reason: Error) => () => over.abort(reason);
  let watchdog = setTimeout(endBecause(new SilentStart()), transport.firstByteMs);
  const feed = (): void => {
    clearTimeout(watchdog);
    watchdog = setTimeout(endBecause(new Error('The stream went silent.')), transport.silenceMs);
  };
  try {
    const request = new Request(new URL(path, transport.baseUrl), {
      signal: AbortSignal.any([outer, over.signal]),
      cache: 'no-store',
      headers: {
        accept: 'text/event-stream',
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
    const response = await transport.open(request);
    if (!response.ok) throw await toApiError(response);
    // A page of something in between, with a status as if all were well.
    if (response.headers.get('content-type')?.startsWith('text/event-stream') !== true) throw new SilentStart();
    await readBody(response, feed, listener);
  } finally {
    clearTimeout(watchdog);
    over.abort();
  }
}

async function readBody(response: Response, feed: () => void, listener: Listener): Promise<void> {
  const parser = createParser({
    onEvent: ({ id, event = 'message', data }: EventSourceMessage) => listener.onEvent({ id, event, data }),
  });
  const decoder = new TextDecoder();
  const reader = response.body?.getReader();
  let isFirst = true;
  for (;;) {
    const chunk = await reader?.read();
    if (chunk === undefined || chunk.done) return;
    feed();
    if (isFirst) listener.onFirstByte();
    isFirst = false;
    parser.feed(decoder.decode(chunk.value, { stream: true }));
  }
}
