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

function setLimits(folder: string, limits: ProcessLimits): void {
  if (limits.memoryBytes !== undefined) {
    writeFileSync(join(folder, 'memory.max'), String(limits.memoryBytes));
    // Without this a process that is over its memory would go on in swap.
    const swap = join(folder, 'memory.swap.max');
    if (existsSync(swap)) writeFileSync(swap, '0');
  }
  if (limits.cpus !== undefined) {
    writeFileSync(join(folder, 'cpu.max'), `${Math.round(limits.cpus * CPU_PERIOD_US)} ${CPU_PERIOD_US}`);
  }
  if (limits.processes !== undefined) {
    writeFileSync(join(folder, 'pids.max'), String(limits.processes + OWN_PROCESSES));
  }
}

class CgroupV2 implements Cgroup {
  readonly name: string;
  readonly #folder: string;

  constructor(parent: string, name: string) {
    this.name = name;
    this.#folder = join(parent, name);
  }

  #read(file: string): string {
    return readFileSync(join(this.#folder, file), 'latin1');
  }

  add(pid: number): Promise<void> {
    return writeFile(join(this.#folder, 'cgroup.procs'), String(pid));
  }

  pids(): number[] {
    return [readPids(this.#folder), ...this.listInner().map((group) => group.pids())].flat();
  }

  inner(name: string): InnerGroup {
    // Without controllers of its own: what its processes use counts for this group, whose limits hold.
    const folder = join(this.#folder, name);
    mkdirSync(folder, { recursive: true });
    const freeze = (on: boolean): void => writeFileSync(join(folder, 'cgroup.freeze'), on ? '1' : '0');
    return createInnerGroup({ entries: [join(folder, 'cgroup.procs')], folders: [folder], freeze });
  }

  listInner(): InnerGroup[] {
    return listFolders(this.#folder).map((name) => this.inner(name));
  }

  kill(spare: number | undefined): void {
    // `cgroup.kill` would take the shim along, which is to write down how its command ended.
    const freeze = join(this.#folder, 'cgroup.freeze');
    if (!existsSync(this.#folder)) return;
    try {
      writeFileSync(freeze, '1');
      for (const pid of this.pids()) if (pid !== spare) signalProcess(pid, 'SIGKILL');
    } finally {
      writeFileSync(freeze, '0');
    }
  }

  outOfMemoryKills(): number {
    try {
      return readCounter(this.#read('memory.events'), 'oom_kill');
    } catch {
      return 0;
    }
  }

  usage(): CgroupUsage {
    const used = Number(this.#read('memory.current'));
    const disk = this.#disk();
    return {
      cpuMs: Math.round(readCounter(this.#read('cpu.stat'), 'usage_usec') / 1000),
      memoryBytes: Math.max(0, used - readCounter(this.#read('memory.stat'), 'inactive_file')),
      ...(disk && { disk }),
    };
  }

  /** Undefined when the `io` controller is not handed down to davit. */
  #disk(): CgroupUsage['disk'] {
    let text: string;
    try {
      text = this.#read('io.stat');
    } catch {
      return undefined;
    }
    const sum = (name: string): number =>
      [...text.matchAll(new RegExp(` ${name}=(\\d+)`, 'g'))].reduce((total, [, bytes]) => total + Number(bytes), 0);
    return { readBytes: sum('rbytes'), writtenBytes: sum('wbytes') };
  }

  views(): { source: string; target: string }[] {
    return [{ source: this.#folder, target: '/sys/fs/cgroup' }];
  }

  async remove(): Promise<void> {
    for (const group of this.listInner()) await group.remove();
    await retryRemoval(() => rmdirSync(this.#folder));
  }
}

/** Groups below `parent` in the unified hierarchy (Linux, Documentation/admin-guide/cgroup-v2). */
export function createCgroupV2Driver(parent: string): CgroupDriver {
  return {
    version: 'cgroup-v2',
    create(name, limits) {
      mkdirSync(join(parent, name), { recursive: true });
      setLimits(join(parent, name), limits);
      return new CgroupV2(parent, name);
    },
    find: (name) => (existsSync(join(parent, name)) ? new CgroupV2(parent, name) : undefined),
    list: () =>
      readdirSync(parent, { withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map((entry) => entry.name),
    close() {
      try {
        rmdirSync(parent);
      } catch {
        // Processes go on in it: that is what a restart of the agent looks like.
      }
    },
  };
}
