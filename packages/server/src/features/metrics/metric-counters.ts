import { countOf, differenceOf, type LatencyHistogram, sumOf } from '../../adapters/proxy/latency-histogram.ts';
import type { ProxyUsage } from '../../adapters/proxy/proxy.ts';
import type { InstanceUsage } from '../../adapters/runtime/runtime.ts';

/** Counters of one process; they begin at 0 at `since`. */
interface InstanceCounters {
  since: string;
  cpuMs: number;
  disk: { readBytes: number; writtenBytes: number } | null;
}

/** Counters of one host name; they begin at 0 at `since`. */
interface RouteCounters {
  since: string;
  requests: number;
  errors: number;
  bytesIn: number;
  bytesOut: number;
  latency: LatencyHistogram;
}

/** Where the counters of a service stand: what the next point is counted from. */
export interface ServiceCounters {
  instances: Record<string, InstanceCounters>;
  routes: Record<string, RouteCounters>;
}

/** One look at everything that runs. */
export interface UsageSnapshot {
  at: Date;
  instances: readonly InstanceUsage[];
  routes: readonly ProxyUsage[];
}

/** What is kept of one interval of one service; null where it is not known. */
export interface MetricPoint {
  serviceId: string;
  seconds: number | null;
  cpuMs: number | null;
  diskReadBytes: number | null;
  diskWriteBytes: number | null;
  networkInBytes: number | null;
  networkOutBytes: number | null;
  requests: number | null;
  responses: number | null;
  errors: number | null;
  latency: LatencyHistogram | null;
  memoryBytes: number | null;
  instances: number;
}

/** The counters of every service that has any. */
export function countersOf({ instances, routes }: UsageSnapshot): Map<string, ServiceCounters> {
  const services = new Map<string, ServiceCounters>();
  const of = (serviceId: string): ServiceCounters => {
    const known = services.get(serviceId) ?? { instances: {}, routes: {} };
    services.set(serviceId, known);
    return known;
  };
  for (const { serviceId, instanceId, startedAt, cpuMs, disk } of instances)
    of(serviceId).instances[instanceId] = { since: startedAt, cpuMs, disk };
  for (const { owner, host, since, requests, responses, bytesIn, bytesOut, latency } of routes)
    of(owner).routes[host] = { since, requests, errors: responses[4] ?? 0, bytesIn, bytesOut, latency };
  return services;
}

/** A sum of what is known; null when nothing is. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** Counters of one life grow; where a machine lost some of them, nothing is counted rather than less than nothing. */
const grown = (now: number, before: number) => Math.max(0, now - before);

/** What a process used since the last look; undefined when it was there then and was not looked at. */
function instanceGrowth(now: InstanceCounters, before: InstanceCounters | undefined, since: Date) {
  if (before?.since === now.since) {
    const disk =
      now.disk === null || before.disk === null
        ? null
        : {
            readBytes: grown(now.disk.readBytes, before.disk.readBytes),
            writtenBytes: grown(now.disk.writtenBytes, before.disk.writtenBytes),
          };
    return { cpuMs: grown(now.cpuMs, before.cpuMs), disk };
  }
  return new Date(now.since) >= since ? now : undefined;
}

/** A route that was not told of at the last look had no request then; one with another beginning counts anew. */
function routeGrowth(now: RouteCounters, before: RouteCounters | undefined): Omit<RouteCounters, 'since'> {
  if (before?.since !== now.since) return now;
  return {
    requests: grown(now.requests, before.requests),
    errors: grown(now.errors, before.errors),
    bytesIn: grown(now.bytesIn, before.bytesIn),
    bytesOut: grown(now.bytesOut, before.bytesOut),
    latency: differenceOf(now.latency, before.latency) ?? {},
  };
}

const noRoute = { requests: 0, errors: 0, bytesIn: 0, bytesOut: 0, latency: {} as LatencyHistogram };

function usedByRoutes(now: ServiceCounters, before: ServiceCounters | undefined) {
  const total = Object.entries(now.routes)
    .map(([host, route]) => routeGrowth(route, before?.routes[host]))
    .reduce(
      (all, each) => ({
        requests: all.requests + each.requests,
        errors: all.errors + each.errors,
        bytesIn: all.bytesIn + each.bytesIn,
        bytesOut: all.bytesOut + each.bytesOut,
        latency: sumOf(all.latency, each.latency),
      }),
      noRoute,
    );
  const responses = countOf(total.latency);
  return {
    networkInBytes: total.bytesIn,
    networkOutBytes: total.bytesOut,
    requests: total.requests,
    responses,
    errors: total.errors,
    latency: responses === 0 ? null : total.latency,
  };
}

function usedByInstances(now: ServiceCounters, before: ServiceCounters | undefined, since: Date) {
  const growths = Object.entries(now.instances)
    .map(([id, instance]) => instanceGrowth(instance, before?.instances[id], since))
    .filter((growth) => growth !== undefined);
  return {
    cpuMs: sum(growths.map(({ cpuMs }) => Math.round(cpuMs))),
    diskReadBytes: sum(growths.map(({ disk }) => disk?.readBytes ?? null)),
    diskWriteBytes: sum(growths.map(({ disk }) => disk?.writtenBytes ?? null)),
  };
}

const nothingCounted = {
  seconds: null,
  cpuMs: null,
  diskReadBytes: null,
  diskWriteBytes: null,
  networkInBytes: null,
  networkOutBytes: null,
  requests: null,
  responses: null,
  errors: null,
  latency: null,
};

/**
 * The points between two looks. `since` is when the last one was; null when there was none, or too long ago for its counters
 * to say anything about now: then only what can be seen at one look is known. A service without instances or requests has none.
 */
export function pointsBetween(
  snapshot: UsageSnapshot,
  before: ReadonlyMap<string, ServiceCounters>,
  since: Date | null,
): MetricPoint[] {
  const memory = Map.groupBy(snapshot.instances, ({ serviceId }) => serviceId);
  const points = [...countersOf(snapshot)].map(([serviceId, now]): MetricPoint => {
    const running = memory.get(serviceId) ?? [];
    const gauges = {
      serviceId,
      memoryBytes: sum(running.map(({ memoryBytes }) => Math.round(memoryBytes))),
      instances: running.length,
    };
    if (since === null) return { ...nothingCounted, ...gauges };
    const former = before.get(serviceId);
    const seconds = (snapshot.at.getTime() - since.getTime()) / 1000;
    return { seconds, ...usedByInstances(now, former, since), ...usedByRoutes(now, former), ...gauges };
  });
  return points.filter(({ instances, requests, responses }) => instances > 0 || (requests ?? 0) + (responses ?? 0) > 0);
}
