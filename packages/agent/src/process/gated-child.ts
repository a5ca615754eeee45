import { spawn } from 'node:child_process';
import { chmodSync, closeSync, constants, existsSync, fchmodSync, openSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { openNamelessFile } from './environment-script.ts';
import { setOomScore } from './oom-score.ts';
import { findIdentity, type ProcessIdentity } from './process-identity.ts';

export interface GatedSpawn {
  argv: string[];
  /** Of the shim: nothing of the user's. */
  env: Record<string, string>;
  cwd: string;
  user: number | undefined;
  stdout: string;
  stderr: string;
  exitFile: string;
  environment: { text: string; owner: number | undefined; folder: string };
  /** Of the shim and all below it. */
  oomScore: number;
}

/** A shim that waits at its gate. If the agent dies now, the gate's end of file makes it go away without running anything. */
export interface GatedChild {
  readonly identity: ProcessIdentity;
  /** Resolves when the shim is gone. */
  readonly exited: Promise<void>;
  /** Lets it make its sandbox, which it does as a member of whatever group it is in now. */
  enter(): void;
  /** Lets it run the command. */
  open(): void;
  /** Makes the shim end without having run the command. */
  abandon(): void;
}

/**
 * O_APPEND: what else writes to the file, or punches holes into it, cannot move where the next line goes. The file is then
 * closed to writing for whoever opens it anew: `echo >/dev/stderr` would otherwise cut off all that was written before.
 */
function openOutput(path: string): number {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
  if (existsSync(path)) chmodSync(path, 0o600);
  const fd = openSync(path, flags, 0o600);
  fchmodSync(fd, 0o400);
  return fd;
}

/**
 * Starts a shim in a session of its own, with files instead of pipes, so that it needs this agent for nothing.
 * @throws the system's error when it cannot be started
 */
export function spawnGated(request: GatedSpawn): GatedChild {
  const descriptors: number[] = [];
  const keep = (fd: number): number => {
    descriptors.push(fd);
    return fd;
  };
  try {
    const stdout = keep(openOutput(request.stdout));
    const stderr = keep(openOutput(request.stderr));
    const exitFile = keep(openOutput(request.exitFile));
    const { text, folder, owner } = request.environment;
    const environment = keep(openNamelessFile(text, folder, owner));
    const child = spawn(request.argv[0] ?? '', request.argv.slice(1), {
      cwd: request.cwd,
      env: request.env,
      detached: true,
      stdio: ['ignore', stdout, stderr, exitFile, environment, 'pipe'],
      ...(request.user === undefined ? {} : { uid: request.user, gid: request.user }),
    });
    let failure: Error | undefined;
    child.on('error', (error) => {
      failure = error;
    });
    const identity = child.pid === undefined ? undefined : findIdentity(child.pid);
    if (!identity) throw failure ?? new Error('the system could not start another process');
    setOomScore(identity.pid, request.oomScore);
    const gate = (child.stdio as readonly unknown[])[5] as Writable;
    // The shim may be killed before it reads: its exit says so.
    gate.on('error', () => undefined);
    child.unref();
    return {
      identity,
      exited: new Promise((resolve) => {
        child.once('exit', () => resolve());
      }),
      enter: () => void gate.write('enter\n'),
      open: () => gate.end('run\n'),
      abandon: () => gate.destroy(),
    };
  } finally {
    for (const fd of descriptors) closeSync(fd);
  }
}
