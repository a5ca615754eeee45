import { setTimeout as sleep } from 'node:timers/promises';
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { ApiError, toApiError, UnreachableError } from './api-error.ts';
import type { TokenSource } from './token-source.ts';

/** One Server-Sent Event. `event` is `message` where the server gave it no name. */
export interface ServerEvent {
  id: string | undefined;
  event: string;
  data: string;
}

export interface EventStreamOptions {
  /** Asked for each connection where it is a function: a server may come back at another address. */
  baseUrl: string | (() => Promise<string>);
  /** With its query, such as `/v1/runs/run_1/stream`. */
  path: string;
  token: TokenSource;
  /** Ends the iteration, without an error. */
  signal?: AbortSignal;
  /** Go on after this event. */
  lastEventId?: string;
  /** How long a server may be away before the iteration throws, in milliseconds; 60 s. */
  patienceMs?: number;
  /** Told when the connection is lost and when there is one again. */
  onConnection?: (state: 'lost' | 'back') => void;
}

const firstPauseMs = 100;
const longestPauseMs = 2000;
/** The server gives a sign of life every 15 s: a connection that is silent for three of them is dead. */
const silenceMs = 45_000;

class Silence extends Error {}

/**
 * Follows a stream over any number of connections: each goes on with `Last-Event-ID` where the one before ended, so that every
 * event that carries an id comes once and in order. A stream that ends is opened again: stop iterating at its last event.
 *
 * @throws ApiError when the server refuses; UnreachableError when it stays away for longer than `patienceMs`
 */
export async function* readEvents(options: EventStreamOptions): AsyncIterable<ServerEvent> {
  const { patienceMs = 60_000, onConnection } = options;
  const signal = options.signal ?? new AbortController().signal;
  const locate = typeof options.baseUrl === 'string' ? async () => String(options.baseUrl) : options.baseUrl;
  let { lastEventId } = options;
  let baseUrl = '';
  let pause = firstPauseMs;
  let lostAt: number | undefined;
  for (; !signal.aborted; pause = Math.min(longestPauseMs, pause * 2)) {
    try {
      baseUrl = await locate();
      for await (const event of readConnection(options, baseUrl, lastEventId, () => {
        if (lostAt !== undefined) onConnection?.('back');
        lostAt = undefined;
        pause = firstPauseMs;
      })) {
        yield event;
        lastEventId = event.id ?? lastEventId;
      }
      // Ended by the server: it restarts, or the stream is at its end and the next connection says so.
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof ApiError && error.status < 500 && error.status !== 429) throw error;
      if (lostAt === undefined) onConnection?.('lost');
      lostAt ??= Date.now();
      if (Date.now() - lostAt > patienceMs) {
        throw error instanceof ApiError ? error : new UnreachableError(baseUrl, error);
      }
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

async function connect(
  { path, token }: EventStreamOptions,
  baseUrl: string,
  lastEventId: string | undefined,
  signal: AbortSignal,
): Promise<Response> {
  const open = async (bearer: string | undefined) =>
    await fetch(`${baseUrl}${path}`, {
      signal,
      headers: {
        accept: 'text/event-stream',
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
      },
    });
  const first = await token();
  const answer = await open(first);
  if (answer.status !== 401 || first === undefined) return answer;
  const second = await token(first);
  if (second === undefined || second === first) return answer;
  await answer.body?.cancel();
  return await open(second);
}

async function* readConnection(
  options: EventStreamOptions,
  baseUrl: string,
  lastEventId: string | undefined,
  onOpen: () => void,
): AsyncIterable<ServerEvent> {
  const over = new AbortController();
  const signal = options.signal === undefined ? over.signal : AbortSignal.any([options.signal, over.signal]);
  const silence = setTimeout(() => over.abort(new Silence()), silenceMs);
  try {
    const response = await connect(options, baseUrl, lastEventId, signal);
    if (!response.ok) throw await toApiError(response);
    onOpen();
    const events: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (event) => events.push(event) });
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      silence.refresh();
      parser.feed(decoder.decode(chunk, { stream: true }));
      for (const { id, event = 'message', data } of events.splice(0)) yield { id, event, data };
    }
  } finally {
    clearTimeout(silence);
    // Whoever stops iterating leaves no connection behind.
    over.abort();
  }
}
