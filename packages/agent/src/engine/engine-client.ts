import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { createHangWatch } from './hang-watch.ts';

/** The lowest version of the Engine API that has all that is used (Docker 20.10). */
const API = '/v1.41';

/** What a Docker engine answered instead of what was asked; status 0: it does not answer at all. */
export class EngineError extends Error {
  override name = 'EngineError';
  readonly status: number;

  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** An engine that takes connections, since the kernel does that for it, and says nothing. */
export class EngineHangsError extends EngineError {
  override name = 'EngineHangsError';

  constructor() {
    super(0, 'The Docker engine does not answer: it hangs. It takes connections, and says nothing.');
  }
}

/** Where an engine listens: a unix socket, or a port. */
export type EngineAddress = { socketPath: string } | { host: string; port: number };

export interface EngineCall {
  method?: 'GET' | 'POST' | 'DELETE' | 'HEAD';
  query?: Readonly<Record<string, string>>;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** On a connection of its own: an engine that is ending takes none any more, and goes on to answer on those it has. */
  fresh?: boolean;
  signal?: AbortSignal | undefined;
}

/**
 * HTTP to a Docker engine. Every call ends when its signal is aborted, and while it waits for an answer with an
 * {@link EngineHangsError} when the engine gives no sign of life; how long the answer takes is no matter.
 */
export interface EngineClient {
  /** JSON of the answer; undefined for an empty one. @throws EngineError */
  call(path: string, options?: EngineCall): Promise<unknown>;
  /** The answer as it comes. @throws EngineError */
  stream(path: string, options?: EngineCall): Promise<AsyncIterable<Buffer>>;
  /** A connection of bytes both ways, as an attached terminal is. @throws EngineError */
  upgrade(path: string, options?: EngineCall): Promise<Duplex>;
  close(): void;
}

/**
 * Reads DOCKER_HOST: `unix:///run/docker.sock` or `tcp://127.0.0.1:2375`; undefined when it is neither. An engine elsewhere
 * is none: containers are reached by their own addresses, which only their own machine knows.
 */
export function parseDockerHost(text: string): EngineAddress | undefined {
  const socketPath = /^unix:\/\/(\/[^\0]+)$/.exec(text)?.[1];
  if (socketPath !== undefined) return { socketPath };
  const [, host, port] = /^tcp:\/\/(localhost|127(?:\.\d{1,3}){3}|\[::1\]):(\d{1,5})\/?$/.exec(text) ?? [];
  if (host === undefined || Number(port) < 1 || Number(port) > 65_535) return undefined;
  return { host: host.replaceAll(/[[\]]/g, ''), port: Number(port) };
}

async function readAll(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

async function errorOf(response: IncomingMessage): Promise<EngineError> {
  const status = response.statusCode ?? 0;
  const text = await readAll(response).catch(() => '');
  try {
    return new EngineError(status, (JSON.parse(text) as { message: string }).message);
  } catch {
    return new EngineError(status, `The Docker engine answered with status ${status}.`);
  }
}

/** Connects with the first call. */
export function createEngineClient(address: EngineAddress): EngineClient {
  const agent = new Agent({ keepAlive: true });

  function send(path: string, options: EngineCall, headers: Readonly<Record<string, string>>): ClientRequest {
    const { method = 'GET', query, body, signal } = options;
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    const sent = request({
      ...address,
      agent: options.fresh === true || 'upgrade' in headers ? false : agent,
      method,
      path: `${API}${path}${search}`,
      headers: {
        host: 'docker',
        ...(text === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
        ...options.headers,
        ...headers,
      },
      ...(signal === undefined ? {} : { signal }),
    });
    sent.end(text);
    return sent;
  }

  const failed = (error: NodeJS.ErrnoException, signal: AbortSignal | undefined): unknown =>
    signal?.aborted === true
      ? signal.reason
      : new EngineError(0, `The Docker engine does not answer: ${error.message}.`, error);

  async function open(path: string, options: EngineCall): Promise<IncomingMessage> {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      send(path, options, {})
        .once('response', resolve)
        .once('error', (error) => reject(failed(error, options.signal)));
    });
    if ((response.statusCode ?? 0) >= 400) throw await errorOf(response);
    return response;
  }

  async function ask(path: string, options: EngineCall): Promise<unknown> {
    const response = await open(path, options);
    const text = await readAll(response).catch((error: NodeJS.ErrnoException) => {
      throw failed(error, options.signal);
    });
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  async function connect(path: string, options: EngineCall): Promise<Duplex> {
    const sent = send(path, options, { connection: 'Upgrade', upgrade: 'tcp' });
    return await new Promise<Duplex>((resolve, reject) => {
      sent.once('upgrade', (_response, socket, head: Buffer) => {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      });
      sent.once('response', (response) => void errorOf(response).then(reject, reject));
      sent.once('error', (error) => reject(failed(error, options.signal)));
    });
  }

  const watch = createHangWatch(
    async (signal) => void (await ask('/_ping', { method: 'HEAD', signal })),
    () => new EngineHangsError(),
  );

  async function watched<T>(work: (options: EngineCall) => Promise<T>, options: EngineCall = {}): Promise<T> {
    options.signal?.throwIfAborted();
    await watch.beforeCall();
    options.signal?.throwIfAborted();
    return await watch.during((signal) => work({ ...options, signal }), options.signal);
  }

  return {
    call: (path, options) => watched((limited) => ask(path, limited), options),
    stream: (path, options) => watched((limited) => open(path, limited), options),
    upgrade: (path, options) => watched((limited) => connect(path, limited), options),
    close: () => agent.destroy(),
  };
}
