import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { CgroupView } from './cgroup.ts';
import type { SandboxFolder } from './sandbox-folders.ts';

/** Home folder inside of the sandbox: fresh, in memory. */
export const SANDBOX_HOME = '/home/app';

/** Where language runtimes count the processors. */
const CPU_FOLDER = '/sys/devices/system/cpu';

const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What programs need of /etc; nothing of it is secret to users of the host, and nothing else is shown. */
const systemFiles = new RegExp(
  `^(${[
    'alternatives|ca-certificates(\\.conf)?|crypto-policies|debian_version|fonts|gai\\.conf|host\\.conf|hostname|hosts',
    'java(-.*)?|ld\\.so\\.(cache|conf|conf\\.d)|locale\\.(alias|conf)|localtime|magic(\\.mime)?|maven|mime\\.types',
    'networks|nsswitch\\.conf|openssl|os-release|perl|php.*|pki|protocols|python.*|resolv\\.conf|rpc|services|ssl',
    'timezone|xml',
  ].join('|')})$`,
);

/** The read-only part that is the same for every process of this host. */
export function systemArguments(): string[] {
  const args: string[] = [];
  for (const folder of systemFolders) {
    const entry = lstatSync(folder, { throwIfNoEntry: false });
    if (entry?.isSymbolicLink()) args.push('--symlink', readlinkSync(folder), folder);
    else if (entry?.isDirectory()) args.push('--ro-bind', folder, folder);
  }
  args.push('--perms', '0755', '--dir', '/etc');
  for (const name of readdirSync('/etc')) {
    // "try": a link may point nowhere, as /etc/resolv.conf does while the network is set up.
    if (systemFiles.test(name)) args.push('--ro-bind-try', join('/etc', name), join('/etc', name));
  }
  return args;
}

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

/** What one process sees and is. */
export interface SandboxView {
  folders: readonly SandboxFolder[];
  cwd: string;
  /** Synthetic /etc/passwd and /etc/group. */
  passwdFile: string;
  groupFile: string;
  cgroupViews: readonly CgroupView[];
}

/**
 * Arguments for bubblewrap(1) up to the command: own processes, IPC, host name and temporary files, the host's network,
 * the system read-only, and of the rest of the host only the folders given. `--die-with-parent`: nothing outlives the shim.
 */
export function bubblewrapArguments(system: readonly string[], view: SandboxView): string[] {
  const binds = view.folders.flatMap(({ path, real, writable }) => {
    const kind = writable ? '--bind' : '--ro-bind';
    return real === path ? [kind, real, path] : [kind, real, path, kind, real, real];
  });
  const shown = view.folders.flatMap(({ path, real }) => [path, real]);
  const views = view.cgroupViews.map(({ target }) => target);
  return [
    ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try', '--die-with-parent', '--new-session'],
    ['--hostname', 'davit', '--clearenv'],
    system,
    ['--ro-bind', view.passwdFile, '/etc/passwd', '--ro-bind', view.groupFile, '/etc/group'],
    [
      '--proc',
      '/proc',
      '--dev',
      '/dev',
      '--perms',
      '1777',
      '--tmpfs',
      '/dev/shm',
      '--perms',
      '1777',
      '--tmpfs',
      '/tmp',
    ],
    parentArguments([SANDBOX_HOME, '/var/tmp', '/run/.', CPU_FOLDER, ...views, ...shown]),
    ['--symlink', '/tmp', '/var/tmp', '--perms', '0777', '--tmpfs', SANDBOX_HOME],
    view.cgroupViews.flatMap(({ source, target }) => ['--ro-bind', source, target]),
    ['--ro-bind-try', CPU_FOLDER, CPU_FOLDER],
    binds,
    ['--remount-ro', '/', '--chdir', view.cwd],
  ].flat();
}
