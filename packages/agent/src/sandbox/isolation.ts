import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join as joinPath } from 'node:path';
import { promisify } from 'node:util';
import { AgentError } from '../protocol/agent-error.ts';
import type { IsolationInfo, ProcessLimits, SandboxSpec } from '../protocol/protocol.ts';
import { bubblewrapArguments } from './bubblewrap.ts';
import type { CgroupDriver, CgroupView } from './cgroup.ts';
import { handOver } from './folder-owner.ts';
import { type FolderRules, judgeSandboxFolders, judgeWorkingFolder } from './sandbox-folders.ts';
import { judgeSandboxSockets } from './sandbox-sockets.ts';
import { createSystemView, SANDBOX_HOME, type SystemView } from './system-view.ts';
import type { TenantUsers } from './tenant-users.ts';

const run = promisify(execFile);

/** `auto` takes the strongest that works here; the others are an operator's choice of less. */
export type IsolationChoice = 'auto' | 'user' | 'none';

/** How to start one process so that it is kept apart. */
export interface IsolatedStart {
  /** What the shim runs before the loader: bubblewrap, setpriv, or nothing. */
  wrapper: string[];
  /** User that the shim itself is started as; undefined: the agent's. */
  spawnUser: number | undefined;
  /** User that reads the environment. */
  owner: number | undefined;
  /** Folder that the shim is started in. */
  cwd: string;
  home: string;
  /** Own processes of the sandbox between the shim and the command, which no SIGTERM may reach. */
  innerLevels: number;
  /** Gives the folders that it may write to to its user; to be over before the sandbox is made. */
  handOver(): Promise<void>;
}

/** How to start one more process beside one that runs: what that one sees, and no more rights than it has. */
export interface JoinedStart {
  /** What runs before the command. */
  wrapper: string[];
  /** User that reads the environment. */
  owner: number | undefined;
  home: string;
  /** Whether the wrapper enters the namespaces that it finds opened as files 5 to 9 (mount, pid, ipc, uts, cgroup). */
  enters: boolean;
}

export interface ProcessRequest {
  cwd: string;
  sandbox: SandboxSpec;
  limits: ProcessLimits;
}

/** The way processes are kept apart on this host. */
export interface Isolation {
  readonly info: IsolationInfo;
  readonly cgroups: CgroupDriver | undefined;
  /** @throws AgentError AGENT_BAD_REQUEST when the folders or limits cannot be given */
  prepare(request: ProcessRequest, views: readonly CgroupView[]): Promise<IsolatedStart>;
  /**
   * As {@link Isolation.prepare}, for a process beside one that was prepared with the same request.
   *
   * An agent that is not root cannot enter a sandbox: bubblewrap then nests two user namespaces, of which the outer one,
   * which owns the mounts, is held by no process that could be asked for it. There it is a second sandbox of the same
   * shape: the same files, user and limits, but processes and temporary files of its own.
   * @throws AgentError AGENT_CONFLICT when a program of the host is missing for it
   */
  join(request: ProcessRequest, views: readonly CgroupView[]): Promise<JoinedStart>;
}

export interface IsolationOptions {
  choice: IsolationChoice;
  stateDir: string;
  users: TenantUsers;
  rules: FolderRules;
  cgroups: CgroupDriver | string;
}

const trustedFolders = ['/usr/bin', '/bin', '/usr/sbin', '/sbin', '/usr/local/bin'];
const findProgram = (name: string): string | undefined =>
  trustedFolders.map((folder) => joinPath(folder, name)).find((path) => existsSync(path));

const becomeUser = (setpriv: string, uid: number, groups: readonly number[] = []): string[] =>
  [
    [setpriv, `--reuid=${uid}`, `--regid=${uid}`],
    [groups.length === 0 ? '--clear-groups' : `--groups=${groups.join(',')}`],
    ['--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'],
  ].flat();

const missingProgram = (name: string): AgentError =>
  new AgentError('AGENT_CONFLICT', `This host lacks ${name}, which this needs: install util-linux.`);

/** Really runs a program in the sandbox; returns why that failed, or undefined. */
async function tryRun(argv: readonly string[]): Promise<string | undefined> {
  try {
    await run(argv[0] ?? '', argv.slice(1), { env: {}, cwd: '/', timeout: 10_000 });
    return undefined;
  } catch (thrown) {
    const { stderr, message } = thrown as Error & { stderr?: string };
    return (stderr?.trim() || message).split('\n')[0];
  }
}

interface Probed {
  level: IsolationInfo['level'];
  bubblewrap?: string;
  setpriv?: string;
  missing: string[];
}

async function probeUser(root: boolean, testUser: number): Promise<Probed> {
  if (!root) {
    const why = 'Processes run as the user that davit runs as: run davit as root, or install bubblewrap.';
    return { level: 'none', missing: [why] };
  }
  const setpriv = findProgram('setpriv');
  const failure = setpriv ? await tryRun([...becomeUser(setpriv, testUser), '/bin/true']) : 'setpriv is not installed';
  if (failure === undefined && setpriv) return { level: 'user', setpriv, missing: [] };
  return { level: 'user', missing: [`Set-user-id programs of the host can be used (${failure}): install util-linux.`] };
}

