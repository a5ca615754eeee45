import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGitRepositories, type GitRepositories } from './git-repositories.ts';

const run = promisify(execFile);

/** A Git host that speaks SSH on a loopback port: real OpenSSH, with a host key and one user key of its own. */
export interface SshGitServer extends GitRepositories {
  urlOf(name: string): string;
  /** The private key that is let in. */
  readonly deployKey: string;
  /** A private key that is not. */
  readonly strangerKey: string;
  /** The line of known_hosts that is true now. */
  knownHosts(): Promise<string>;
  /** Another host key from now on, as after a reinstallation or with someone in between. */
  changeHostKey(): Promise<void>;
  stop(): Promise<void>;
}

async function makeKey(path: string): Promise<string> {
  await rm(path, { force: true });
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', '', '-f', path]);
  return await readFile(path, 'utf8');
}

function configOf(folder: string): string {
  return [
    `HostKey ${folder}/host-key`,
    `AuthorizedKeysFile ${folder}/user-key.pub`,
    'StrictModes no',
    'UsePAM no',
    'PasswordAuthentication no',
    'KbdInteractiveAuthentication no',
    'PermitRootLogin prohibit-password',
    'AcceptEnv GIT_PROTOCOL',
    'PidFile none',
    'PrintMotd no',
    `SetEnv PATH=${folder}/bin:/usr/local/bin:/usr/bin:/bin`,
    '',
  ].join('\n');
}

/**
 * Starts an SSH Git host for the user who runs the tests. Node listens and hands each connection to an `sshd -i` of its
 * own: so the system picks the port, and there is no daemon to outlive the test. `commands` are shell scripts that the
 * user finds on the PATH.
 */
export async function startSshGitServer(commands: Readonly<Record<string, string>> = {}): Promise<SshGitServer> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-ssh-server-'));
  const repositories = createGitRepositories(folder);
  const config = join(folder, 'sshd-config');
  await writeFile(config, configOf(folder));
  await makeKey(join(folder, 'host-key'));
  const deployKey = await makeKey(join(folder, 'user-key'));
  const strangerKey = await makeKey(join(folder, 'stranger-key'));
  await mkdir(join(folder, 'bin'));
  for (const [name, script] of Object.entries(commands))
    await writeFile(join(folder, 'bin', name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  // Where sshd locks itself in before anyone is logged in; only root's does.
  if (userInfo().uid === 0) await mkdir('/run/sshd', { recursive: true, mode: 0o755 });

  const sessions = new Set<ChildProcess>();
  const server = createServer((socket) => {
    const session = spawn('/usr/sbin/sshd', ['-i', '-f', config], { stdio: ['pipe', 'pipe', 'ignore'] });
    sessions.add(session);
    session.once('close', () => {
      sessions.delete(session);
      socket.destroy();
    });
    for (const stream of [socket, session.stdin, session.stdout]) stream.on('error', () => socket.destroy());
    socket.once('close', () => session.kill());
    socket.pipe(session.stdin);
    session.stdout.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    ...repositories,
    deployKey,
    strangerKey,
    urlOf: (name) => `ssh://${userInfo().username}@127.0.0.1:${port}${repositories.pathOf(name)}`,
    async knownHosts() {
      const [type, key] = (await readFile(join(folder, 'host-key.pub'), 'utf8')).split(' ');
      return `[127.0.0.1]:${port} ${type} ${key?.trim()}\n`;
    },
    async changeHostKey() {
      await makeKey(join(folder, 'host-key'));
    },
    async stop() {
      server.close();
      for (const session of sessions) session.kill();
      await Promise.all([...sessions].map((session) => once(session, 'close')));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
