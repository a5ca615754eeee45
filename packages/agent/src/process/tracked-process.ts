import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Cgroup, CgroupUsage } from '../sandbox/cgroup.ts';
import type { LentGroup } from '../sandbox/lent-groups.ts';
import { type DiskUsage, highestOf, readDiskUsage } from './disk-usage.ts';
import { readExitFile } from './exit-file.ts';
import { findProcessStat, isAlive, processIdentity } from './process-identity.ts';
import { findTree, type ProcessSnapshot, signalProcess } from './process-table.ts';
import { stopSignalTargets } from './stop-signal.ts';

/** What is written down of a process before it may run, and is enough to take it over after a crash of the agent. */
export const storedProcess = z.strictObject({
  identity: processIdentity,
  /** Names its cgroup and its marker; unguessable. */
  name: z.string(),
  /** Own processes of the sandbox below the shim. */
  innerLevels: z.int(),
  startedAt: z.string(),
  exitFile: z.string(),
  /** Name of the group that it lent to a daemon of the host. */
  lent: z.string().optional(),
});
export type StoredProcess = z.infer<typeof storedProcess>;

/** How a process ended, before anyone judges why. */
export interface ProcessEnd {
  reached: 'waiting' | 'started' | 'running';
  /** As a POSIX shell's `$?`; undefined when nobody saw it. */
  status: number | undefined;
  at: Date;
  /** The kernel ended some process of the tree for lack of memory. */
  outOfMemory: boolean;
  /** Set where it lent a group to a daemon of the host. */
  lentGroupUsed?: boolean | undefined;
}

export interface ProcessUsage {
  cpuMs: number;
  memoryBytes: number;
  processes: number;
  /** Null where this host does not tell. */
  disk: DiskUsage | null;
}

/** A process tree that davit started, now or in an earlier life of the agent. */
export interface TrackedProcess {
  readonly stored: StoredProcess;
  /** Nothing of the tree is left once this resolves. Never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** SIGTERM to the tree (see {@link stopSignalTargets}), SIGKILL after `graceMs`; resolves like `ended`. May be called again with less. */
  terminate(graceMs: number): Promise<ProcessEnd>;
  pids(): number[];
  /** @param snapshot gives all processes of the machine, for hosts where no cgroup tells which are the tree's */
  usage(snapshot: () => ProcessSnapshot): ProcessUsage;
  /** The group whose limits hold for it, when there is one. */
  readonly cgroup: Cgroup | undefined;
}

function residentBytes(pid: number): number {
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return match ? Number(match[1]) * 1024 : 0;
  } catch {
    return 0;
  }
}

/** Clock ticks of proc(5) are 10 ms on every Linux that Node runs on (USER_HZ). */
const TICK_MS = 10;

/** What these processes use, where no cgroup tells. */
function addUp(pids: readonly number[]): CgroupUsage {
  const ticks = pids.reduce((sum, pid) => sum + (findProcessStat(pid)?.cpuTicks ?? 0), 0);
  return { cpuMs: ticks * TICK_MS, memoryBytes: pids.reduce((sum, pid) => sum + residentBytes(pid), 0) };
}

/** How long a shim is given to write down the end of a command that was killed, before it is killed too. */
const SHIM_GRACE_MS = 1000;

export interface TrackOptions {
  stored: StoredProcess;
  marker: string;
  cgroup: Cgroup | undefined;
  /** Taken away with the process. */
  lent?: LentGroup | undefined;
  /** Resolves when the shim is gone. */
  shimGone: Promise<void>;
}

/** Follows a process tree to its end. */
export function trackProcess({ stored, marker, cgroup, lent, shimGone }: TrackOptions): TrackedProcess {
  const shim = stored.identity.pid;
  const life = { over: false };
  let highestCpuMs = 0;
  let highestDisk: DiskUsage | null = null;

  const members = (): number[] => {
    if (cgroup) return cgroup.pids();
    return isAlive(stored.identity) ? [...findTree(shim, marker)] : [...findTree(-1, marker)];
  };

  /** The user's own with their parents: without the shim and the processes that make up the sandbox. */
  function userTree(): Map<number, number> {
    const parents = new Map(members().map((pid) => [pid, findProcessStat(pid)?.parent ?? 0]));
    let inner = new Set([shim]);
    const hidden = new Set(inner);
    for (let level = 0; level < stored.innerLevels; level++) {
      inner = new Set([...parents].filter(([, parent]) => inner.has(parent)).map(([pid]) => pid));
      for (const pid of inner) hidden.add(pid);
    }
    for (const pid of hidden) parents.delete(pid);
    return parents;
  }

  function kill(spare: number | undefined): void {
    if (cgroup) cgroup.kill(spare);
    else for (const pid of members()) if (pid !== spare) signalProcess(pid, 'SIGKILL');
  }

  async function settle(): Promise<ProcessEnd> {
    await shimGone;
    // Nearly always nothing is left; a background process of the command may be.
    for (let pause = 1; members().length > 0; pause = Math.min(20, pause * 2)) {
      kill(undefined);
      await sleep(pause);
    }
    life.over = true;
    const outOfMemory = (cgroup?.outOfMemoryKills() ?? 0) + (lent?.outOfMemoryKills() ?? 0) > 0;
    const lentGroupUsed = lent?.wasUsed();
    void cgroup?.remove();
    // A daemon that is slow to end what it was not asked for any more keeps nobody waiting.
    void lent?.release().catch(() => undefined);
    const file = readExitFile(stored.exitFile);
    const at = file?.at ?? new Date();
    return { reached: file?.reached ?? 'waiting', status: file?.status, at, outOfMemory, lentGroupUsed };
  }
  const ended = settle();

  async function askToEnd(graceMs: number): Promise<void> {
    const deadline = Date.now() + graceMs;
    const asked = new Set<number>();
    // The command may not have come out of the sandbox's making yet; later, who waited for its children is asked too.
    while (!life.over && Date.now() < deadline) {
      const waiting = stopSignalTargets(userTree()).filter((pid) => !asked.has(pid));
      for (const pid of waiting) {
        asked.add(pid);
        signalProcess(pid, 'SIGTERM');
      }
      const pause = Math.min(asked.size === 0 ? 5 : 50, Math.max(0, deadline - Date.now()));
      const timer = new AbortController();
      await Promise.race([ended, sleep(pause, undefined, { signal: timer.signal }).catch(() => undefined)]);
      timer.abort();
    }
  }

  return {
    stored,
    ended,
    async terminate(graceMs) {
      if (graceMs > 0) await askToEnd(graceMs);
      const since = Date.now();
      while (!life.over) {
        kill(Date.now() - since < SHIM_GRACE_MS ? shim : undefined);
        await Promise.race([ended, sleep(10)]);
      }
      return ended;
    },
    cgroup,
    pids: () => members().filter((pid) => pid !== shim),
    usage(snapshot) {
      const pids = cgroup?.pids() ?? [...snapshot().treeOf(isAlive(stored.identity) ? shim : -1, marker)];
      const counted = cgroup?.usage() ?? addUp(pids);
      // The counters of a child that nobody waited for are lost with it: the sums must not go down for that.
      highestCpuMs = Math.max(highestCpuMs, counted.cpuMs);
      highestDisk = highestOf(highestDisk, counted.disk ?? readDiskUsage(pids));
      return {
        cpuMs: highestCpuMs,
        memoryBytes: counted.memoryBytes,
        processes: pids.length,
        disk: highestDisk,
      };
    },
  };
}
