import type { Readable } from 'node:stream';

/**
 * How sources are reached: people name their hosts, which must not be davit's own machine or network. Rejects with an error that
 * a person can act on.
 */
export interface SourceNetwork {
  /** The address of a host to connect to, when it may be called at all. */
  findAddress(host: string): Promise<string>;
  /** What Git is told to go through: it judges every address again, also those that Git is redirected to. */
  proxyUrl(): Promise<string>;
  /** One request over HTTP. A redirect is judged as the first address is; headers go to the first host only. */
  request(asked: {
    method: 'GET' | 'POST';
    url: string;
    headers: Readonly<Record<string, string>>;
    body?: string;
    follow: boolean;
    signal: AbortSignal;
  }): Promise<{ status: number; body: Readable }>;
}
