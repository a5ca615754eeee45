import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestResources, type TestResources } from '../../../test/support/test-resources.ts';
import type { ProxyUsage } from '../../adapters/proxy/proxy.ts';
import type { InstanceUsage } from '../../adapters/runtime/runtime.ts';
import { createMetricRecorder } from './metric-recorder.ts';
import { createMetricService } from './metric-service.ts';
import { createOwnMetricsSource } from './own-metrics-source.ts';

let database: TestDatabase;
let resources: TestResources;
let projectId: string;
let serviceId: string;
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  resources = await createTestResources(database);
  projectId = (await resources.createProject('shop')).id;
});
afterAll(async () => {
  await resources[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});
beforeEach(async () => {
  await database.pool.query('delete from metric_points');
  await database.pool.query('delete from metric_counters');
  await database.pool.query(
    'update metric_collector set collected_at = null, minutes_until = null, five_minutes_until = null',
  );
  count += 1;
  serviceId = (await resources.createService(projectId, { name: `web-${count}` })).id;
});

const begin = Date.UTC(2026, 0, 1, 12);
const started = new Date(begin - 1000).toISOString();
const at = (seconds: number) => new Date(begin + seconds * 1000);

const instance = (cpuMs: number, fields: Partial<InstanceUsage> = {}): InstanceUsage => ({
  instanceId: 'one',
  serviceId,
  at: '',
  startedAt: started,
  cpuMs,
  memoryBytes: 1000,
  disk: { readBytes: 0, writtenBytes: 0 },
  ...fields,
});

const route = (requests: number, fields: Partial<ProxyUsage> = {}): ProxyUsage => ({
  host: 'web.test',
  owner: serviceId,
  since: started,
  requests,
  failures: 0,
  bytesIn: requests * 10,
  bytesOut: requests * 100,
  responses: [0, requests, 0, 0, 0],
  latency: requests === 0 ? {} : { 20: requests },
  ...fields,
});

/** What the service is shown as at a time. */
async function view(range: '1h' | '6h' | '24h' | '7d', now: Date) {
  const clock = { now: () => now };
  const source = createOwnMetricsSource(database.db);
  const metrics = createMetricService({ db: database.db, services: resources.services, source, clock });
  return await metrics.get(resources.organizationId, serviceId, range);
}

/** Looks each 15 s: one request and 1.5 s of CPU time in each interval. */
async function lookFor(recorder: ReturnType<typeof createMetricRecorder>, from: number, until: number): Promise<void> {
  for (let second = from; second <= until; second += 15) {
    const done = second / 15;
    await recorder.record({ at: at(second), instances: [instance(done * 1500)], routes: [route(done)] });
  }
}

const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null);
const points = async () =>
  (
    await database.pool.query<{ resolution: number; at: Date; seconds: number; requests: number }>(
      'select resolution, at, seconds, requests::int from metric_points order by resolution, at',
    )
  ).rows;

