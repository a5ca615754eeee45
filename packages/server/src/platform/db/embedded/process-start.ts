import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** What `/proc/PID/stat` says: the command's name, the state, and when it started, in clock ticks after boot. */
export interface ProcessStat {
  command: string;
  state: string;
  start: string;
}

/** Reads `/proc/PID/stat` (proc(5)); undefined when there is no such process, or no such file on this system. */
export function findProcessStat(pid: number): ProcessStat | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return undefined;
  }
  // The command's name may hold spaces and parentheses; everything after the last ")" is regular.
  const end = text.lastIndexOf(')');
  const fields = text.slice(end + 2).split(' ');
  return { command: text.slice(text.indexOf('(') + 1, end), state: fields[0] ?? 'X', start: fields[19] ?? '' };
}

/** Tells a process from a later one with the same pid; undefined when it is gone. A zombie is gone. */
export function findProcessStart(pid: number): string | undefined {
  if (process.platform === 'linux') {
    const stat = findProcessStat(pid);
    return stat && stat.state !== 'Z' && stat.state !== 'X' ? stat.start : undefined;
  }
  try {
    const text = execFileSync('/bin/ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' });
    return text.replaceAll(/[^0-9A-Za-z]/g, '') || undefined;
  } catch {
    return undefined;
  }
}
