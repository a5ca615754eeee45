import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessLimits } from '../protocol/protocol.ts';

/** What a tree of processes has used; CPU in milliseconds since the group was made. */
export interface CgroupUsage {
  cpuMs: number;
  /** Without the part of the page cache that the kernel would give back first, as `docker stats` counts. */
  memoryBytes: number;
  /** Absent where the kernel does not count disks by group. */
  disk?: { readBytes: number; writtenBytes: number };
}

/** A folder of the host that shows a process its own limits, and where a process looks for them. */
export interface CgroupView {
  source: string;
  target: string;
}

/** Processes that are within the limits of a group but can be ended without the others of it. */
export interface InnerGroup {
  /** Files that a process writes its id to in order to join. */
  readonly entries: readonly string[];
  pids(): number[];
  /** SIGKILL to all; none can escape by forking meanwhile. */
  kill(): void;
  remove(): Promise<void>;
}

/** One group of processes that the kernel keeps together: limited, counted, and ended as one. */
export interface Cgroup {
  readonly name: string;
  /**
   * Puts a process into the group; what it starts from then on is in it too. Not done in this thread: the kernel waits
   * for all processors meanwhile (1 ms on an idle machine, 12 on a busy one), and the proxy must not.
   */
  add(pid: number): Promise<void>;
  /** Also those of groups within. */
  pids(): number[];
  /** SIGKILL to all but `spare`, so that none can escape by forking meanwhile. */
  kill(spare: number | undefined): void;
  /** How many processes the kernel has ended for lack of memory. */
  outOfMemoryKills(): number;
  usage(): CgroupUsage;
  views(): CgroupView[];
  /** Makes or finds a group within this one, such that the limits of this one hold for both together. */
  inner(name: string): InnerGroup;
  listInner(): InnerGroup[];
  /** Takes the empty group away; gives up after a second, the next start of the agent tries again. */
  remove(): Promise<void>;
}

/** Makes and finds the groups of one agent. */
export interface CgroupDriver {
  readonly version: 'cgroup-v1' | 'cgroup-v2';
  create(name: string, limits: ProcessLimits): Cgroup;
  find(name: string): Cgroup | undefined;
  list(): string[];
  /** Removes the agent's own parent group when nothing is in it. */
  close(): void;
}

/** Processes that belong to the sandbox itself (shim, two of bubblewrap) count too, but are not the user's to pay. */
export const OWN_PROCESSES = 4;

/** CFS period; the quota is a share of it. */
export const CPU_PERIOD_US = 100_000;

/** The value of `name` in the kernel's "name value" lines; 0 when this kernel does not count it. */
export function readCounter(text: string, name: string): number {
  const line = text.split('\n').find((candidate) => candidate.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

/** The kernel takes a moment to notice that a group is empty: EBUSY is tried again. */
export async function retryRemoval(remove: () => void): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    try {
      remove();
      return;
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code;
      if (code === 'ENOENT') return;
      if (code !== 'EBUSY') throw thrown;
      await sleep(10 + 5 * attempt);
    }
  }
}
