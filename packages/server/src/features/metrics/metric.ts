import { z } from 'zod';
import { deploymentMarkSchema } from '../deployments/index.ts';

/** How long back one looks, and how fine: 120 to 180 intervals each. `stored` is the resolution that is read, in seconds. */
export const ranges = {
  '1h': { seconds: 3600, stepSeconds: 30, stored: 15 },
  '6h': { seconds: 6 * 3600, stepSeconds: 120, stored: 60 },
  '24h': { seconds: 24 * 3600, stepSeconds: 600, stored: 300 },
  '7d': { seconds: 7 * 24 * 3600, stepSeconds: 3600, stored: 300 },
} as const;
export type Range = keyof typeof ranges;

export const metricsQuery = z.strictObject({ range: z.enum(['1h', '6h', '24h', '7d']).default('1h') });

/** One value an interval; null where nothing is known, which is not 0. */
const values = z.array(z.number().nullable());

const metricSeriesSchema = z
  .strictObject({
    /** Processors in use: 1 is one core for the whole interval. Over all instances, as all that follows. */
    cpuCores: values,
    memoryBytes: values,
    /** Bodies of requests and responses, and what upgraded connections carry, as the proxy saw them. */
    networkInBytesPerSecond: values,
    networkOutBytesPerSecond: values,
    diskReadBytesPerSecond: values,
    diskWriteBytesPerSecond: values,
    requestsPerSecond: values,
    /** Share of the responses with a status of 500 or above, 0 to 1; null without responses. */
    errorRate: values,
    /** From the request to the head of its response, within 9 %; null without responses. */
    latencyP50Ms: values,
    latencyP95Ms: values,
    latencyP99Ms: values,
    instances: values,
  })
  .meta({ id: 'MetricSeries' });

export const serviceMetricsSchema = z
  .strictObject({
    range: metricsQuery.shape.range.unwrap(),
    from: z.iso.datetime(),
    to: z.iso.datetime(),
    stepSeconds: z.int(),
    source: z.enum(['davit', 'prometheus']),
    /** Where each interval begins, in Unix seconds. */
    timestamps: z.array(z.int()),
    series: metricSeriesSchema,
    /** What the instances may use together, as the settings are now, else by default; null: no limit. */
    limits: z.strictObject({ memoryBytes: z.number().nullable(), cpus: z.number().nullable() }),
    /** Deployments of the time that is shown, oldest first. */
    deployments: z.array(deploymentMarkSchema),
  })
  .meta({ id: 'ServiceMetrics' });
export type ServiceMetrics = z.infer<typeof serviceMetricsSchema>;
