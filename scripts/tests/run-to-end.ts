import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';

interface TestCommand {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** The file that the command writes when its tests are over. */
  readonly report: string;
  readonly deadlineMs: number;
  /** What it may take to exit after that. */
  readonly exitMs: number;
}

/**
 * Runs a command of Node's to its end, with its output to ours. One that does not exit is ended, with all that is in its group.
 * @returns why it was ended; undefined when it exited by itself
 */
export async function runToEnd({ argv, cwd, env, report, ...limits }: TestCommand): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const child = spawn(process.execPath, argv, { cwd, env, stdio: ['ignore', 'inherit', 'inherit'], detached: true });
  let ended: string | undefined;
  const end = (signal: NodeJS.Signals, why: string) => {
    ended ??= why;
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  };
  const interrupt = () => end('SIGTERM', 'was interrupted');
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const deadline = setTimeout(
    () => end('SIGKILL', `was not done after ${limits.deadlineMs / 60_000} minutes`),
    limits.deadlineMs,
  );
  let reportedAt: number | undefined;
  // Vitest waits for ever while a process that a test left holds the output of its worker.
  const watch = setInterval(() => {
    if (existsSync(report)) reportedAt ??= Date.now();
    if (reportedAt !== undefined && Date.now() - reportedAt > limits.exitMs) {
      end('SIGKILL', 'did not exit when its tests were over: a process that a test left holds its output');
    }
  }, 500);
  child.once('error', reject);
  child.once('close', () => resolve());
  try {
    await promise;
  } finally {
    clearTimeout(deadline);
    clearInterval(watch);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
  return ended;
}
