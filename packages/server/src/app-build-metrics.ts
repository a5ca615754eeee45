import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { BuildMeter } from './adapters/builder/build-meter.ts';

/** Figures about builds for Prometheus, of this server since its start. */
export function createBuildMeter(registry: Registry): BuildMeter {
  const registers = [registry];
  const builds = new Gauge({
    name: 'davit_builds',
    help: 'Builds that wait for their turn, memory or disk space, and builds that are under way.',
    labelNames: ['state'],
    registers,
  });
  const waits = new Histogram({
    name: 'davit_build_wait_seconds',
    help: 'How long builds waited until they were let begin.',
    buckets: [0.1, 1, 5, 15, 60, 300, 1800],
    registers,
  });
  const durations = new Histogram({
    name: 'davit_build_duration_seconds',
    help: 'How long builds took once they were let begin. Stopped: canceled, or left to another server.',
    labelNames: ['result'],
    buckets: [1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600],
    registers,
  });
  const stages = new Counter({
    name: 'davit_build_stages_total',
    help: 'Steps of builds, by whether they were done or came from the cache.',
    labelNames: ['from'],
    registers,
  });
  return {
    busy(waiting, running) {
      builds.set({ state: 'waiting' }, waiting);
      builds.set({ state: 'running' }, running);
    },
    waited: (seconds) => waits.observe(seconds),
    stage: ({ cached }) => stages.inc({ from: cached ? 'cache' : 'build' }),
    ended: (result, seconds) => durations.observe({ result }, seconds),
  };
}