describe('what a service uses', () => {
  test('is shown as rates and gauges; what was never looked at is a gap, not 0', async () => {
    await lookFor(createMetricRecorder(database.db), 0, 60);
    const { series, timestamps, stepSeconds, from, limits } = await view('1h', at(75));
    expect(timestamps).toHaveLength(120);
    expect(stepSeconds).toBe(30);
    expect(timestamps[0]).toBe(Date.parse(from) / 1000);
    expect(timestamps.at(-1)).toBe(begin / 1000 + 60);
    expect(series.cpuCores.slice(-3)).toEqual([0.1, 0.1, null]);
    expect(series.requestsPerSecond.slice(-3)).toEqual([0.0666667, 0.0666667, null]);
    expect(series.networkOutBytesPerSecond.at(-2)).toBeCloseTo(100 / 15, 4);
    expect(series.memoryBytes.at(-2)).toBe(1000);
    expect(series.instances.at(-2)).toBe(1);
    expect(series.errorRate.at(-2)).toBe(0);
    expect(series.latencyP95Ms.at(-2)).toBeCloseTo(0.5 * 2 ** (19.5 / 4), 2);
    expect(known(series.cpuCores.slice(0, -3))).toEqual([]);
    expect(limits).toEqual({ memoryBytes: 1024 ** 3, cpus: null });
  });

  test.each(['1h', '6h', '24h', '7d'] as const)(
    'is the same over %s, however much of it is rolled up',
    async (range) => {
      await lookFor(createMetricRecorder(database.db), 0, 20 * 60);
      const { series, timestamps } = await view(range, at(20 * 60 + 5));
      for (const value of known(series.cpuCores)) expect(value).toBeCloseTo(0.1, 5);
      for (const value of known(series.requestsPerSecond)) expect(value).toBeCloseTo(1 / 15, 5);
      expect(known(series.cpuCores).length).toBeGreaterThan(0);
      expect(timestamps.length).toBeGreaterThanOrEqual(120);
      expect(timestamps.length).toBeLessThanOrEqual(200);
    },
  );

  test('is rolled up into sums: no request is lost or counted twice', async () => {
    await lookFor(createMetricRecorder(database.db), 0, 10 * 60);
    const rows = await points();
    const total = (resolution: number) =>
      rows.filter((row) => row.resolution === resolution).reduce((sum, { requests }) => sum + requests, 0);
    expect(total(15)).toBe(40);
    expect(total(60)).toBe(40);
    expect(total(300)).toBe(40);
  });

  test('has the percentiles of all responses of a longer time, not a mean of percentiles', async () => {
    const recorder = createMetricRecorder(database.db);
    // 990 quick responses in one interval, 10 slow ones in each of the four others.
    const latencies: Record<string, number>[] = [
      {},
      { 10: 990 },
      { 10: 990, 50: 10 },
      { 10: 990, 50: 20 },
      { 10: 990, 50: 30 },
    ];
    for (const [index, latency] of latencies.entries())
      await recorder.record({ at: at(index * 15), instances: [instance(0)], routes: [route(index, { latency })] });
    await recorder.record({
      at: at(120),
      instances: [instance(0)],
      routes: [route(5, { latency: latencies[4] ?? {} })],
    });
    const rolled = await view('6h', at(120));
    expect(rolled.series.latencyP95Ms.findLast((value) => value !== null)).toBeLessThan(3);
    expect(rolled.series.latencyP99Ms.findLast((value) => value !== null)).toBeGreaterThan(2000);
  });
});

describe('a collection', () => {
  test('is made once an interval, whichever server comes first', async () => {
    const [one, other] = [createMetricRecorder(database.db), createMetricRecorder(database.db)];
    for (let second = 0; second <= 60; second += 15) {
      const done = second / 15;
      const snapshot = { at: at(second), instances: [instance(done * 1500)], routes: [route(done)] };
      await Promise.all([
        one.record(snapshot),
        other.record(snapshot),
        one.record({ ...snapshot, at: at(second + 2) }),
      ]);
    }
    const raw = (await points()).filter(({ resolution }) => resolution === 15);
    expect(raw).toHaveLength(5);
    expect(raw.map(({ requests }) => requests)).toEqual([null, 1, 1, 1, 1]);
  });

  test('goes on after a restart of the server where the last one ended', async () => {
    await lookFor(createMetricRecorder(database.db), 0, 30);
    await lookFor(createMetricRecorder(database.db), 90, 120);
    const raw = (await points()).filter(({ resolution }) => resolution === 15);
    expect(raw.map(({ requests, seconds }) => [requests, seconds])).toEqual([
      [null, null],
      [1, 15],
      [1, 15],
      [4, 60],
      [1, 15],
      [1, 15],
    ]);
  });

  test('after hours begins anew: what happened meanwhile belongs to no interval', async () => {
    await lookFor(createMetricRecorder(database.db), 0, 30);
    await lookFor(createMetricRecorder(database.db), 7200, 7215);
    const { series } = await view('6h', at(7230));
    for (const value of known(series.requestsPerSecond)) expect(value).toBeCloseTo(1 / 15, 5);
  });

  test('that fails in its middle leaves nothing behind, and the next one counts what it would have', async () => {
    const recorder = createMetricRecorder(database.db);
    await lookFor(recorder, 0, 15);
    // Fails the statement that comes after the points were written.
    await database.pool.query(`alter table metric_counters add constraint broken check (counters is null) not valid`);
    await expect(lookFor(recorder, 30, 30)).rejects.toThrow(/broken/);
    await database.pool.query('alter table metric_counters drop constraint broken');
    await lookFor(recorder, 45, 45);
    const raw = (await points()).filter(({ resolution }) => resolution === 15);
    expect(raw.map(({ requests, seconds }) => [requests, seconds])).toEqual([
      [null, null],
      [1, 15],
      [2, 30],
    ]);
  });

  test('knows what the first service did from its start on', async () => {
    const recorder = createMetricRecorder(database.db);
    await recorder.record({ at: at(-15), instances: [], routes: [] });
    await recorder.record({
      at: at(0),
      instances: [instance(700, { startedAt: at(-5).toISOString() })],
      routes: [route(3)],
    });
    expect((await points())[0]).toMatchObject({ resolution: 15, requests: 3, seconds: 15 });
  });

  test('goes on when the clock was put back', async () => {
    const recorder = createMetricRecorder(database.db);
    await lookFor(recorder, 3600, 3615);
    await lookFor(recorder, 0, 30);
    expect((await points()).filter(({ resolution }) => resolution === 15)).toHaveLength(5);
  });

  test('keeps fine points for hours and coarse ones for days', async () => {
    const day = 24 * 3600;
    const recorder = createMetricRecorder(database.db);
    await lookFor(recorder, 0, 600);
    await lookFor(recorder, 3 * 3600, 3 * 3600 + 15);
    expect(new Set((await points()).filter((row) => row.at < at(601)).map(({ resolution }) => resolution))).toEqual(
      new Set([60, 300]),
    );
    await lookFor(recorder, 2 * day, 2 * day + 15);
    expect(new Set((await points()).filter((row) => row.at < at(601)).map(({ resolution }) => resolution))).toEqual(
      new Set([300]),
    );
    await lookFor(recorder, 9 * day, 9 * day + 15);
    expect((await points()).filter((row) => row.at < at(601))).toEqual([]);
  });

  test('leaves out what belongs to no service of davit', async () => {
    const foreign = instance(5, { serviceId: 'svc_none' });
    await createMetricRecorder(database.db).record({ at: at(0), instances: [foreign], routes: [] });
    expect(await points()).toEqual([]);
  });
});

