import { execFile } from 'node:child_process';
import { lstat, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AgentError } from '../protocol/agent-error.ts';
import { isWithin } from './sandbox-folders.ts';

const run = promisify(execFile);
const env = { PATH: '/usr/bin:/bin' };

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    if (['ENOENT', 'ENOTDIR'].includes((thrown as NodeJS.ErrnoException).code ?? '')) return false;
    throw thrown;
  }
}

/** rm(1) walks by open folders, so that a service that swaps a folder for a link meanwhile leads it nowhere. */
async function removeTree(path: string): Promise<void> {
  const remove = ['-rf', '--one-file-system', '--preserve-root', '--', path];
  try {
    await run('rm', remove, { env });
  } catch {
    // Package managers leave folders that even their owner may not write to (Go's module cache).
    await run('chmod', ['-R', 'u+rwX', '--', path], { env });
    await run('rm', remove, { env });
  }
}

/**
 * Removes a folder that lies below one of `roots`, whoever owns the files in it; links in it are removed, not followed.
 * Nothing happens when it is not there.
 * @throws AgentError AGENT_BAD_REQUEST when it is not below a root, also by way of a link
 */
export async function removeFolderBelow(path: string, roots: readonly string[]): Promise<void> {
  const normal = resolve(path);
  const within = (candidate: string): boolean => roots.some((root) => candidate !== root && isWithin(candidate, root));
  if (normal !== path || !within(path)) {
    throw new AgentError('AGENT_BAD_REQUEST', `${path} is not below a folder that this agent may remove from.`);
  }
  if (!(await exists(path))) return;
  const parent = dirname(path);
  if ((await realpath(parent)) !== parent) throw new AgentError('AGENT_BAD_REQUEST', `${path} leads through a link.`);
  await removeTree(path);
}
