import { Gauge, type Registry } from 'prom-client';
import type { ServiceHealth } from './features/overview/index.ts';

/** What runs services may hang; the other figures do not wait for it longer. */
const lookMs = 2000;

/** For Prometheus: services that should run, by whether they do, as it is when the figures are asked for. */
export function registerServiceGauge(registry: Registry, look: (signal: AbortSignal) => Promise<ServiceHealth>): void {
  const services = new Gauge({
    name: 'davit_services',
    help: 'Services that should run, by whether they do: running, failing, or unknown while what runs them does not answer.',
    labelNames: ['state'],
    registers: [],
    async collect() {
      // Without a database nothing is known: no figure is better than an old one.
      this.reset();
      const health = await look(AbortSignal.timeout(lookMs)).catch(() => undefined);
      if (health === undefined) return;
      this.set({ state: 'running' }, health.running);
      this.set({ state: 'failing' }, health.troubled.length);
      this.set({ state: 'unknown' }, health.unknown);
    },
  });
  registry.registerMetric(services);
}
