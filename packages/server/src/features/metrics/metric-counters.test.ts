import { describe, expect, test } from 'vitest';
import type { ProxyUsage } from '../../adapters/proxy/proxy.ts';
import type { InstanceUsage } from '../../adapters/runtime/runtime.ts';
import { countersOf, pointsBetween, type UsageSnapshot } from './metric-counters.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000);
const early = at(-1000).toISOString();

function instance(fields: Partial<InstanceUsage> = {}): InstanceUsage {
  const disk = { readBytes: 0, writtenBytes: 0 };
  return {
    instanceId: 'a',
    serviceId: 'svc',
    at: '',
    startedAt: early,
    cpuMs: 0,
    memoryBytes: 100,
    disk,
    ...fields,
  };
}

function route(fields: Partial<ProxyUsage> = {}): ProxyUsage {
  return {
    host: 'app.test',
    owner: 'svc',
    since: early,
    requests: 0,
    failures: 0,
    bytesIn: 0,
    bytesOut: 0,
    responses: [0, 0, 0, 0, 0],
    latency: {},
    ...fields,
  };
}

const look = (seconds: number, instances: InstanceUsage[], routes: ProxyUsage[] = []): UsageSnapshot => ({
  at: at(seconds),
  instances,
  routes,
});

/** The point of the service between two looks. */
const between = (before: UsageSnapshot, now: UsageSnapshot) => pointsBetween(now, countersOf(before), before.at)[0];

describe('between two looks', () => {
  test('CPU, disk and requests are what was added, memory and instances what is there', () => {
    const disk = (readBytes: number, writtenBytes: number) => ({ readBytes, writtenBytes });
    const before = look(
      0,
      [instance({ cpuMs: 500, disk: disk(10, 20) })],
      [route({ requests: 5, bytesIn: 50, bytesOut: 500, responses: [0, 4, 0, 0, 1], latency: { 3: 5 } })],
    );
    const now = look(
      15,
      [instance({ cpuMs: 2000, memoryBytes: 300, disk: disk(10, 120) })],
      [route({ requests: 8, bytesIn: 80, bytesOut: 800, responses: [0, 5, 0, 0, 2], latency: { 3: 6, 9: 1 } })],
    );
    expect(between(before, now)).toEqual({
      serviceId: 'svc',
      seconds: 15,
      cpuMs: 1500,
      diskReadBytes: 0,
      diskWriteBytes: 100,
      networkInBytes: 30,
      networkOutBytes: 300,
      requests: 3,
      responses: 2,
      errors: 1,
      latency: { 3: 1, 9: 1 },
      memoryBytes: 300,
      instances: 1,
    });
  });

  test('instances and host names of a service are added up; services are not', () => {
    const before = look(0, [
      instance(),
      instance({ instanceId: 'b' }),
      instance({ instanceId: 'c', serviceId: 'other' }),
    ]);
    const now = look(
      15,
      [
        instance({ cpuMs: 100 }),
        instance({ instanceId: 'b', cpuMs: 200 }),
        instance({ instanceId: 'c', serviceId: 'other', cpuMs: 1000 }),
      ],
      [route({ requests: 1 }), route({ host: 'www.test', requests: 2 })],
    );
    const points = pointsBetween(now, countersOf(before), before.at);
    expect(points).toMatchObject([
      { serviceId: 'svc', cpuMs: 300, instances: 2, memoryBytes: 200, requests: 3 },
      { serviceId: 'other', cpuMs: 1000, instances: 1, requests: 0 },
    ]);
  });

  test('a process that was started again is counted from its start', () => {
    const before = look(0, [instance({ cpuMs: 90_000 })]);
    const now = look(15, [instance({ cpuMs: 700, startedAt: at(5).toISOString() })]);
    expect(between(before, now)?.cpuMs).toBe(700);
  });

  test('an instance that is new is counted from its start', () => {
    const now = look(15, [instance({ instanceId: 'new', cpuMs: 700, startedAt: at(5).toISOString() })]);
    expect(between(look(0, [instance()]), now)?.cpuMs).toBe(700);
  });

  test('an instance that was there and was not looked at counts from the next look on', () => {
    const now = look(15, [instance({ instanceId: 'old', cpuMs: 90_000 })]);
    expect(between(look(0, []), now)).toMatchObject({
      cpuMs: null,
      diskReadBytes: null,
      instances: 1,
      memoryBytes: 100,
    });
  });

  test('a route that begins anew, since the proxy did, loses nothing of what came after', () => {
    const before = look(0, [instance()], [route({ requests: 1000, latency: { 4: 1000 } })]);
    const now = look(15, [instance()], [route({ requests: 3, since: at(5).toISOString(), latency: { 4: 3 } })]);
    expect(between(before, now)).toMatchObject({ requests: 3, responses: 3, latency: { 4: 3 } });
  });

  test('the first requests of a route count, though it was not told of before', () => {
    expect(between(look(0, [instance()]), look(15, [instance()], [route({ requests: 4 })]))?.requests).toBe(4);
  });

  test('counters that a machine lost a part of are never less than nothing', () => {
    const before = look(0, [instance({ cpuMs: 500, disk: { readBytes: 9, writtenBytes: 9 } })]);
    const now = look(15, [instance({ cpuMs: 400, disk: { readBytes: 8, writtenBytes: 10 } })]);
    expect(between(before, now)).toMatchObject({ cpuMs: 0, diskReadBytes: 0, diskWriteBytes: 1 });
  });

  test('disks that the host does not tell of are unknown, not idle', () => {
    expect(between(look(0, [instance({ disk: null })]), look(15, [instance({ disk: null })]))).toMatchObject({
      cpuMs: 0,
      diskReadBytes: null,
      diskWriteBytes: null,
    });
  });

  test('a service of which nothing runs has a point while people still ask for it', () => {
    const before = look(0, [], [route({ requests: 1 })]);
    expect(between(before, look(15, [], [route({ requests: 1 })]))).toBeUndefined();
    const asked = look(15, [], [route({ requests: 2, responses: [0, 0, 0, 0, 1], latency: { 1: 1 } })]);
    expect(between(before, asked)).toMatchObject({
      instances: 0,
      memoryBytes: null,
      cpuMs: null,
      requests: 1,
      errors: 1,
    });
  });
});

test('without a look before, only what can be seen at once is known', () => {
  const now = look(15, [instance({ cpuMs: 500 })], [route({ requests: 9 })]);
  expect(pointsBetween(now, new Map(), null)).toMatchObject([
    { seconds: null, cpuMs: null, requests: null, latency: null, memoryBytes: 100, instances: 1 },
  ]);
});
