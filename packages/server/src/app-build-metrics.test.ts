import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createBuildMeter } from './app-build-metrics.ts';

test('Prometheus is told how many builds there are, how long they wait and take, and what came from the cache', async () => {
  const registry = new Registry();
  const meter = createBuildMeter(registry);
  meter.busy(2, 1);
  meter.waited(3);
  meter.stage({ title: 'RUN make', seconds: 0, cached: true });
  meter.stage({ title: 'COPY . .', seconds: 1, cached: false });
  meter.ended('failed', 42);
  const text = await registry.metrics();
  for (const line of [
    'davit_builds{state="waiting"} 2',
    'davit_builds{state="running"} 1',
    'davit_build_wait_seconds_bucket{le="1"} 0',
    'davit_build_wait_seconds_bucket{le="5"} 1',
    'davit_build_stages_total{from="cache"} 1',
    'davit_build_stages_total{from="build"} 1',
    'davit_build_duration_seconds_bucket{le="30",result="failed"} 0',
    'davit_build_duration_seconds_bucket{le="60",result="failed"} 1',
  ])
    expect(text.split('\n')).toContain(line);
});
