import { describe, expect, it } from 'vitest';
import { type ExitContext, toProcessExit } from './process-exit.ts';
import type { ProcessEnd } from './tracked-process.ts';

const at = new Date('2026-01-02T03:04:05.678Z');
const context: ExitContext = { ending: null, limits: { memoryBytes: 64 * 1024 * 1024 }, stderr: '/nowhere' };

const exitOf = (end: Partial<ProcessEnd>, changes: Partial<ExitContext> = {}) =>
  toProcessExit({ reached: 'running', status: 0, at, outOfMemory: false, ...end }, { ...context, ...changes });

describe('why a process ended', () => {
  it.each([
    ['by itself', exitOf({ status: 0 }), 'exited', 0, null],
    ['with a code', exitOf({ status: 3 }), 'exited', 3, null],
    ['with a code above those of signals', exitOf({ status: 255 }), 'exited', 255, null],
    ['by a signal', exitOf({ status: 137 }), 'signaled', null, 'SIGKILL'],
    [
      'of memory, when some process was killed and it failed',
      exitOf({ status: 1, outOfMemory: true }),
      'out-of-memory',
      1,
      null,
    ],
    ['well, though a child ran out of memory', exitOf({ status: 0, outOfMemory: true }), 'exited', 0, null],
    ['unseen', exitOf({ status: undefined }), 'lost', null, null],
    ['before it ran', exitOf({ status: undefined, reached: 'waiting' }), 'start-failed', null, null],
    [
      'when the agent died before it was let go',
      exitOf({ status: 125, reached: 'started' }),
      'start-failed',
      null,
      null,
    ],
    ['in the making of its sandbox', exitOf({ status: 1, reached: 'started' }), 'start-failed', null, null],
    ['on request', exitOf({ status: 143 }, { ending: 'stopped' }), 'stopped', null, 'SIGTERM'],
    [
      'when its time was over',
      exitOf({ status: 137 }, { ending: 'timeout', timeoutMs: 1500 }),
      'timeout',
      null,
      'SIGKILL',
    ],
  ])('%s', (_, exit, reason, code, signal) => {
    expect(exit).toMatchObject({ reason, code, signal, at: '2026-01-02T03:04:05.678Z' });
    expect(exit.detail).toMatch(/^It .*\.$|^Its .*\.$|^The agent .*\.$/);
  });

  it('names the limit that was passed', () => {
    expect(exitOf({ status: 137, outOfMemory: true }).detail).toContain('64 MiB');
    expect(exitOf({ status: 137 }, { ending: 'timeout', timeoutMs: 1500 }).detail).toContain('1.5 s');
  });
});
