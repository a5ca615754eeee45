import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { createTestPrometheus, type TestPrometheus } from '../support/prometheus.ts';
import { visit } from '../support/visit.ts';
import { waitForEnd, waitUntil } from '../support/wait-until.ts';

// What a service uses and how it answers, from the kernel and the proxy to the answer that charts are drawn from.

type Series = Record<
  | 'cpuCores'
  | 'memoryBytes'
  | 'networkInBytesPerSecond'
  | 'networkOutBytesPerSecond'
  | 'diskReadBytesPerSecond'
  | 'diskWriteBytesPerSecond'
  | 'requestsPerSecond'
  | 'errorRate'
  | 'latencyP50Ms'
  | 'latencyP95Ms'
  | 'latencyP99Ms'
  | 'instances',
  (number | null)[]
>;
interface MetricsView {
  source: string;
  timestamps: number[];
  stepSeconds: number;
  series: Series;
  limits: { memoryBytes: number | null; cpus: number | null };
  deployments: { number: number; status: string }[];
}

/** Answers `/slow` after 300 ms and `/fail` with 500, computes on `/work`, writes 8 MiB on `/write`. */
const app = nodeServer(
  `(() => {
    if (request.url === '/fail') response.statusCode = 500;
    if (request.url === '/work') { const until = Date.now() + 2000; while (Date.now() < until); }
    if (request.url === '/write') writeFileSync('file', Buffer.alloc(8 * 1024 * 1024));
    if (request.url === '/slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    return 'x'.repeat(1000);
  })()`,
  `import { writeFileSync } from 'node:fs';`,
);

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
/** What a rate adds up to over all intervals. */
const total = ({ series, stepSeconds }: MetricsView, name: keyof Series) =>
  known(series[name]).reduce((sum, value) => sum + value * stepSeconds, 0);

describe('what davit collects itself', () => {
  let platform: Platform;
  let service: ServiceView;
  beforeAll(async () => {
    platform = await startPlatform();
    const { id } = await platform.api.createProject('metrics');
    service = await platform.api.createService(id, { name: 'web', settings: { memoryMb: 256, replicas: 2 } });
    expect(await deployFiles(platform.api, service.id, app)).toMatchObject({ status: 'active' });
  });
  afterAll(() => platform[Symbol.asyncDispose]());

  const view = (range = '1h') =>
    platform.api.done<MetricsView>('GET', `/v1/services/${service.id}/metrics?range=${range}`);
  const viewWhen = (what: string, is: (metrics: MetricsView) => boolean) =>
    waitForEnd(what, async () => {
      const metrics = await view();
      return is(metrics) && metrics;
    });

  test('is use, requests, latencies and errors, with the deployment as a mark', async () => {
    for (const path of ['/', '/', '/slow', '/work', '/write', '/fail']) await visit(service.url, path);
    const metrics = await viewWhen('all six requests', (seen) => known(seen.series.errorRate).some((rate) => rate > 0));
    expect(metrics.source).toBe('davit');
    expect(metrics.deployments).toMatchObject([{ number: 1, status: 'active' }]);
    expect(metrics.limits).toEqual({ memoryBytes: 2 * 256 * 1024 * 1024, cpus: null });
    const { series } = metrics;
    expect(Math.max(...known(series.instances))).toBe(2);
    expect(Math.max(...known(series.memoryBytes))).toBeGreaterThan(10 * 1024 * 1024);
    expect(Math.max(...known(series.latencyP99Ms))).toBeGreaterThan(250);
    expect(total(metrics, 'cpuCores')).toBeGreaterThan(0);
    expect(total(metrics, 'networkOutBytesPerSecond')).toBeGreaterThan(0);
    for (const values of Object.values(series)) expect(values).toHaveLength(metrics.timestamps.length);
  });

  test('is gone on with after a kill of the server and of the agent: nothing falls below 0, nothing is counted twice', async () => {
    await platform.kill();
    for (let each = 0; each < 200; each++) await visit(service.url);
    await platform.start();
    const before = await viewWhen('the requests of the time without a server', (seen) =>
      known(seen.series.requestsPerSecond).some((rate) => rate >= 1),
    );
    const { pid } = await platform.agent.info();
    process.kill(pid, 'SIGKILL');
    await waitUntil('another agent', async () => {
      const info = await platform.agent.info().catch(() => undefined);
      return info !== undefined && info.pid !== pid;
    });
    const start = Date.now() / 1000;
    const after = await viewWhen('an interval after that', (seen) =>
      seen.series.cpuCores.some((value, index) => value !== null && (seen.timestamps[index] ?? 0) > start),
    );
    for (const values of Object.values(after.series))
      for (const value of known(values)) expect(value).toBeGreaterThanOrEqual(0);
    expect(known(after.series.requestsPerSecond).length).toBeGreaterThan(known(before.series.requestsPerSecond).length);
    // One core at most each, whatever was restarted.
    expect(Math.max(...known(after.series.cpuCores))).toBeLessThan(16);
  });

  test('can be looked at over every range, and by members only', async () => {
    for (const range of ['1h', '6h', '24h', '7d']) {
      const { timestamps, series } = await view(range);
      expect(timestamps.length).toBeGreaterThanOrEqual(120);
      expect(timestamps.length).toBeLessThanOrEqual(200);
      expect(known(series.memoryBytes).length, range).toBeGreaterThan(0);
    }
    const path = `/v1/services/${service.id}/metrics`;
    expect(await platform.api.call('GET', `${path}?range=2h`)).toMatchObject({ status: 400 });
    expect((await fetch(`${platform.url}${path}`)).status).toBe(401);
    expect((await fetch(`${platform.url}/metrics/services/${service.id}`)).status).toBe(404);
  });
});

