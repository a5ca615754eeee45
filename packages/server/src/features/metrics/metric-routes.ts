import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { route } from '../../platform/http/route.ts';
import { metricsQuery, serviceMetricsSchema } from './metric.ts';
import type { MetricService } from './metric-service.ts';

/** What a service used, for charts. */
export function registerMetricRoutes(app: FastifyInstance, { metrics }: { metrics: MetricService }): void {
  route(app, {
    method: 'GET',
    path: '/v1/services/:id/metrics',
    tag: 'metrics',
    operationId: 'getServiceMetrics',
    summary: 'What a service used and how it answered, with its deployments',
    policy: { role: 'viewer' },
    params: z.strictObject({ id: z.string() }),
    query: metricsQuery,
    response: serviceMetricsSchema,
    handle: ({ params: { id }, query: { range }, principal }) => metrics.get(principal.organizationId, id, range),
  });
}
