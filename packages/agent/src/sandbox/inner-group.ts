import { existsSync, readdirSync, readFileSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { signalProcess } from '../process/process-table.ts';
import { type InnerGroup, retryRemoval } from './cgroup.ts';

/** Processes of one group of the kernel, without those of groups within; none when it is gone. */
export function readPids(folder: string): number[] {
  try {
    return readFileSync(join(folder, 'cgroup.procs'), 'latin1').split('\n').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** Names of the groups within a group. */
export function listFolders(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

export interface InnerGroupOptions {
  entries: string[];
  /** The group's own folders; the first lists its processes. */
  folders: string[];
  /** Stops every process of the group, or lets them go on. */
  freeze: (on: boolean) => void;
}

/** A group within another one, made of folders that exist. */
export function createInnerGroup({ entries, folders, freeze }: InnerGroupOptions): InnerGroup {
  const [main = ''] = folders;
  const pids = (): number[] => readPids(main);
  return {
    entries,
    pids,
    kill() {
      if (!existsSync(main)) return;
      try {
        freeze(true);
        for (const pid of pids()) signalProcess(pid, 'SIGKILL');
      } finally {
        freeze(false);
      }
    },
    async remove() {
      for (const folder of folders) await retryRemoval(() => rmdirSync(folder));
    },
  };
}
