import { countOf, latencyBuckets, upperBoundMs } from '../../adapters/proxy/latency-histogram.ts';
import type { ProxyUsage } from '../../adapters/proxy/proxy.ts';
import type { InstanceUsage } from '../../adapters/runtime/runtime.ts';

/** Prometheus's text format (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format). */
export const expositionType = 'text/plain; version=0.0.4; charset=utf-8';

/** Every second bound of davit's own: half the series, and quantiles within a fifth. */
const boundsEvery = 2;

type Labels = Readonly<Record<string, string>>;

const escape = (value: string) => value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

function line(name: string, labels: Labels, value: number): string {
  const text = Object.entries(labels).map(([label, content]) => `${label}="${escape(content)}"`);
  return `${name}{${text.join(',')}} ${value}`;
}

function metric(
  name: string,
  type: 'counter' | 'gauge' | 'histogram',
  help: string,
  lines: readonly string[],
): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines];
}

/** What one instance uses. */
export function exposeInstance({ instanceId, serviceId, cpuMs, memoryBytes, disk }: InstanceUsage): string {
  const labels = { service_id: serviceId, instance_id: instanceId };
  const one = (name: string, type: 'counter' | 'gauge', help: string, value: number) =>
    metric(`davit_instance_${name}`, type, help, [line(`davit_instance_${name}`, labels, value)]);
  const lines = [
    ...one('cpu_seconds_total', 'counter', 'CPU time of the processes of the instance.', cpuMs / 1000),
    ...one(
      'memory_bytes',
      'gauge',
      'Memory of the processes of the instance, without what the kernel would give back.',
      memoryBytes,
    ),
    ...(disk === null
      ? []
      : [
          ...one('disk_read_bytes_total', 'counter', 'Bytes that disks read for the instance.', disk.readBytes),
          ...one('disk_written_bytes_total', 'counter', 'Bytes that disks wrote for the instance.', disk.writtenBytes),
        ]),
  ];
  return `${lines.join('\n')}\n`;
}

function latencyLines(name: string, labels: Labels, { latency }: ProxyUsage): string[] {
  const lines: string[] = [];
  let below = 0;
  for (let bucket = 0; bucket < latencyBuckets - 1; bucket++) {
    below += latency[bucket] ?? 0;
    const bound = String(upperBoundMs(bucket) / 1000);
    if (bucket % boundsEvery === 0) lines.push(line(`${name}_bucket`, { ...labels, le: bound }, below));
  }
  const all = countOf(latency);
  return [...lines, line(`${name}_bucket`, { ...labels, le: '+Inf' }, all), line(`${name}_count`, labels, all)];
}

const noRequests = { requests: 0, failures: 0, bytesIn: 0, bytesOut: 0, responses: [0, 0, 0, 0, 0], latency: {} };

/** How the routes of a service answer. The proxy leaves out those that nobody asked yet: their counters are 0. */
export function exposeRoutes(serviceId: string, host: string, usages: readonly ProxyUsage[]): string {
  const routes = usages.length > 0 ? usages : [{ ...noRequests, host, owner: serviceId, since: '' }];
  const labelsOf = (route: ProxyUsage) => ({ service_id: serviceId, host: route.host });
  const counter = (name: string, help: string, valueOf: (route: ProxyUsage) => number) =>
    metric(
      `davit_route_${name}`,
      'counter',
      help,
      routes.map((route) => line(`davit_route_${name}`, labelsOf(route), valueOf(route))),
    );
  const classes = routes.flatMap((route) =>
    route.responses.map((count, index) =>
      line('davit_route_responses_total', { ...labelsOf(route), class: `${index + 1}xx` }, count),
    ),
  );
  const latency = routes.flatMap((route) => latencyLines('davit_route_latency_seconds', labelsOf(route), route));
  const lines = [
    ...counter('requests_total', 'Requests for a host name of the service.', ({ requests }) => requests),
    ...counter('failures_total', 'Requests that got no whole answer from an instance.', ({ failures }) => failures),
    ...counter('received_bytes_total', 'Bytes of request bodies and upgraded connections.', ({ bytesIn }) => bytesIn),
    ...counter('sent_bytes_total', 'Bytes of response bodies and upgraded connections.', ({ bytesOut }) => bytesOut),
    ...metric('davit_route_responses_total', 'counter', 'Responses by class of their status.', classes),
    ...metric('davit_route_latency_seconds', 'histogram', 'From a request to the head of its response.', latency),
  ];
  return `${lines.join('\n')}\n`;
}
