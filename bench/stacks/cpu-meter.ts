import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Counts the CPU time of all processes that are started from here on, whoever waits for them. */
export interface CpuMeter extends Disposable {
  /** Milliseconds so far, without those of this process itself. */
  now(): number;
}

/** Where control groups of version 1 account for CPU time. */
const mount = '/sys/fs/cgroup/cpuacct';

function removeTree(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) removeTree(join(folder, entry.name));
  }
  rmdirSync(folder);
}

/**
 * Moves this process into a control group of its own: an agent's processes are nobody's children when it is gone, so that no parent
 * could tell what they took. Undefined where that cannot be: without rights to it, or with another version of control groups.
 */
export function startCpuMeter(): CpuMeter | undefined {
  const own = /^\d+:(?:[^:]*,)?cpuacct(?:,[^:]*)?:(.*)$/m.exec(readFileSync('/proc/self/cgroup', 'utf8'))?.[1] ?? '/';
  const former = join(mount, own);
  const group = join(former, `davit-bench-${process.pid}`);
  const enter = (folder: string) => writeFileSync(join(folder, 'cgroup.procs'), String(process.pid));
  try {
    mkdirSync(group);
    enter(group);
  } catch {
    return undefined;
  }
  const before = process.cpuUsage();
  return {
    now() {
      const { user, system } = process.cpuUsage(before);
      return Number(readFileSync(join(group, 'cpuacct.usage'), 'utf8')) / 1e6 - (user + system) / 1000;
    },
    [Symbol.dispose]() {
      enter(former);
      removeTree(group);
    },
  };
}
