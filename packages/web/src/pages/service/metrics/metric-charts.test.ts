import { describe, expect, test } from 'vitest';
import { chartsFor, hasFigures } from './metric-charts.ts';

const titles = (kind: 'web' | 'worker' | 'cron') => chartsFor(kind).map(({ title }) => title);

describe('the charts of a service', () => {
  test('are all of them for one that answers requests', () => {
    expect(titles('web')).toEqual([
      'CPU',
      'Memory',
      'Requests',
      'Latency',
      'Error rate',
      'Network',
      'Disk',
      'Instances',
    ]);
  });

  test.each(['worker', 'cron'] as const)('are those of its instances for a %s', (kind) => {
    expect(titles(kind)).toEqual(['CPU', 'Memory', 'Disk', 'Instances']);
  });

  test('show each figure once', () => {
    const names = chartsFor('web').flatMap(({ lines }) => lines.map(({ name }) => name));
    expect(names).toHaveLength(12);
    expect(new Set(names).size).toBe(12);
  });
});

test('figures are there when anything was measured, be it 0', () => {
  const nothing = { cpuCores: [null], memoryBytes: [null] };
  expect(hasFigures({ series: nothing as never })).toBe(false);
  expect(hasFigures({ series: { ...nothing, cpuCores: [null, 0] } as never })).toBe(true);
});