async function probeSandbox(system: SystemView, root: boolean, testUser: number): Promise<Probed> {
  const lesser = await probeUser(root, testUser);
  const bubblewrap = findProgram('bwrap');
  const without = 'Processes see the files and processes of the host';
  if (!bubblewrap) return { ...lesser, missing: [`${without}: install bubblewrap.`, ...lesser.missing] };
  if (root && !lesser.setpriv)
    return { ...lesser, missing: [`${without}: install util-linux (setpriv).`, ...lesser.missing] };
  const args = bubblewrapArguments({ system: system.argumentsFor(testUser), folders: [], cwd: '/', cgroupViews: [] });
  const become = lesser.setpriv ? becomeUser(lesser.setpriv, testUser) : [];
  const failure = await tryRun([bubblewrap, ...args, ...become, '/bin/true']);
  if (failure !== undefined) {
    const hint = root ? 'allow it on this host' : 'allow unprivileged user namespaces, or run davit as root';
    return { ...lesser, missing: [`${without} (bubblewrap: ${failure}): ${hint}.`, ...lesser.missing] };
  }
  return { level: 'sandbox', bubblewrap, missing: [], ...(lesser.setpriv ? { setpriv: lesser.setpriv } : {}) };
}

async function probe(options: IsolationOptions, system: SystemView, root: boolean, testUser: number): Promise<Probed> {
  if (options.choice === 'none') return { level: 'none', missing: ['Isolation is switched off by --isolation none.'] };
  if (options.choice === 'auto') return probeSandbox(system, root, testUser);
  const probed = await probeUser(root, testUser);
  return { ...probed, missing: ['Sandboxes are switched off by --isolation user.', ...probed.missing] };
}

/** Finds out once, by really doing it, how far processes can be kept apart on this host. */
export async function createIsolation(options: IsolationOptions): Promise<Isolation> {
  const { stateDir, users, rules, cgroups } = options;
  const root = process.getuid?.() === 0;
  const ownUser = process.getuid?.() ?? 0;
  const system = createSystemView(stateDir);
  const probed = await probe(options, system, root, root ? await users.userOf('davit-probe') : ownUser);
  const driver = typeof cgroups === 'string' ? undefined : cgroups;
  const dropsPrivileges = root && probed.level !== 'none';

  async function prepare(request: ProcessRequest, views: readonly CgroupView[]): Promise<IsolatedStart> {
    const sockets = dropsPrivileges
      ? await judgeSandboxSockets(request.sandbox.sockets ?? [])
      : (request.sandbox.sockets ?? []).map((path) => ({ path, real: path, writable: false, group: undefined }));
    const folders = [...(await judgeSandboxFolders(request.sandbox, rules)), ...sockets];
    await judgeWorkingFolder(request.cwd, folders);
    const groups = [...new Set(sockets.flatMap(({ group }) => group ?? []))];
    if (dropsPrivileges && groups.length > 0 && !probed.setpriv) throw missingProgram('setpriv');
    const user = dropsPrivileges ? await users.userOf(request.sandbox.isolationKey) : undefined;
    const handOverAll = async (): Promise<void> => {
      if (user === undefined) return;
      const given = folders.filter(({ writable }) => writable);
      await Promise.all(given.map(({ real }) => handOver(real, user)));
    };
    const become = user !== undefined && probed.setpriv ? becomeUser(probed.setpriv, user, groups) : [];
    const spawnUser = user !== undefined && !probed.setpriv ? user : undefined;
    if (!probed.bubblewrap) {
      const home = folders.find((folder) => folder.writable)?.real ?? '/tmp';
      const base = { spawnUser, owner: user, cwd: request.cwd, home };
      return { ...base, wrapper: become, innerLevels: 0, handOver: handOverAll };
    }
    const view = { system: system.argumentsFor(user ?? ownUser), folders, cwd: request.cwd, cgroupViews: views };
    const wrapper = [probed.bubblewrap, ...bubblewrapArguments(view), ...become];
    const base = { spawnUser: undefined, owner: user, cwd: '/', home: SANDBOX_HOME };
    return { ...base, wrapper, innerLevels: 2, handOver: handOverAll };
  }

  async function join(request: ProcessRequest, views: readonly CgroupView[]): Promise<JoinedStart> {
    if (!dropsPrivileges) {
      const { wrapper, owner, home } = await prepare(request, views);
      // A session of its own would have no terminal.
      return { wrapper: wrapper.filter((argument) => argument !== '--new-session'), owner, home, enters: false };
    }
    if (!probed.setpriv) throw missingProgram('setpriv');
    const owner = await users.userOf(request.sandbox.isolationKey);
    const become = becomeUser(probed.setpriv, owner);
    if (!probed.bubblewrap) {
      const folders = await judgeSandboxFolders(request.sandbox, rules);
      const home = folders.find((folder) => folder.writable)?.real ?? '/tmp';
      return { wrapper: become, owner, home, enters: false };
    }
    const nsenter = findProgram('nsenter');
    if (!nsenter) throw missingProgram('nsenter');
    const namespaces = ['mount', 'pid', 'ipc', 'uts', 'cgroup'].map((name, at) => `--${name}=/proc/self/fd/${at + 5}`);
    return { wrapper: [nsenter, ...namespaces, '--', ...become], owner, home: SANDBOX_HOME, enters: true };
  }

  return {
    info: {
      level: probed.level,
      limits: driver?.version ?? 'none',
      missing: [...probed.missing, ...(typeof cgroups === 'string' ? [cgroups] : [])],
    },
    cgroups: driver,
    prepare,
    join,
  };
}
