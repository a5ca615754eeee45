import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** One process for ever: a pid alone is given to another process sooner or later. */
export const processIdentity = z.strictObject({
  pid: z.int().min(1),
  /** Clock ticks after boot, field 22 of `/proc/PID/stat` (proc(5)). */
  startTime: z.string(),
  bootId: z.string(),
});
export type ProcessIdentity = z.infer<typeof processIdentity>;

/** What `/proc/PID/stat` says about a process that exists. */
export interface ProcessStat {
  pid: number;
  parent: number;
  session: number;
  state: string;
  startTime: string;
  /** User and system time of the process and of its children that were waited for, in clock ticks (100 a second). */
  cpuTicks: number;
}

/** Differs after every boot of the machine. */
const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** Reads `/proc/PID/stat`; undefined when there is no such process. */
export function findProcessStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command name may hold spaces and parentheses; everything after the last ")" is regular.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return {
    pid,
    state: fields[0] ?? 'X',
    parent: Number(fields[1]),
    session: Number(fields[3]),
    cpuTicks: Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]),
    startTime: fields[19] ?? '',
  };
}

/** The identity of a process that exists now, or undefined. */
export function findIdentity(pid: number): ProcessIdentity | undefined {
  const stat = findProcessStat(pid);
  return stat ? { pid, startTime: stat.startTime, bootId } : undefined;
}

/** Whether this very process still runs; a zombie does not. */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId) return false;
  const stat = findProcessStat(identity.pid);
  return stat !== undefined && stat.startTime === identity.startTime && stat.state !== 'Z' && stat.state !== 'X';
}
