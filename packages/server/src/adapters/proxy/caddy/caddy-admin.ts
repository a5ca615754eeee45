import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { proxyErrors } from '../proxy-errors.ts';

export type JsonObject = { [key: string]: unknown };

/** The whole configuration as Caddy has it, and what says whether it has changed since. */
export interface CaddyState {
  config: JsonObject;
  etag: string | undefined;
}

/** Caddy's Admin API, as far as davit needs it (https://caddyserver.com/docs/api). */
export interface CaddyAdmin {
  /** @throws AppError PROXY_UNREACHABLE */
  read(signal: AbortSignal): Promise<CaddyState>;
  /**
   * Puts a whole configuration in place of the one that was read; Caddy provisions it first, and keeps the old one when that
   * fails. @returns `refused` with Caddy's reason; `changed` when somebody else was quicker
   */
  write(config: JsonObject, etag: string | undefined, signal: AbortSignal): Promise<CaddyAnswer>;
}

export type CaddyAnswer = { result: 'accepted' } | { result: 'changed' } | { result: 'refused'; reason: string };

const timeoutMs = 30_000;

/** `address`: `http://HOST:PORT` or `unix:///PATH`. */
export function createCaddyAdmin(address: string): CaddyAdmin {
  const socketPath = address.startsWith('unix://') ? address.slice('unix://'.length) : undefined;
  const url = socketPath === undefined ? new URL(address) : undefined;

  async function call(
    method: 'GET' | 'POST',
    body: JsonObject | undefined,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<{ response: IncomingMessage; content: string }> {
    const place = url === undefined ? { socketPath } : { host: url.hostname, port: url.port || 80 };
    // On a socket Caddy 2.6 takes no other host than none.
    const own: Record<string, string> = url === undefined ? { host: '' } : {};
    try {
      return await new Promise((resolve, reject) => {
        const sent = request(
          {
            ...place,
            method,
            // A connection each: Caddy starts its Admin API anew with every configuration.
            agent: false,
            // Else Node takes the empty name of a socket for none, and sends `localhost`.
            setHost: url !== undefined,
            path: '/config/',
            headers: { ...own, ...headers, ...(body && { 'content-type': 'application/json' }) },
            signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          },
          (response) => {
            text(response).then((content) => resolve({ response, content }), reject);
          },
        );
        sent.once('error', reject);
        sent.end(body && JSON.stringify(body));
      });
    } catch (error) {
      signal.throwIfAborted();
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      throw proxyErrors.PROXY_UNREACHABLE({ message: `Caddy does not answer at ${address} (${code}).`, cause: error });
    }
  }

  return {
    async read(signal) {
      const { response, content } = await call('GET', undefined, {}, signal);
      if (response.statusCode !== 200) {
        throw proxyErrors.PROXY_UNREACHABLE({
          message: `${address} answers ${response.statusCode}: no Admin API of Caddy.`,
        });
      }
      // A trailer, since Caddy computes it while it writes.
      const etag = response.headers.etag ?? response.trailers['etag'];
      return { config: (JSON.parse(content) as JsonObject | null) ?? {}, etag };
    },
    async write(config, etag, signal) {
      const { response, content } = await call('POST', config, etag === undefined ? {} : { 'if-match': etag }, signal);
      const { statusCode = 0 } = response;
      if (statusCode < 300) return { result: 'accepted' };
      return statusCode === 412 ? { result: 'changed' } : { result: 'refused', reason: reasonOf(content) };
    },
  };
}

const longestReason = 500;

function reasonOf(content: string): string {
  try {
    const { error } = JSON.parse(content) as { error?: unknown };
    if (typeof error === 'string') return error.slice(0, longestReason);
  } catch {
    // Not JSON: whatever it is.
  }
  return content.slice(0, longestReason);
}
