import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { endGroup } from '../process/end-group.ts';
import { oomScores, setOomScore } from '../process/oom-score.ts';
import { findTree, signalProcess } from '../process/process-table.ts';
import type { InnerGroup } from '../sandbox/cgroup.ts';
import type { HostOptions } from './terminal-host.ts';

const host = fileURLToPath(new URL('terminal-host.ts', import.meta.url));

/** A shell is told that its terminal is gone and may write its history; what is there after this long is killed. */
const HANGUP_GRACE_MS = 300;
const HOST_GRACE_MS = 2000;

/** One terminal that is open. */
export interface Terminal {
  /** Speaks frames; ends with the terminal. */
  readonly connection: Duplex;
  /** Resolves when nothing of it is left. Never rejects. */
  readonly ended: Promise<void>;
  /** Lets it say that davit ends it, then ends it. */
  stop(): Promise<void>;
  /** Ends it, with everything that was started in it. */
  end(): Promise<void>;
}

export interface TerminalOptions {
  host: HostOptions;
  /** Environment of the host process; its marker finds what has no group. */
  env: Record<string, string>;
  marker: string;
  /** File with the user's environment; closed here. */
  environment: number;
  group: InnerGroup | undefined;
}

function spawnHost({ host: options, env, environment }: TerminalOptions): ChildProcess {
  try {
    const flags = ['--max-semi-space-size=1', '--max-old-space-size=64'];
    const child = spawn(process.execPath, [...flags, host, JSON.stringify(options)], {
      cwd: '/',
      env,
      detached: true,
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', environment],
    });
    // Long before it starts the user's shell: it is a Node that has not begun yet.
    if (child.pid !== undefined) setOomScore(child.pid, oomScores.command);
    return child;
  } finally {
    closeSync(environment);
  }
}

/** @throws Error when the machine cannot start another process */
export function startTerminal(options: TerminalOptions): Terminal {
  const { group, marker } = options;
  const child = spawnHost(options);
  const gone = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const connection = (child.stdio as readonly unknown[])[3] as Duplex;
  connection.on('error', () => undefined);

  const members = (): number[] => {
    if (group) return group.pids();
    return [...findTree(child.pid ?? -1, marker)];
  };

  async function endTree(): Promise<void> {
    const deadline = Date.now() + HANGUP_GRACE_MS;
    while (members().length > 0 && Date.now() < deadline) await sleep(10);
    if (group) return endGroup(group);
    for (let pause = 1; members().length > 0; pause = Math.min(20, pause * 2)) {
      for (const pid of members()) signalProcess(pid, 'SIGKILL');
      await sleep(pause);
    }
  }
  const ended = gone.then(endTree).catch(() => undefined);

  async function insist(): Promise<void> {
    const timer = new AbortController();
    const late = sleep(HOST_GRACE_MS, undefined, { signal: timer.signal }).then(
      () => child.kill('SIGKILL'),
      () => undefined,
    );
    await Promise.race([gone, late]);
    timer.abort();
    await ended;
  }

  return {
    connection,
    ended,
    async stop() {
      child.kill('SIGTERM');
      await insist();
    },
    async end() {
      connection.destroy();
      await insist();
    },
  };
}
