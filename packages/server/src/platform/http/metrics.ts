import type { FastifyInstance } from 'fastify';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { keptFor } from './kept-for.ts';

/** How often the delay of the event loop is sampled: at the library's 10 ms, that is most of what an idle server does. */
const delayResolutionMs = 200;
/** How old figures may be: whoever asks more often than monitors do gets the same ones. */
const KEPT_MS = 1000;

/** A registry with the process's own figures; other parts add theirs. */
export function createMetricsRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'davit_', eventLoopMonitoringPrecision: delayResolutionMs });
  return registry;
}

/** Times every request by route (never by path: ids would make a series each) and serves the registry at /metrics. */
export function registerMetrics(app: FastifyInstance, registry: Registry): void {
  const durations = new Histogram({
    name: 'davit_http_request_duration_seconds',
    help: 'Time from a request to the end of its answer; of a stream, how long it was open.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  app.addHook('onResponse', async (request, reply) => {
    const { config, url = 'unmatched' } = request.routeOptions;
    // What no route answers is the UI's, or nobody's.
    const elsewhere = reply.statusCode < 400 ? 'web-ui' : 'unmatched';
    const route = config.facts?.path ?? (request.is404 ? elsewhere : url);
    const labels = { method: request.is404 ? 'ANY' : request.method, route, status: String(reply.statusCode) };
    durations.observe(labels, reply.elapsedTime / 1000);
  });
  const read = keptFor(KEPT_MS, () => registry.metrics());
  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    reply.type(registry.contentType);
    return await read();
  });
}
