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
  /** Requests go to the same path of another origin: all of them, or those that came without TLS. */
  redirect?: ProxyRedirect | undefined;
  /** Set on every response, over what the instances say. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** Whether a certificate may be got for the name. */
  certificate?: boolean | undefined;
  /** Whether the targets are shown by a token that a request comes from this proxy: for davit itself only. */
  vouched?: boolean | undefined;
}

/** A host name of a service and what belongs to it, whatever serves it at the moment. */
export type ProxyAddress = Pick<ProxyRoute, 'host' | 'redirect' | 'certificate'>;

export interface ProxyRedirect {
  /** Such as `https://www.example.com`, without a path. */
  origin: string;
  when: 'always' | 'insecure';
}

/** The certificate that the proxy shows for a host name. */
export interface ProxyCertificate {
  /** RFC 3339. */
  expiresAt: string;
  /** The name that the authority gives itself. */
  issuer: string;
}

export interface ProxyDescription {
  name: 'embedded' | 'caddy';
  /** Whether it ends TLS connections. */
  hasTls: boolean;
  /** What keeps it from its work, in one sentence for an operator; null: nothing. */
  fault: string | null;
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
  /** Makes it what it should be, after it was restarted or changed by somebody else. Does nothing where nothing is to do. */
  keep(signal: AbortSignal): Promise<void>;
  /**
   * The certificate of a host name, got now where there is none yet; undefined where this proxy has no TLS.
   * @throws AppError PROXY_CERTIFICATE_MISSING with the reason
   */
  certificate(host: string, signal: AbortSignal): Promise<ProxyCertificate | undefined>;
  describe(signal: AbortSignal): Promise<ProxyDescription>;
}
