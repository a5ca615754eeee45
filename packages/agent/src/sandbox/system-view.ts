import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/** Home folder inside of the sandbox: fresh, in memory. */
export const SANDBOX_HOME = '/home/app';

/** The read-only part of what a sandbox shows. */
export interface SystemView {
  /** Arguments of bubblewrap(1) for processes of this user. */
  argumentsFor(uid: number): string[];
}

const systemFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** What programs need of /etc; none of it is secret to users of the host, and nothing else is shown. */
const copiedFiles =
  /^(debian_version|gai\.conf|host\.conf|hostname|ld\.so\.cache|locale\.conf|localtime|mime\.types|nsswitch\.conf|os-release|protocols|services|timezone)$/;
/** These may change while an instance runs. */
const sharedFiles = /^(hosts|resolv\.conf)$/;
const sharedFolders = /^(alternatives|crypto-policies|fonts|java(-.*)?|maven|php.*|pki|ssl)$/;

function folderArguments(): string[] {
  return systemFolders.flatMap((folder) => {
    const entry = lstatSync(folder, { throwIfNoEntry: false });
    if (entry?.isSymbolicLink()) return ['--symlink', readlinkSync(folder), folder];
    return entry?.isDirectory() ? ['--ro-bind', folder, folder] : [];
  });
}

function replaceFile(path: string, content: Buffer | string): void {
  const temporary = `${path}.tmp`;
  writeFileSync(temporary, content, { mode: 0o644 });
  renameSync(temporary, path);
}

/** Fills `folder`, which becomes /etc; returns the arguments that lay the shared parts over it. */
function fillEtc(folder: string, uid: number): string[] {
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const nobody = 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n';
  const user = `app:x:${uid}:${uid}:app:${SANDBOX_HOME}:/bin/sh\n`;
  replaceFile(join(folder, 'passwd'), `root:x:0:0:root:/root:/usr/sbin/nologin\n${user}${nobody}`);
  replaceFile(join(folder, 'group'), `root:x:0:\napp:x:${uid}:\nnogroup:x:65534:\n`);
  const binds: string[] = [];
  for (const name of readdirSync('/etc')) {
    const source = join('/etc', name);
    // A link may point nowhere, as /etc/resolv.conf does while the network is set up.
    const entry = statSync(source, { throwIfNoEntry: false });
    if (entry?.isFile() && copiedFiles.test(name)) replaceFile(join(folder, name), readFileSync(source));
    else if (entry?.isFile() && sharedFiles.test(name)) writeFileSync(join(folder, name), '', { flag: 'a' });
    else if (entry?.isDirectory() && sharedFolders.test(name)) mkdirSync(join(folder, name), { recursive: true });
    else continue;
    if (!copiedFiles.test(name)) binds.push('--ro-bind-try', source, source);
  }
  return ['--ro-bind', folder, '/etc', ...binds];
}

/**
 * Prepares the view in `stateDir/etc`. Mounts are what a sandbox's start costs (0.2 ms each; 33 of them when every file of
 * /etc was mounted by itself, 9 now), so that small files are copied once in the agent's life.
 */
export function createSystemView(stateDir: string): SystemView {
  const folders = folderArguments();
  const known = new Map<number, string[]>();
  return {
    argumentsFor(uid) {
      const etc = known.get(uid) ?? fillEtc(join(stateDir, 'etc', String(uid)), uid);
      known.set(uid, etc);
      return [...folders, ...etc];
    },
  };
}
