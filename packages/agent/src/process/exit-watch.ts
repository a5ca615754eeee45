import { type FSWatcher, watch } from 'node:fs';
import { readExitFile } from './exit-file.ts';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** How often a process that is not our child is looked at, in case its shim was killed and wrote nothing. */
const LOOK_MS = 1000;

/**
 * Resolves when a process that this agent did not start itself is gone: at once through its exit file, or within a second
 * when that was never written.
 */
export function waitForAdopted(identity: ProcessIdentity, exitPath: string): Promise<void> {
  return new Promise((resolve) => {
    let watcher: FSWatcher | undefined;
    let soon: NodeJS.Timeout | undefined;
    const look = (): void => {
      clearTimeout(soon);
      if (!isAlive(identity)) {
        clearInterval(timer);
        watcher?.close();
        resolve();
        return;
      }
      // The status is written just before the shim ends.
      if (readExitFile(exitPath)?.status !== undefined) soon = setTimeout(look, 2);
    };
    const timer = setInterval(look, LOOK_MS);
    try {
      watcher = watch(exitPath, look);
      watcher.on('error', () => watcher?.close());
    } catch {
      // The host has no watches left; the timer still sees it.
    }
    look();
  });
}
