import { readdirSync, readFileSync } from 'node:fs';
import { findProcessStat, type ProcessStat } from './process-identity.ts';

/** Name of the environment variable that marks what this agent started, as `STATE-ID/PROCESS-NAME/NONCE`. */
export const MARKER = 'DAVIT_AGENT_ID';

/** Every process of this machine that can be seen, by pid. */
export function readProcessTable(): Map<number, ProcessStat> {
  const table = new Map<number, ProcessStat>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = findProcessStat(Number(name));
    if (stat && stat.state !== 'Z' && stat.state !== 'X') table.set(stat.pid, stat);
  }
  return table;
}

/** The marker that a process was started with or inherited; undefined when it has none or may not be looked at. */
export function findMarker(pid: number): string | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return undefined;
  }
  const entry = text.split('\0').find((line) => line.startsWith(`${MARKER}=`));
  return entry?.slice(MARKER.length + 1);
}

/** The trees of this machine at one moment: looked at once, however many trees are asked for. */
export interface ProcessSnapshot {
  /**
   * All processes of one tree where no cgroup tells: descendants, members of its session, and whoever carries its marker
   * (a grandchild that called setsid and lost its parent is found by that).
   */
  treeOf(root: number, marker: string): Set<number>;
}

export function takeProcessSnapshot(): ProcessSnapshot {
  const table = readProcessTable();
  const stats = [...table.values()];
  const children = Map.groupBy(stats, ({ parent }) => parent);
  const sessions = Map.groupBy(stats, ({ session }) => session);
  const markers = Map.groupBy(stats, ({ pid }) => findMarker(pid));
  return {
    treeOf(root, marker) {
      const found = new Set<number>(table.has(root) ? [root] : []);
      for (const { pid } of [...(sessions.get(root) ?? []), ...(markers.get(marker) ?? [])]) found.add(pid);
      // A set goes on to what is added while it is walked.
      for (const pid of found) for (const child of children.get(pid) ?? []) found.add(child.pid);
      return found;
    },
  };
}

/** One tree, as it is now. */
export function findTree(root: number, marker: string): Set<number> {
  return takeProcessSnapshot().treeOf(root, marker);
}

/** Sends a signal; a process that is gone is fine. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}
