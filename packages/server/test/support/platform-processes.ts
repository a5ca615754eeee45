import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A process of a platform: its server, its agent, or anything that they started. */
export interface PlatformProcess {
  pid: number;
  /** Its argv, joined with spaces. */
  command: string;
}

const readProc = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'latin1').catch(() => '');

/**
 * Every process that names the platform's data folder in its arguments or its environment. Builds and instances do, since
 * their PATH begins with the toolchains that are kept there.
 */
export async function listPlatformProcesses(dataDir: string): Promise<PlatformProcess[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [command, environment] = await Promise.all([readProc(pid, 'cmdline'), readProc(pid, 'environ')]);
      const isOurs = command.includes(dataDir) || environment.includes(dataDir);
      return isOurs ? [{ pid: Number(pid), command: command.replaceAll('\0', ' ').trim() }] : [];
    }),
  );
  return found.flat();
}

/** Waits until no process of the platform is left; gives those that are still there after `timeoutMs`. */
export async function waitForNoProcesses(dataDir: string, timeoutMs = 60_000): Promise<PlatformProcess[]> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const left = await listPlatformProcesses(dataDir);
    if (left.length === 0 || Date.now() > deadline) return left;
    await sleep(50);
  }
}
