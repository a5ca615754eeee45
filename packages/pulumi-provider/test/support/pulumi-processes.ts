import { readdir, readFile } from 'node:fs/promises';
import { descendsFrom } from '../../../server/test/support/process-tree.ts';

/** The engine and the provider that it started, below this process. */
export async function pulumiProcesses(): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      const command = await readFile(`/proc/${pid}/cmdline`, 'latin1').catch(() => '');
      const isPulumi = /pulumi-resource-davit|\/?pulumi\0up/.test(command);
      return isPulumi && (await descendsFrom(pid, new Set([process.pid]))) ? [pid] : [];
    }),
  );
  return found.flat();
}
