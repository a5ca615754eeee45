import type { LatencyHistogram } from './latency-histogram.ts';

/** Where requests for a host name go. */
export interface ProxyTarget {
  /** Instance id. */
  id: string;
  host: string;
  port: number;
}

export interface ProxyRoute {
  host: string;
  /** Service id. */
  owner: string;
  targets: readonly ProxyTarget[];
}

/** Counters of one route since `since` (RFC 3339): what began at 0 then only grows. */
export interface ProxyUsage {
  host: string;
  /** Service id. */
  owner: string;
  since: string;
  requests: number;
  /** Requests that got no whole answer from an instance. */
  failures: number;
  /** Of bodies and of upgraded connections. */
  bytesIn: number;
  bytesOut: number;
  /** Responses by the first digit of their status, 1 to 5. */
  responses: readonly number[];
  /** From the request to the head of the response. */
  latency: LatencyHistogram;
}

/** Host name → instances. Replacing a route is atomic: a request sees the old targets or the new ones. */
export interface Proxy {
  setRoute(route: ProxyRoute, signal: AbortSignal): Promise<void>;
  removeRoute(host: string, signal: AbortSignal): Promise<void>;
  listRoutes(signal: AbortSignal): Promise<ProxyRoute[]>;
  /** True once no request of `targetId` is open any more; false when the time ran out first. */
  drain(host: string, targetId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  /** Routes that had no request yet may be left out. */
  usage(signal: AbortSignal): Promise<ProxyUsage[]>;
}