test('a worker has no requests and no network; a web service without visitors has 0', async () => {
  const worker = (await resources.createService(projectId, { name: `worker-${count}`, kind: 'worker' })).id;
  const recorder = createMetricRecorder(database.db);
  for (const second of [0, 15, 30])
    await recorder.record({ at: at(second), instances: [instance(0), instance(0, { serviceId: worker })], routes: [] });
  const shown = await view('1h', at(35));
  expect(shown.series.requestsPerSecond.at(-2)).toBe(0);
  expect(shown.series.errorRate.at(-2)).toBeNull();
  serviceId = worker;
  const { series } = await view('1h', at(35));
  expect(series.cpuCores.at(-2)).toBe(0);
  expect(known([...series.requestsPerSecond, ...series.networkInBytesPerSecond, ...series.latencyP50Ms])).toEqual([]);
});

test('sparklines of many services are the last hour in 30 points each', async () => {
  await lookFor(createMetricRecorder(database.db), 0, 600);
  const other = (await resources.createService(projectId, { name: `idle-${count}` })).id;
  const clock = { now: () => at(600) };
  const source = createOwnMetricsSource(database.db);
  const metrics = createMetricService({ db: database.db, services: resources.services, source, clock });
  const lines = await metrics.sparklines(resources.organizationId, [serviceId, other]);
  expect(lines.get(serviceId)?.cpuCores).toHaveLength(30);
  expect(lines.get(serviceId)?.cpuCores.at(-2)).toBeCloseTo(0.1, 5);
  expect(lines.get(serviceId)?.requestsPerSecond.at(-2)).toBeCloseTo(1 / 15, 5);
  expect(known(lines.get(other)?.cpuCores ?? [])).toEqual([]);
  const foreign = await metrics.sparklines('org_other', [serviceId]);
  expect(known(foreign.get(serviceId)?.cpuCores ?? [])).toEqual([]);
});

test('the points of a service go with it', async () => {
  await lookFor(createMetricRecorder(database.db), 0, 60);
  await database.pool.query('delete from services where id = $1', [serviceId]);
  expect(await points()).toEqual([]);
  expect((await database.pool.query('select * from metric_counters')).rows).toEqual([]);
});
