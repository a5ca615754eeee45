import { constants } from 'node:os';
import { z } from 'zod';
import type { ProcessExit, ProcessLimits } from '../protocol/protocol.ts';
import { neverRan } from './exit-file.ts';
import { readTail } from './output-tail.ts';
import type { ProcessEnd } from './tracked-process.ts';

/** Why davit itself is ending a process; written down before the first signal. */
export const ending = z.enum(['timeout', 'stopped']);
export type Ending = z.infer<typeof ending>;

/** A {@link ProcessExit} as it is kept on disk. */
export const storedExit = z.strictObject({
  reason: z.enum(['exited', 'signaled', 'timeout', 'out-of-memory', 'start-failed', 'lost', 'stopped']),
  code: z.int().nullable(),
  signal: z.string().nullable(),
  at: z.string(),
  detail: z.string(),
  lentGroupUsed: z.boolean().optional(),
  diskWasFull: z.boolean().optional(),
});

export interface ExitContext {
  ending: Ending | null;
  limits: ProcessLimits;
  timeoutMs?: number | undefined;
  /** File with what the sandbox says when it cannot be made. */
  stderr: string;
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));
const mebibytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 10) / 10} MiB`;
const seconds = (ms: number): string => `${ms / 1000} s`;

function exitDetail(code: number): string {
  if (code === 127) return 'It ended with exit code 127: the program, or one that it calls, was not found.';
  if (code === 126) return 'It ended with exit code 126: the program may not be executed.';
  return `It ended with exit code ${code}.`;
}

/** The agent could not even start a process. */
export function startFailure(thrown: unknown): ProcessExit {
  const detail = `It could not be started: ${(thrown as Error).message}.`;
  return { reason: 'start-failed', code: null, signal: null, at: new Date().toISOString(), detail };
}

/**
 * Says how a process ended. A status above 128 that is 128 + a signal's number counts as that signal, as in every POSIX
 * shell: what runs inside of a sandbox cannot be told apart more finely, since its own init passes only a status on.
 */
export function toProcessExit(end: ProcessEnd, context: ExitContext): ProcessExit {
  const { status } = end;
  const signal = status === undefined || status <= 128 ? null : (signalNames.get(status - 128) ?? null);
  const code = status === undefined || signal !== null ? null : status;
  const lent = end.lentGroupUsed === undefined ? {} : { lentGroupUsed: end.lentGroupUsed };
  const facts = { code, signal, at: end.at.toISOString(), ...lent };
  if (context.ending === 'timeout') {
    const detail = `It was ended because it ran longer than its limit of ${seconds(context.timeoutMs ?? 0)}.`;
    return { reason: 'timeout', ...facts, detail };
  }
  if (context.ending === 'stopped') return { reason: 'stopped', ...facts, detail: 'It was stopped on request.' };
  if (end.outOfMemory && status !== 0) {
    const { memoryBytes } = context.limits;
    const limit =
      memoryBytes === undefined ? 'the memory of this machine' : `its memory limit of ${mebibytes(memoryBytes)}`;
    return { reason: 'out-of-memory', ...facts, detail: `It was ended because it used more than ${limit}.` };
  }
  if (neverRan(end)) {
    return { reason: 'start-failed', ...facts, code: null, detail: 'The agent ended while starting it.' };
  }
  if (status === undefined) return { reason: 'lost', ...facts, detail: 'It ended while nobody could see how.' };
  if (end.reached !== 'running') {
    const said = readTail(context.stderr, 1024).trim().split('\n').at(-1) ?? '';
    // A sandbox that fails says why; one that says nothing was ended from outside.
    if (signal !== null && said === '') {
      return { reason: 'signaled', ...facts, detail: `It was ended by ${signal} before its program began.` };
    }
    return {
      reason: 'start-failed',
      ...facts,
      code: null,
      detail: `Its sandbox could not be made: ${said || `status ${status}`}.`,
    };
  }
  if (signal !== null) return { reason: 'signaled', ...facts, detail: `It was ended by ${signal}.` };
  return { reason: 'exited', ...facts, detail: exitDetail(status) };
}
