import { realpath, stat } from 'node:fs/promises';
import { AgentError } from '../protocol/agent-error.ts';
import type { SandboxFolder } from './sandbox-folders.ts';

/** A unix socket of the host that a process may speak to. */
export interface SandboxSocket extends SandboxFolder {
  /** The group that opens it; undefined where everybody may. */
  group: number | undefined;
}

const writableByOthers = 0o002;
const writableByGroup = 0o020;

async function judge(path: string): Promise<SandboxSocket> {
  const real = await realpath(path).catch(() => undefined);
  if (real === undefined) throw new AgentError('AGENT_SOCKET_MISSING', `There is no socket ${path}.`);
  const status = await stat(real);
  const { mode, gid } = status;
  if (!status.isSocket()) throw new AgentError('AGENT_BAD_REQUEST', `${path} is no socket.`);
  const socket = { path, real, writable: false };
  if ((mode & writableByOthers) !== 0) return { ...socket, group: undefined };
  // Root's own group opens far more than this socket.
  if ((mode & writableByGroup) === 0 || gid === 0) {
    throw new AgentError(
      'AGENT_BAD_REQUEST',
      `${path} is open to root alone: give it a group of its own, and mode 0660.`,
    );
  }
  return { ...socket, group: gid };
}

/**
 * Finds out how each socket is opened. The sandbox's user is no member of any group of the host: it gets these, and no other.
 * @throws AgentError AGENT_SOCKET_MISSING when one is not there, AGENT_BAD_REQUEST when it is no socket or open to root alone
 */
export async function judgeSandboxSockets(paths: readonly string[]): Promise<SandboxSocket[]> {
  return await Promise.all([...new Set(paths)].map(judge));
}
