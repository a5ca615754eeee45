import type { ServiceMetrics } from '../../../data/use-metrics.ts';
import type { ServiceOverview } from '../../../data/use-overview.ts';
import type { Unit } from '../../../ui/quantity-text.ts';
import type { ChartSeries } from '../../../ui/time-chart/index.ts';

type SeriesName = keyof ServiceMetrics['series'];

interface ChartLine {
  name: SeriesName;
  /** Among the lines of its chart. */
  label: string;
  color: ChartSeries['color'];
}

/** One chart: which figures, and how they are counted. */
export interface MetricChart {
  id: string;
  title: string;
  unit: Unit;
  lines: readonly ChartLine[];
  limit?: keyof ServiceMetrics['limits'];
  stepped?: boolean;
  /** Says why nothing is known although the service ran. */
  empty?: string;
}

const noRequests = 'No requests in this time.';

const ofInstances: readonly MetricChart[] = [
  { id: 'cpu', title: 'CPU', unit: 'cores', lines: [{ name: 'cpuCores', label: 'CPU', color: 1 }], limit: 'cpus' },
  {
    id: 'memory',
    title: 'Memory',
    unit: 'bytes',
    lines: [{ name: 'memoryBytes', label: 'Memory', color: 6 }],
    limit: 'memoryBytes',
  },
];

const ofRequests: readonly MetricChart[] = [
  {
    id: 'requests',
    title: 'Requests',
    unit: 'per-second',
    lines: [{ name: 'requestsPerSecond', label: 'Requests', color: 5 }],
  },
  {
    id: 'latency',
    title: 'Latency',
    unit: 'milliseconds',
    lines: [
      { name: 'latencyP50Ms', label: 'p50', color: 2 },
      { name: 'latencyP95Ms', label: 'p95', color: 3 },
      { name: 'latencyP99Ms', label: 'p99', color: 4 },
    ],
    empty: noRequests,
  },
  {
    id: 'errors',
    title: 'Error rate',
    unit: 'share',
    lines: [{ name: 'errorRate', label: 'Error rate', color: 4 }],
    empty: noRequests,
  },
  {
    id: 'network',
    title: 'Network',
    unit: 'bytes-per-second',
    lines: [
      { name: 'networkInBytesPerSecond', label: 'in', color: 2 },
      { name: 'networkOutBytesPerSecond', label: 'out', color: 3 },
    ],
  },
];

const ofMachine: readonly MetricChart[] = [
  {
    id: 'disk',
    title: 'Disk',
    unit: 'bytes-per-second',
    lines: [
      { name: 'diskReadBytesPerSecond', label: 'read', color: 2 },
      { name: 'diskWriteBytesPerSecond', label: 'write', color: 3 },
    ],
    empty: 'Not measured: this machine does not count what its disks do for a service.',
  },
  {
    id: 'instances',
    title: 'Instances',
    unit: 'count',
    lines: [{ name: 'instances', label: 'Instances', color: 1 }],
    stepped: true,
  },
];

/** The charts of a service. Requests, and all that the proxy counts, are there for those that have a host name. */
export function chartsFor(kind: ServiceOverview['kind']): readonly MetricChart[] {
  return kind === 'web' ? [...ofInstances, ...ofRequests, ...ofMachine] : [...ofInstances, ...ofMachine];
}

/** Whether anything at all was measured in the time that is shown. */
export function hasFigures({ series }: Pick<ServiceMetrics, 'series'>): boolean {
  return Object.values(series).some((values) => values.some((value) => value !== null));
}
