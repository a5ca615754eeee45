import type { ProxyLimits } from './proxy-limits.ts';
import type { ProxyLogger } from './proxy-logger.ts';
import type { Route, RouteTable } from './route-table.ts';
import type { UnknownNames } from './unknown-names.ts';

/** What every request of one proxy shares. */
export interface ProxyContext {
  readonly table: RouteTable;
  readonly limits: ProxyLimits;
  readonly logger: ProxyLogger;
  /** What a proxy before this one shows. */
  readonly frontToken: string;
  /** What this proxy shows where a route asks for it. */
  readonly voucher: string;
  readonly unknownNames: UnknownNames;
  /** The proxy is closing: connections are not kept after the response. */
  closing: boolean;
}

const LOG_INTERVAL_MS = 1000;

/** Counts a request that got no answer from an instance, and says why; at most once a second for each route. */
export function recordFailure(context: ProxyContext, route: Route, fields: object, message: string): void {
  route.usage.failures += 1;
  const now = performance.now();
  if (now - route.failureLoggedAt < LOG_INTERVAL_MS) return;
  route.failureLoggedAt = now;
  context.logger.warn({ host: route.host, ...fields }, message);
}
