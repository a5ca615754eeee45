import { existsSync, mkdirSync, readFileSync, readlinkSync, rmdirSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKeyedQueue } from '../process/keyed-queue.ts';
import { signalProcess } from '../process/process-table.ts';
import type { ProcessLimits } from '../protocol/protocol.ts';
import { type CgroupDriver, retryRemoval } from './cgroup.ts';
import { type CgroupMount, readMounts } from './cgroup-mounts.ts';
import { createCgroupV1Driver } from './cgroup-v1.ts';
import { createCgroupV2Driver } from './cgroup-v2.ts';
import { listFolders, readPids } from './inner-group.ts';
import { shareOfMemory } from './memory-share.ts';

/** A group with limits for what a daemon of the host runs for a command, such as the steps of an image's build. */
export interface LentGroup {
  /** Whether anything ever ran in it: a daemon that cannot be told where to run things runs them elsewhere, and says nothing. */
  wasUsed(): boolean;
  /** How many processes the kernel has ended for lack of memory; 0 where it counts that only for the innermost group. */
  outOfMemoryKills(): number;
  /** Ends whatever runs in it and takes it away, unless another command has it too. May be called once. */
  release(): Promise<void>;
}

/** Groups at the top of the hierarchy, where daemons of the host find them under the path that they are given. */
export interface LentGroups {
  /** Of their parent, as daemons know it: `/davit-…-lent`. */
  readonly path: string;
  /** Makes the group; commands that ask for the same name at the same time have it together. */
  take(name: string, limits: ProcessLimits): Promise<LentGroup>;
  /** One that an earlier life of the agent made for a command that goes on. */
  adopt(name: string): LentGroup | undefined;
  /** Ends and removes those of earlier lives that nobody has adopted. */
  sweep(): Promise<void>;
  /** Takes their parent away when nothing is in it. */
  close(): void;
}

/** What runs beside builds goes first when the processors are all busy: a tenth of what a group has by default. */
const SHARES = { 'cpu.shares': '102', 'cpu.weight': '10' } as const;

/** Linux gives the first cgroup namespace this number (include/linux/proc_ns.h, PROC_CGROUP_INIT_INO). */
const FIRST_CGROUP_NAMESPACE = 'cgroup:[4026531835]';

function pidsBelow(folder: string): number[] {
  return [readPids(folder), ...listFolders(folder).map((name) => pidsBelow(join(folder, name)))].flat();
}

async function removeBelow(folder: string): Promise<void> {
  for (const name of listFolders(folder)) await removeBelow(join(folder, name));
  await retryRemoval(() => rmdirSync(folder));
}

function writeIfThere(path: string, content: string): void {
  if (existsSync(path)) writeFileSync(path, content);
}

interface Place {
  driver: CgroupDriver;
  /** The parent folder in each hierarchy; daemons make groups in all of them. */
  parents: string[];
  /** Where all processes of a group are listed. */
  processes: string;
  freezer: { folder: string; file: string; on: string; off: string } | undefined;
}

function openV2(mount: CgroupMount, name: string): Place {
  const parent = join(mount.mountPoint, name);
  mkdirSync(parent, { recursive: true });
  for (const folder of [mount.mountPoint, parent])
    writeFileSync(join(folder, 'cgroup.subtree_control'), '+memory +cpu +pids');
  writeIfThere(join(parent, 'memory.max'), String(shareOfMemory(totalmem())));
  writeIfThere(join(parent, 'cpu.weight'), SHARES['cpu.weight']);
  const freezer = { folder: parent, file: 'cgroup.freeze', on: '1', off: '0' };
  return { driver: createCgroupV2Driver(parent), parents: [parent], processes: parent, freezer };
}