describe('with a Prometheus', () => {
  let prometheus: TestPrometheus;
  let platform: Platform;
  let service: ServiceView;
  beforeAll(async () => {
    prometheus = await createTestPrometheus();
    await prometheus.start();
    const { url, targetsDir } = prometheus;
    platform = await startPlatform({ environment: { PROMETHEUS_URL: url, PROMETHEUS_TARGETS_DIR: targetsDir } });
    const { id } = await platform.api.createProject('metrics');
    service = await platform.api.createService(id, { name: 'web' });
    expect(await deployFiles(platform.api, service.id, app)).toMatchObject({ status: 'active' });
  });
  afterAll(async () => {
    await platform[Symbol.asyncDispose]();
    await prometheus[Symbol.asyncDispose]();
  });

  const files = async () => (await readdir(prometheus.targetsDir)).toSorted();
  const view = () => platform.api.call<MetricsView & { code: string }>('GET', `/v1/services/${service.id}/metrics`);

  test('targets are written for the instance and the routes of the service, with the names that people know', async () => {
    const [instance] = await platform.api.instances(service.id);
    const expected = [`davit-${instance?.id}.json`, `davit-${service.id}.json`].toSorted();
    await waitUntil('both files', async () => (await files()).join() === expected.join());
    const text = await readFile(join(prometheus.targetsDir, `davit-${instance?.id}.json`), 'utf8');
    expect(JSON.parse(text)).toEqual([
      {
        targets: [new URL(platform.url).host.replace('localhost', '127.0.0.1')],
        labels: {
          __scheme__: 'http',
          __metrics_path__: `/metrics/instances/${instance?.id}`,
          organization: expect.any(String),
          project: 'metrics',
          environment: 'production',
          service: 'web',
          instance: instance?.id,
          process: 'web',
        },
      },
    ]);
  });

  test('charts are read from it', async () => {
    const visitor = new AbortController();
    const visiting = (async () => {
      while (!visitor.signal.aborted) {
        await visit(service.url, '/fail');
        await visit(service.url, '/slow');
        await sleep(100);
      }
    })();
    try {
      const { body } = await waitForEnd('all series', async () => {
        const answer = await view();
        const { series } = answer.body;
        const names = [
          'cpuCores',
          'memoryBytes',
          'requestsPerSecond',
          'latencyP95Ms',
          'errorRate',
          'instances',
        ] as const;
        return answer.status === 200 && names.every((name) => known(series[name]).length > 0) && answer;
      });
      expect(body.source).toBe('prometheus');
      expect(Math.max(...known(body.series.requestsPerSecond))).toBeGreaterThan(0);
      expect(Math.max(...known(body.series.errorRate))).toBeGreaterThan(0.2);
      expect(Math.max(...known(body.series.latencyP99Ms))).toBeGreaterThan(200);
      expect(known(body.series.instances).at(-1)).toBe(1);
      for (const values of Object.values(body.series)) expect(values).toHaveLength(body.timestamps.length);
    } finally {
      visitor.abort();
      await visiting;
    }
  });

  test('a target is removed with its instance, and those of a service with the service', async () => {
    await platform.api.done('POST', `/v1/services/${service.id}/stop`);
    await waitUntil('no instance', async () => (await files()).join() === `davit-${service.id}.json`);
  });

  test('that is away, charts say so', async () => {
    await prometheus.stop();
    expect(await view()).toMatchObject({ status: 503, body: { code: 'METRICS_UNAVAILABLE' } });
    await platform.api.done('DELETE', `/v1/services/${service.id}`);
    await waitUntil('no file', async () => (await files()).length === 0);
  });
});
