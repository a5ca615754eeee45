import { describe, expect, test } from 'vitest';
import type { ContainerEnd } from './container-state.ts';
import type { ContainerDetails } from './engine-answers.ts';
import { waitUntilHealthy } from './wait-until-healthy.ts';

const check = { path: null, intervalMs: 10, timeoutMs: 1000 };
const outOfMemory: ContainerEnd = { code: 137, outOfMemory: true, memoryBytes: 64 * 1024 * 1024, error: '' };

const restarted: ContainerDetails = {
  Id: 'one',
  RestartCount: 1,
  State: {
    Status: 'running',
    OOMKilled: false,
    ExitCode: 0,
    Error: '',
    Pid: 1,
    StartedAt: '2026-01-01T00:00:01Z',
    FinishedAt: '2026-01-01T00:00:00Z',
  },
  Image: 'sha256:1',
  HostConfig: { Memory: 64 * 1024 * 1024, RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 3 } },
  Config: { Labels: {} },
};

const waitFor = (details: ContainerDetails | undefined, lastEnd: () => ContainerEnd | undefined) =>
  waitUntilHealthy({ look: async () => details, lastEnd }, check, AbortSignal.timeout(10_000));

describe('a container that ended before it was healthy', () => {
  test('and runs again before its engine’s event was dealt with: how it ended is waited for', async () => {
    let asked = 0;
    const end = waitFor(restarted, () => (++asked > 5 ? outOfMemory : undefined));
    await expect(end).rejects.toMatchObject({
      code: 'INSTANCE_EXITED',
      message: expect.stringContaining('more than its memory limit of 64 MiB'),
    });
  });

  test('and of which its engine never tells: that is said', async () => {
    const end = waitFor(restarted, () => undefined);
    await expect(end).rejects.toThrow('The Docker engine did not tell how, and has restarted it.');
  });

  test('and is gone: it was removed', async () => {
    await expect(waitFor(undefined, () => undefined)).rejects.toThrow('Its container was removed.');
  });
});