function openV1(mounts: readonly CgroupMount[], name: string): Place {
  const find = (controller: string): string | undefined => {
    const mount = mounts.find(({ unified, controllers }) => !unified && controllers.includes(controller));
    return mount && join(mount.mountPoint, name);
  };
  const [memory, cpu, cpuacct, pids, freezer] = ['memory', 'cpu', 'cpuacct', 'pids', 'freezer'].map(find);
  if (!memory || !cpu || !cpuacct || !pids)
    throw new Error('not every controller (memory, cpu, cpuacct, pids) is mounted');
  for (const folder of new Set([memory, cpu, cpuacct, pids])) mkdirSync(folder, { recursive: true });
  if (freezer !== undefined) mkdirSync(freezer, { recursive: true });
  writeIfThere(join(memory, 'memory.limit_in_bytes'), String(shareOfMemory(totalmem())));
  writeIfThere(join(cpu, 'cpu.shares'), SHARES['cpu.shares']);
  return {
    driver: createCgroupV1Driver({ memory, cpu, cpuacct, pids, freezer }),
    parents: [...new Set(mounts.map(({ mountPoint }) => join(mountPoint, name)))],
    processes: pids,
    freezer:
      freezer === undefined ? undefined : { folder: freezer, file: 'freezer.state', on: 'FROZEN', off: 'THAWED' },
  };
}

function createLentGroups(path: string, { driver, parents, processes, freezer }: Place): LentGroups {
  const holders = new Map<string, number>();
  const queue = createKeyedQueue();

  function kill(name: string): void {
    const state = freezer && join(freezer.folder, name, freezer.file);
    const freeze = (on: boolean) => {
      if (freezer && state && existsSync(state)) writeFileSync(state, on ? freezer.on : freezer.off);
    };
    try {
      freeze(true);
      for (const pid of pidsBelow(join(processes, name))) signalProcess(pid, 'SIGKILL');
    } finally {
      freeze(false);
    }
  }

  async function end(name: string): Promise<void> {
    for (let pause = 5; pidsBelow(join(processes, name)).length > 0; pause = Math.min(100, pause * 2)) {
      kill(name);
      await sleep(pause);
    }
    for (const parent of parents) if (existsSync(join(parent, name))) await removeBelow(join(parent, name));
  }

  function hold(name: string): LentGroup | undefined {
    const group = driver.find(name);
    if (group === undefined) return undefined;
    holders.set(name, (holders.get(name) ?? 0) + 1);
    return {
      wasUsed: () => group.usage().cpuMs > 0,
      outOfMemoryKills: () => group.outOfMemoryKills(),
      async release() {
        const left = (holders.get(name) ?? 1) - 1;
        holders.set(name, left);
        if (left > 0) return;
        holders.delete(name);
        await queue.run(name, async () => {
          if (!holders.has(name)) await end(name);
        });
      },
    };
  }

  return {
    path,
    take: (name, limits) =>
      queue.run(name, async () => {
        if (!holders.has(name)) await end(name);
        driver.create(name, limits);
        const made = hold(name);
        if (made === undefined) throw new Error(`the group ${name} is gone at once`);
        return made;
      }),
    adopt: hold,
    async sweep() {
      for (const name of driver.list()) if (!holders.has(name)) await end(name);
    },
    close() {
      for (const parent of parents) {
        try {
          rmdirSync(parent);
        } catch {
          // Not there, or a build goes on in it: that is what a restart of the agent looks like.
        }
      }
    },
  };
}

/**
 * Finds out whether groups can be lent on this host, by making one.
 * @returns them, or why there are none, in one sentence that says how to get them
 */
export async function probeLentGroups(stateId: string): Promise<LentGroups | string> {
  const path = `/davit-${stateId}-lent`;
  try {
    if (process.getuid?.() !== 0) throw new Error('davit is not root');
    if (readlinkSync('/proc/self/ns/cgroup') !== FIRST_CGROUP_NAMESPACE)
      throw new Error('davit is in a container of its own, whose groups a daemon outside knows by other names');
    const mounts = readMounts().filter(({ root }) => root === '/');
    const unified = mounts.find((mount) => mount.unified);
    const controllers = unified ? readFileSync(join(unified.mountPoint, 'cgroup.controllers'), 'utf8') : '';
    const place =
      unified && /\bmemory\b/.test(controllers) ? openV2(unified, path.slice(1)) : openV1(mounts, path.slice(1));
    const groups = createLentGroups(path, place);
    const probe = await groups.take('probe', { memoryBytes: 64 * 1024 * 1024, cpus: 1, processes: 16 });
    await probe.release();
    return groups;
  } catch (thrown) {
    return `Memory and CPU of the steps of image builds are not limited (${(thrown as Error).message}): run davit as root on the host itself.`;
  }
}
