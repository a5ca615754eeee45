import { readdir, readFile } from 'node:fs/promises';

/** The parent of a process; 0 when it is gone. */
export async function parentOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name in brackets may hold spaces; field 4 of proc(5) is the second after it.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

/** Whether a process is one of `ancestors` or was started, directly or not, by one. */
export async function descendsFrom(pid: number, ancestors: ReadonlySet<number>): Promise<boolean> {
  for (let at = pid; at > 1; at = await parentOf(at)) if (ancestors.has(at)) return true;
  return false;
}

/** The end of a chain of processes that each start the next: the application itself, below all that keeps it apart. */
export async function innermostOf(pid: number): Promise<number> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const parents = new Map(await Promise.all(pids.map(async (each) => [await parentOf(each), each] as const)));
  let at = pid;
  for (let child = parents.get(at); child !== undefined; child = parents.get(at)) at = child;
  return at;
}
