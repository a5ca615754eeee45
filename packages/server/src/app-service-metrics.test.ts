import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { registerServiceGauge } from './app-service-metrics.ts';

test('services that should run are counted by whether they do, when the figures are asked for; without a database there are none', async () => {
  const registry = new Registry();
  const one = { name: 'web', project: 'shop', organization: 'Acme', detail: 'It does not run.', fault: null };
  let isAway = false;
  registerServiceGauge(registry, async () => {
    if (isAway) throw new Error('no database');
    return { running: 3, unknown: 0, troubled: [one] };
  });
  const figures = await registry.metrics();
  expect(figures).toContain('davit_services{state="running"} 3');
  expect(figures).toContain('davit_services{state="failing"} 1');
  isAway = true;
  expect(await registry.metrics()).not.toContain('davit_services{');
});
