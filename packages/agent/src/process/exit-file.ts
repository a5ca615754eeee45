import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';

/** How far a process came, as its shim wrote it down. */
export interface ExitFile {
  /** `waiting`: the user's command cannot have run. `started`: the sandbox was being made. `running`: the command itself. */
  reached: 'waiting' | 'started' | 'running';
  /** As a POSIX shell's `$?`: 128 + n for signal n. Undefined while it runs, and when the shim was killed. */
  status: number | undefined;
  /** Time of the last line. */
  at: Date;
}

/** What the scripts end with when the agent dies before it lets them go on. */
const NOT_RELEASED = 125;

/** Whether the user's command certainly has not run: it may be started anew. */
export function neverRan({ reached, status }: Pick<ExitFile, 'reached' | 'status'>): boolean {
  if (reached === 'running') return false;
  return status === undefined ? reached === 'waiting' : status === NOT_RELEASED;
}

/** Reads an exit file; a line counts once its newline is there, so that a cut-off write is no line. */
export function readExitFile(path: string): ExitFile | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
  try {
    const lines = readFileSync(fd, 'latin1').split('\n').slice(0, -1);
    const exit = lines.find((line) => /^exit \d{1,3}$/.test(line));
    return {
      reached: lines.includes('running') ? 'running' : lines.includes('started') ? 'started' : 'waiting',
      status: exit === undefined ? undefined : Number(exit.slice(5)),
      at: fstatSync(fd).mtime,
    };
  } finally {
    closeSync(fd);
  }
}
