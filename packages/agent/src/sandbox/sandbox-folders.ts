import { lstat, realpath, stat } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { AgentError } from '../protocol/agent-error.ts';
import type { SandboxSpec } from '../protocol/protocol.ts';

/** One folder or file of the host that a process sees. `path` is what was asked for, `real` has no link in it. */
export interface SandboxFolder {
  path: string;
  real: string;
  writable: boolean;
}

/** What no sandbox may be given, whatever the caller asks. */
export interface FolderRules {
  /** Neither this folder nor anything in or around it. */
  stateDir: string;
  /** A path below one of these must still be below one of them when its links are resolved. */
  folderRoots: readonly string[];
  /** Whether a user id belongs to a tenant, whose folders may change while they are looked at. */
  isTenant(uid: number): boolean;
}

/** Handing one of these to a user would break the host; they are refused themselves, not what lies below. */
const neverWhole = new Set(
  (
    '/ /bin /boot /etc /home /lib /lib32 /lib64 /media /mnt /opt /root /run /sbin /srv /tmp /usr /var /var/lib ' +
    '/var/log /var/tmp'
  ).split(' '),
);
/** Not even something below them. */
const neverBelow = ['/proc', '/sys', '/dev'];
const neverWritableBelow = ['/bin', '/boot', '/etc', '/lib', '/lib32', '/lib64', '/sbin', '/usr'];

/** Whether `path` is `folder` or lies in it; both absolute and normal. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

const refuse = (message: string): never => {
  throw new AgentError('AGENT_BAD_REQUEST', message);
};

async function resolveLinks(path: string): Promise<string> {
  if (resolve(path) !== path) refuse(`The path ${path} is not in its shortest form.`);
  return realpath(path).catch(() => refuse(`The folder ${path} does not exist.`));
}

function* ancestors(path: string): Generator<string> {
  for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) yield folder;
}

/** A tenant could put a link in place of the folder between the check and its use. */
async function refuseTenantAncestors(path: string, rules: FolderRules): Promise<void> {
  for (const folder of ancestors(path)) {
    const { uid } = await lstat(folder);
    if (rules.isTenant(uid)) refuse(`${path} lies in ${folder}, which a service may change: give that folder instead.`);
  }
}

function refuseHostFolders(folder: SandboxFolder, rules: FolderRules): void {
  const { path, real, writable } = folder;
  const forbidden =
    neverWhole.has(real) ||
    neverBelow.some((root) => isWithin(real, root)) ||
    (writable && neverWritableBelow.some((root) => isWithin(real, root)));
  if (forbidden) refuse(`${path} belongs to the host and is not given to a service.`);
  if (isWithin(real, rules.stateDir) || isWithin(rules.stateDir, real)) refuse(`${path} holds the agent's own state.`);
  const leaves = rules.folderRoots.some((root) => isWithin(path, root));
  if (leaves && !rules.folderRoots.some((root) => isWithin(real, root))) {
    refuse(`${path} leads out of the agent's folders.`);
  }
}

async function judge(path: string, writable: boolean, rules: FolderRules): Promise<SandboxFolder> {
  const folder = { path, real: await resolveLinks(path), writable };
  refuseHostFolders(folder, rules);
  await refuseTenantAncestors(path, rules);
  if (folder.real !== path) await refuseTenantAncestors(folder.real, rules);
  if (writable && !(await stat(folder.real)).isDirectory()) refuse(`${path} is not a folder.`);
  return folder;
}

/** Already there through a folder that the same process may write: mounting it again would trust a path it can change. */
async function isCovered(path: string, writable: readonly SandboxFolder[]): Promise<boolean> {
  const above = writable.find((folder) => isWithin(path, folder.path));
  if (!above) return false;
  if (!isWithin(await resolveLinks(path), above.real)) refuse(`${path} leads out of ${above.path}.`);
  return true;
}

/**
 * Resolves the folders of a sandbox and judges them by where they really are. Shorter paths come first, so that a folder
 * within another is mounted over it.
 * @throws AgentError AGENT_BAD_REQUEST when one does not exist or may not be given
 */
export async function judgeSandboxFolders(spec: SandboxSpec, rules: FolderRules): Promise<SandboxFolder[]> {
  const writable: SandboxFolder[] = [];
  const byLength = (paths: readonly string[]): string[] => [...new Set(paths)].sort((a, b) => a.length - b.length);
  for (const path of byLength(spec.writable)) {
    if (!(await isCovered(path, writable))) writable.push(await judge(path, true, rules));
  }
  const readable: SandboxFolder[] = [];
  for (const path of byLength(spec.readable)) {
    if (!(await isCovered(path, writable))) readable.push(await judge(path, false, rules));
  }
  return [...writable, ...readable].sort((a, b) => a.path.length - b.path.length);
}

/**
 * The folder that a process starts in, judged in the same way.
 * @throws AgentError AGENT_BAD_REQUEST when it is not within the folders given, or not there
 */
export async function judgeWorkingFolder(cwd: string, folders: readonly SandboxFolder[]): Promise<void> {
  if (cwd === '/' || cwd === '/tmp') return;
  const real = await resolveLinks(cwd);
  if (!folders.some((folder) => isWithin(cwd, folder.path) && isWithin(real, folder.real))) {
    refuse(`The working folder ${cwd} is not within the folders that the process may read or write.`);
  }
  if (!(await stat(real)).isDirectory()) refuse(`The working folder ${cwd} is not a folder.`);
}
