import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signalProcess } from '../process/process-table.ts';
import type { ProcessLimits } from '../protocol/protocol.ts';
import {
  type Cgroup,
  type CgroupDriver,
  type CgroupUsage,
  CPU_PERIOD_US,
  type InnerGroup,
  OWN_PROCESSES,
  readCounter,
  retryRemoval,
} from './cgroup.ts';
import { createInnerGroup, listFolders, readPids } from './inner-group.ts';

/** The agent's parent folder in each hierarchy. `freezer` makes killing atomic where there is one. */
export interface CgroupV1Folders {
  memory: string;
  cpu: string;
  cpuacct: string;
  pids: string;
  freezer?: string | undefined;
}

const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'latin1');

/** Hierarchies may be mounted together (`cpu,cpuacct`): each folder once. */
function distinctFolders(folders: CgroupV1Folders, name: string): string[] {
  const all = [folders.memory, folders.cpu, folders.cpuacct, folders.pids, folders.freezer];
  return [...new Set(all.filter((folder) => folder !== undefined))].map((folder) => join(folder, name));
}

function setLimits(folders: CgroupV1Folders, name: string, limits: ProcessLimits): void {
  if (limits.memoryBytes !== undefined) {
    const memory = join(folders.memory, name);
    writeFileSync(join(memory, 'memory.limit_in_bytes'), String(limits.memoryBytes));
    // Without this a process that is over its memory would go on in swap.
    const withSwap = join(memory, 'memory.memsw.limit_in_bytes');
    if (existsSync(withSwap)) writeFileSync(withSwap, String(limits.memoryBytes));
  }
  if (limits.cpus !== undefined) {
    const cpu = join(folders.cpu, name);
    writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(CPU_PERIOD_US));
    writeFileSync(join(cpu, 'cpu.cfs_quota_us'), String(Math.round(limits.cpus * CPU_PERIOD_US)));
  }
  if (limits.processes !== undefined) {
    writeFileSync(join(folders.pids, name, 'pids.max'), String(limits.processes + OWN_PROCESSES));
  }
}

class CgroupV1 implements Cgroup {
  readonly name: string;
  readonly #parents: CgroupV1Folders;
  readonly #folders: string[];

  constructor(parents: CgroupV1Folders, name: string) {
    this.name = name;
    this.#parents = parents;
    this.#folders = distinctFolders(parents, name);
  }

  async add(pid: number): Promise<void> {
    for (const folder of this.#folders) await writeFile(join(folder, 'cgroup.procs'), String(pid));
  }

  pids(): number[] {
    const own = readPids(join(this.#parents.pids, this.name));
    return [own, ...this.listInner().map((group) => group.pids())].flat();
  }

  /** Only where processes are counted and frozen: of memory, not every kernel makes a group answer for those within it. */
  inner(name: string): InnerGroup {
    const { pids, freezer } = this.#parents;
    const divided = new Set(
      [pids, freezer].flatMap((parent) => (parent === undefined ? [] : [join(parent, this.name)])),
    );
    const folders = [...divided].map((folder) => join(folder, name));
    for (const folder of folders) mkdirSync(folder, { recursive: true });
    const others = this.#folders.filter((folder) => !divided.has(folder));
    const entries = [...others, ...folders].map((folder) => join(folder, 'cgroup.procs'));
    const state = freezer === undefined ? undefined : join(freezer, this.name, name, 'freezer.state');
    const freeze = (on: boolean): void => {
      if (state !== undefined) writeFileSync(state, on ? 'FROZEN' : 'THAWED');
    };
    return createInnerGroup({ entries, folders, freeze });
  }

  listInner(): InnerGroup[] {
    return listFolders(join(this.#parents.pids, this.name)).map((name) => this.inner(name));
  }

  kill(spare: number | undefined): void {
    const freezer = this.#parents.freezer;
    const state = freezer === undefined ? undefined : join(freezer, this.name, 'freezer.state');
    try {
      if (state !== undefined) writeFileSync(state, 'FROZEN');
      for (const pid of this.pids()) if (pid !== spare) signalProcess(pid, 'SIGKILL');
    } finally {
      if (state !== undefined && existsSync(state)) writeFileSync(state, 'THAWED');
    }
  }

  outOfMemoryKills(): number {
    try {
      return readCounter(read(join(this.#parents.memory, this.name), 'memory.oom_control'), 'oom_kill');
    } catch {
      return 0;
    }
  }

  usage(): CgroupUsage {
    const memory = join(this.#parents.memory, this.name);
    const used = Number(read(memory, 'memory.usage_in_bytes'));
    const cache = readCounter(read(memory, 'memory.stat'), 'total_inactive_file');
    const cpuNs = Number(read(join(this.#parents.cpuacct, this.name), 'cpuacct.usage'));
    return { cpuMs: Math.round(cpuNs / 1e6), memoryBytes: Math.max(0, used - cache) };
  }

  views(): { source: string; target: string }[] {
    return (['memory', 'cpu'] as const).map((controller) => ({
      source: join(this.#parents[controller], this.name),
      target: `/sys/fs/cgroup/${controller}`,
    }));
  }

  async remove(): Promise<void> {
    for (const group of this.listInner()) await group.remove();
    for (const folder of this.#folders) await retryRemoval(() => rmdirSync(folder));
  }
}

/** Groups in the hierarchies of cgroup v1 (Linux, Documentation/admin-guide/cgroup-v1). The folders must exist. */
export function createCgroupV1Driver(folders: CgroupV1Folders): CgroupDriver {
  const exists = (name: string): boolean => existsSync(join(folders.pids, name));
  return {
    version: 'cgroup-v1',
    create(name, limits) {
      for (const folder of distinctFolders(folders, name)) mkdirSync(folder, { recursive: true });
      setLimits(folders, name, limits);
      return new CgroupV1(folders, name);
    },
    find: (name) => (exists(name) ? new CgroupV1(folders, name) : undefined),
    list: () =>
      readdirSync(folders.pids, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name),
    close() {
      for (const folder of distinctFolders(folders, '')) {
        try {
          rmdirSync(folder);
        } catch {
          // Processes go on in it: that is what a restart of the agent looks like.
        }
      }
    },
  };
}
