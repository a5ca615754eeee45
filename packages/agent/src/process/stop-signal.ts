import { readFileSync } from 'node:fs';
import { constants } from 'node:os';

const SIGTERM_BIT = 1n << BigInt(constants.signals.SIGTERM - 1);

/** Whether a process has a handler of its own for SIGTERM (proc(5), `SigCgt`). */
function catchesSigterm(pid: number): boolean {
  try {
    const match = /^SigCgt:\s+([0-9a-f]+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'));
    return match?.[1] !== undefined && (BigInt(`0x${match[1]}`) & SIGTERM_BIT) !== 0n;
  } catch {
    return false;
  }
}

/**
 * Which of a tree's processes SIGTERM goes to now. A process with children that does not handle it would die at once, and
 * the sandbox around it with it, while its children still answer their last requests: `sh -c "node server.js"` is the
 * usual one. Such a process is left out until its children are gone.
 * @param parents pid → pid of its parent, of the user's own processes
 */
export function stopSignalTargets(
  parents: ReadonlyMap<number, number>,
  catches: (pid: number) => boolean = catchesSigterm,
): number[] {
  const withChildren = new Set(parents.values());
  return [...parents.keys()].filter((pid) => !withChildren.has(pid) || catches(pid));
}
