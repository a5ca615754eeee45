import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of this machine. */
export interface Process {
  /** Process id and start time: the id alone may be given again. */
  readonly key: string;
  readonly pid: number;
  readonly command: string;
  /** Command line, environment and working folder: where a path of a test shows. */
  readonly traces: string;
}

interface Search {
  /** Those that were there before the tests. */
  readonly before: readonly Process[];
  /** A process is a test's when its command line, its environment or its working folder names one of these. */
  readonly paths: readonly string[];
}

/** Processes of this machine; empty where there is no /proc. */
export function listProcesses(): readonly Process[] {
  const ids = listProc().filter((name) => /^\d+$/.test(name));
  return ids.flatMap((id) => {
    try {
      const command = readFileSync(`/proc/${id}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // The name, in parentheses, may hold anything; field 22, counted from it, is the start time.
      const start = readFileSync(`/proc/${id}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ')[19];
      const traces = `${command}\0${readFileSync(`/proc/${id}/environ`, 'utf8')}\0${readlinkSync(`/proc/${id}/cwd`)}`;
      return [{ key: `${id}@${start}`, pid: Number(id), command, traces }];
    } catch {
      return []; // ended meanwhile, or another user's, who cannot have been started by our tests
    }
  });
}

/** What tests started and did not stop. Those that were told to end get ten seconds. */
export async function processesLeft({ before, paths }: Search, patienceMs = 10_000): Promise<readonly Process[]> {
  const known = new Set(before.map(({ key }) => key));
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const left = listProcesses().filter(
      ({ key, pid, traces }) => !known.has(key) && pid !== process.pid && paths.some((path) => traces.includes(path)),
    );
    if (left.length === 0 || Date.now() >= deadline) return left;
    await sleep(100);
  }
}

function listProc(): readonly string[] {
  try {
    return readdirSync('/proc');
  } catch {
    return [];
  }
}
