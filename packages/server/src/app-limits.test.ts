import { describe, expect, test } from 'vitest';
import type { ContainerCommand, ExecutorCommand, ReleaseExecutor } from './adapters/executor/executor.ts';
import { findDefaultLimits, limitCommands } from './app-limits.ts';

const gibibyte = 1024 ** 3;

describe('what an instance may use whose service says nothing', () => {
  test('is what the operator says', () => {
    const instances = { memoryMb: 700, cpus: 2 };
    expect(findDefaultLimits({ instances }, 8 * gibibyte)).toEqual({ memoryMb: 700, cpus: 2 });
  });

  test('is by this machine where the operator says nothing: its memory in part, its processors in turns', () => {
    const instances = { memoryMb: undefined, cpus: undefined };
    expect(findDefaultLimits({ instances }, 8 * gibibyte)).toEqual({ memoryMb: 6144, cpus: null });
  });
});

test('commands of releases get the same, and no more processes than an instance', async () => {
  const seen: (ExecutorCommand | ContainerCommand)['limits'][] = [];
  const executor: Pick<ReleaseExecutor, 'start'> = {
    start: async (id, { limits }) => {
      seen.push(limits);
      return { id, running: true, exit: null };
    },
  };
  const limited = limitCommands(executor as ReleaseExecutor, { memoryMb: 512, cpus: null });
  const shared = { env: {}, argv: ['true'], limits: {} };
  const ofFolder = { ...shared, cwd: '/', isolationKey: 'svc_1', writable: [], readable: [] };
  const ofImage = {
    ...shared,
    image: 'one',
    environmentId: 'env_1',
    serviceId: 'svc_1',
    runId: 'run_1',
    readOnly: false,
  };
  const { signal } = new AbortController();
  await limited.start('1', ofFolder, signal);
  await limited.start('2', ofImage, signal);
  await limited.start('3', { ...ofFolder, limits: { memoryBytes: gibibyte, cpus: 0.5 } }, signal);
  expect(seen).toEqual([
    { memoryBytes: 512 * 1024 * 1024, processes: 4096 },
    { memoryBytes: 512 * 1024 * 1024 },
    { memoryBytes: gibibyte, cpus: 0.5, processes: 4096 },
  ]);
});
