import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { oomScores, setOomScore } from '@davit/agent/oom-score';
import { sourceErrors } from '../source-errors.ts';

export interface GitCommand {
  /** `git` when it is not given. */
  readonly program?: string | undefined;
  readonly args: readonly string[];
  readonly cwd: string;
  /** All of it: nothing is inherited. */
  readonly environment: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Each line of standard error as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
}

export interface GitExit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  /** The last of what it said, at most 64 KiB. */
  readonly stderr: string;
}

/** A Git command that runs; its output is read from `stdout`. */
export interface GitProcess {
  readonly stdout: Readable;
  /** Rejects with SOURCE_FETCH_CANCELED, GIT_MISSING, or SOURCE_COMMIT_MISSING where there is no copy; a failure of Git's is no rejection. */
  readonly exit: Promise<GitExit>;
  /** Ends the command and all that it started. */
  stop(): void;
}

const guardScript = fileURLToPath(new URL('guarded.sh', import.meta.url));
const mostStderr = 64 * 1024;
const graceMs = 2000;

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The whole group is gone.
  }
}

function readLines(stream: Readable, onLine: ((line: string) => void) | undefined): () => string {
  let all = '';
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    all = (all + text).slice(-mostStderr);
    if (onLine === undefined) return;
    const lines = (rest + text).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? '').slice(-mostStderr);
    for (const line of lines) if (line !== '') onLine(line);
  });
  stream.on('end', () => {
    if (rest !== '') onLine?.(rest);
  });
  return () => all;
}

/**
 * Starts Git in a process group of its own, which is ended whole: asked first, then killed; and at once should davit
 * itself be killed, see `guarded.sh`.
 */
export function startGit(command: GitCommand): GitProcess {
  const { signal, cwd, environment } = command;
  if (signal.aborted) throw sourceErrors.SOURCE_FETCH_CANCELED({ cause: signal.reason });
  const child = spawn('/bin/sh', [guardScript, command.program ?? 'git', ...command.args], {
    cwd,
    env: environment,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  // A repository of somebody else decides how much memory it takes.
  if (child.pid !== undefined) setOomScore(child.pid, oomScores.command);
  const { stdout, stderr: errors } = child;
  if (stdout === null || errors === null) throw new Error('a process without pipes');
  const stderr = readLines(errors, command.onLine);

  let killTimer: NodeJS.Timeout | undefined;
  function stop(): void {
    // Once it is gone its number may be another's.
    if (killTimer !== undefined || child.exitCode !== null || child.signalCode !== null) return;
    endGroup(child, 'SIGTERM');
    killTimer = setTimeout(() => endGroup(child, 'SIGKILL'), graceMs);
  }
  // What outlives Git would hold the output open: the watcher of davit's life, or a helper.
  child.once('exit', () => endGroup(child, 'SIGKILL'));
  signal.addEventListener('abort', stop, { once: true });

  async function waitForExit(): Promise<GitExit> {
    try {
      const [code] = (await once(child, 'close')) as [number | null];
      if (signal.aborted) throw sourceErrors.SOURCE_FETCH_CANCELED({ cause: signal.reason });
      if (code === 127) throw sourceErrors.GIT_MISSING({ cause: new Error(stderr()) });
      return { code, stderr: stderr() };
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown;
      // It is the folder that is not there: every system has the shell, and the shell tells when there is no Git.
      throw sourceErrors.SOURCE_COMMIT_MISSING({ cause: thrown });
    } finally {
      signal.removeEventListener('abort', stop);
      clearTimeout(killTimer);
    }
  }
  const exit = waitForExit();
  // Who only reads the output learns of a rejection when asking for it, not as an unhandled one.
  exit.catch(() => {});
  // Node throws away what nobody reads by the time of the exit; the reader may still be making its folder.
  return { stdout: stdout.pipe(new PassThrough()), exit, stop };
}

/** Runs Git to its end and collects its output, the first `mostBytes` of it. */
export async function runGit(
  command: GitCommand,
  mostBytes = 16 * 1024 * 1024,
): Promise<GitExit & { readonly stdout: string }> {
  const git = startGit(command);
  const chunks: Buffer[] = [];
  let bytes = 0;
  git.stdout.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
    else git.stop();
  });
  const exit = await git.exit;
  return { ...exit, stdout: Buffer.concat(chunks).toString('utf8') };
}
