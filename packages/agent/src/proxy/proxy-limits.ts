/** Limits of the proxy, in milliseconds and bytes. No limit is put on how long a response or a WebSocket lasts. */
export interface ProxyLimits {
  /** A request head must be complete this long after its first byte (or after the connection was opened). */
  readonly headersTimeoutMs: number;
  /** A client's connection without a request is closed after this long. */
  readonly keepAliveTimeoutMs: number;
  /** To open a connection to an instance. */
  readonly connectTimeoutMs: number;
  /** From the last byte of a request that was sent to the first of its response; also a stalled upload. */
  readonly upstreamTimeoutMs: number;
  /** Of a request's or a response's head. */
  readonly maxHeaderBytes: number;
}

export const defaultProxyLimits: ProxyLimits = {
  headersTimeoutMs: 20_000,
  keepAliveTimeoutMs: 60_000,
  connectTimeoutMs: 5000,
  upstreamTimeoutMs: 300_000,
  maxHeaderBytes: 32 * 1024,
};
