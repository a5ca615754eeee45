import { describe, expect, test } from 'vitest';
import { exposeInstance, exposeRoutes } from './exposition.ts';

const instance = {
  instanceId: 'rel-web-0-0',
  serviceId: 'svc_1',
  at: '',
  startedAt: '',
  cpuMs: 1500,
  memoryBytes: 2048,
  disk: { readBytes: 1, writtenBytes: 2 },
};

describe('what Prometheus reads', () => {
  test('of an instance is its counters, in seconds and bytes', () => {
    const lines = exposeInstance(instance).split('\n');
    const labels = '{service_id="svc_1",instance_id="rel-web-0-0"}';
    expect(lines).toContain(`davit_instance_cpu_seconds_total${labels} 1.5`);
    expect(lines).toContain(`davit_instance_memory_bytes${labels} 2048`);
    expect(lines).toContain(`davit_instance_disk_written_bytes_total${labels} 2`);
    expect(lines.at(-1)).toBe('');
    expect(exposeInstance({ ...instance, disk: null })).not.toContain('disk');
  });

  test('of a route is its counters and a cumulative histogram', () => {
    const usage = {
      host: 'a.test',
      owner: 'svc_1',
      since: '',
      requests: 3,
      failures: 1,
      bytesIn: 10,
      bytesOut: 20,
      responses: [0, 2, 0, 0, 1],
      latency: { 0: 1, 4: 1, 69: 1 },
    };
    const lines = exposeRoutes('svc_1', 'a.test', [usage]).split('\n');
    const labels = 'service_id="svc_1",host="a.test"';
    expect(lines).toContain(`davit_route_requests_total{${labels}} 3`);
    expect(lines).toContain(`davit_route_responses_total{${labels},class="5xx"} 1`);
    expect(lines).toContain(`davit_route_latency_seconds_bucket{${labels},le="0.0005"} 1`);
    expect(lines).toContain(`davit_route_latency_seconds_bucket{${labels},le="0.001"} 2`);
    expect(lines).toContain(`davit_route_latency_seconds_bucket{${labels},le="65.536"} 2`);
    expect(lines).toContain(`davit_route_latency_seconds_bucket{${labels},le="+Inf"} 3`);
    expect(lines).toContain(`davit_route_latency_seconds_count{${labels}} 3`);
  });

  test('of a route that nobody asked is 0, so that its first request is seen to be one', () => {
    const text = exposeRoutes('svc_1', 'a.test', []);
    expect(text).toContain('davit_route_requests_total{service_id="svc_1",host="a.test"} 0');
    expect(text).toContain('class="5xx"} 0');
  });

  test('cannot be broken by what a label holds', () => {
    const odd = exposeInstance({ ...instance, instanceId: 'a"b\\c\nd' });
    expect(odd).toContain('instance_id="a\\"b\\\\c\\nd"');
    expect(odd.split('\n').every((line) => line === '' || line.startsWith('#') || line.startsWith('davit_'))).toBe(
      true,
    );
  });
});
