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

export interface ProxyUsage {
  host: string;
  requests: number;
  failures: number;
  bytesIn: number;
  bytesOut: number;
}

/** Host name → instances. Replacing a route is atomic: a request sees the old targets or the new ones. */
export interface Proxy {
  setRoute(route: ProxyRoute, signal: AbortSignal): Promise<void>;
  removeRoute(host: string, signal: AbortSignal): Promise<void>;
  listRoutes(signal: AbortSignal): Promise<ProxyRoute[]>;
  /** True once no request of `targetId` is open any more; false when the time ran out first. */
  drain(host: string, targetId: string, timeoutMs: number, signal: AbortSignal): Promise<boolean>;
  usage(signal: AbortSignal): Promise<ProxyUsage[]>;
}
