import { once } from 'node:events';
import type { FastifyReply } from 'fastify';

export interface SseEvent {
  /** What a client that reconnects sends back as Last-Event-ID: the sequence number. */
  id?: string | number;
  event?: string;
  /** A string goes as it is, anything else as JSON. */
  data: unknown;
}

/** One open stream of Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export interface SseWriter {
  /** Sends the head of the answer now; send() and comment() do it by themselves. */
  open(): void;
  /** Resolves when the client has taken enough for more to be sent; at once when the stream has ended. */
  send(event: SseEvent): Promise<void>;
  /** As send(), with an event that was made ready by {@link toSseFrame}. */
  sendFrame(frame: Buffer): Promise<void>;
  comment(text: string): Promise<void>;
  /** Aborted when the client is gone, may no longer see this, or the server stops. Return from the handler then. */
  readonly signal: AbortSignal;
}

/** The streams of one server, so that a shutdown can end them. */
export interface OpenStreams {
  add(end: () => void): () => void;
  endAll(): void;
  readonly size: number;
}

/** Ends streams that are added after endAll() at once. */
export function createOpenStreams(): OpenStreams {
  const ends = new Set<() => void>();
  let stopped = false;
  return {
    add(end) {
      if (stopped) end();
      else ends.add(end);
      return () => ends.delete(end);
    },
    endAll() {
      stopped = true;
      for (const end of ends) end();
    },
    get size() {
      return ends.size;
    },
  };
}

/** A field of an event holds no end of line; data of several lines is sent as several fields. */
function toFrame({ id, event, data }: SseEvent): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  const lines = text.split(/\r\n|\r|\n/).map((line) => `data: ${line}\n`);
  const idLine = id === undefined ? '' : `id: ${String(id).replaceAll(/[\0\r\n]/g, '')}\n`;
  const eventLine = event === undefined ? '' : `event: ${event.replaceAll(/[\r\n]/g, '')}\n`;
  return `${idLine}${eventLine}${lines.join('')}\n`;
}

/**
 * An event as bytes. Made once for all streams that it goes to: with 100 readers a quarter of the server's time went into
 * measuring the same text again for each.
 */
export function toSseFrame(event: SseEvent): Buffer {
  return Buffer.from(toFrame(event));
}

export interface SseStreamOptions {
  heartBeatMs: number;
  /** Asked with each heart-beat; the stream ends when it answers false. */
  mayGoOn(): Promise<boolean>;
}

export interface SseStream extends SseWriter {
  readonly isOpen: boolean;
  /** Ends the answer and the heart-beat. */
  close(): void;
}

/** A stream on the answer to this request. Nothing is sent before open(), so that a problem can still be. */
export function createSseStream(reply: FastifyReply, streams: OpenStreams, options: SseStreamOptions): SseStream {
  const ended = new AbortController();
  const raw = reply.raw;
  let isOpen = false;
  const forget = streams.add(() => ended.abort());
  raw.once('close', () => ended.abort());

  function open(): void {
    if (isOpen || ended.signal.aborted) return;
    isOpen = true;
    reply.hijack();
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx keeps what it is sent for a while unless it is told not to.
      'x-accel-buffering': 'no',
    });
    raw.flushHeaders();
  }

  async function write(text: string | Buffer): Promise<void> {
    open();
    if (ended.signal.aborted || raw.write(text)) return;
    try {
      await once(raw, 'drain', { signal: ended.signal });
    } catch (error) {
      // Aborted, or the connection broke: either way there is nobody to wait for.
      if (!ended.signal.aborted && !raw.destroyed) throw error;
    }
  }

  async function beat(): Promise<void> {
    // A client that does not read has a full buffer already: no heart-beat on top of it.
    if (!raw.writableNeedDrain) await write(': keep-alive\n\n');
    if (!(await options.mayGoOn())) ended.abort();
  }
  // When the check itself fails (database away) the stream goes on: the next beat asks again.
  const heart = setInterval(() => void beat().catch(() => undefined), options.heartBeatMs);
  heart.unref();
  ended.signal.addEventListener('abort', () => clearInterval(heart), { once: true });

  return {
    open,
    signal: ended.signal,
    get isOpen() {
      return isOpen;
    },
    send: (event) => write(toFrame(event)),
    sendFrame: write,
    comment: (text) => write(`: ${text.replaceAll(/[\r\n]/g, ' ')}\n\n`),
    close() {
      forget();
      ended.abort();
      if (isOpen) raw.end();
    },
  };
}
