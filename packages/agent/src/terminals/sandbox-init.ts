import { readFileSync } from 'node:fs';
import { findIdentity, type ProcessIdentity } from '../process/process-identity.ts';

/** Ids of a process in each process namespace that it is in, outermost first (proc(5), NSpid). */
function namespaceIds(pid: number | 'self'): number[] {
  try {
    const line = /^NSpid:\s+(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? '';
    return line.split(/\s+/).map(Number);
  } catch {
    return [];
  }
}

/** Of the processes of an instance, the first one of its sandbox: what enters the sandbox asks for that one's namespaces. */
export function findSandboxInit(pids: readonly number[]): ProcessIdentity | undefined {
  const depth = namespaceIds('self').length + 1;
  const init = pids.find((pid) => {
    const ids = namespaceIds(pid);
    return ids.length === depth && ids.at(-1) === 1;
  });
  return init === undefined ? undefined : findIdentity(init);
}
