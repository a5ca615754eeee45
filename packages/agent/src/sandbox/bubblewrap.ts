import { dirname } from 'node:path';
import type { CgroupView } from './cgroup.ts';
import type { SandboxFolder } from './sandbox-folders.ts';
import { SANDBOX_HOME } from './system-view.ts';

/** bubblewrap makes missing parents with mode 0700, which the unprivileged user could not pass. */
function parentArguments(paths: readonly string[]): string[] {
  const parents = new Set<string>();
  for (const path of paths) {
    for (let folder = dirname(path); folder !== '/'; folder = dirname(folder)) parents.add(folder);
  }
  const ready = ['/tmp', '/proc', '/dev', '/usr', '/etc'];
  return [...parents]
    .filter((folder) => !ready.includes(folder))
    .sort((a, b) => a.length - b.length)
    .flatMap((folder) => ['--perms', '0755', '--dir', folder]);
}

/** What one process sees. */
export interface SandboxView {
  /** Of the system, see system-view.ts. */
  system: readonly string[];
  folders: readonly SandboxFolder[];
  cwd: string;
  cgroupViews: readonly CgroupView[];
}

/**
 * Arguments for bubblewrap(1) up to the command: own processes, IPC, host name and temporary files, the host's network,
 * the system read-only, and of the rest of the host only the folders given. `--die-with-parent`: nothing outlives the shim.
 * Temporary files and the home folder are in the sandbox's root, a tmpfs that is gone with it.
 */
export function bubblewrapArguments(view: SandboxView): string[] {
  const binds = view.folders.flatMap(({ path, real, writable }) => {
    const kind = writable ? '--bind' : '--ro-bind';
    return real === path ? [kind, real, path] : [kind, real, path, kind, real, real];
  });
  const shown = view.folders.flatMap(({ path, real }) => [path, real]);
  const views = view.cgroupViews.map(({ target }) => target);
  return [
    ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--die-with-parent', '--new-session'],
    ['--hostname', 'davit', '--clearenv'],
    view.system,
    ['--proc', '/proc', '--dev', '/dev', '--chmod', '1777', '/dev/shm', '--perms', '1777', '--dir', '/tmp'],
    parentArguments([SANDBOX_HOME, '/var/tmp', '/run/.', ...views, ...shown]),
    ['--symlink', '/tmp', '/var/tmp', '--perms', '0777', '--dir', SANDBOX_HOME],
    view.cgroupViews.flatMap(({ source, target }) => ['--ro-bind', source, target]),
    binds,
    ['--chdir', view.cwd],
  ].flat();
}
