import { randomBytes } from 'node:crypto';
import { closeSync, constants, fchownSync, openSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Variables that some /bin/sh treats as its own (bash: read-only; dash: must be a number), where `export` would fail or
 * change the value. They are handed over by env(1) instead; none of them is a place for a secret.
 */
const shellOwned = new Set(
  (
    'UID EUID PPID SHELLOPTS BASHOPTS BASH_VERSINFO BASH_VERSION BASHPID BASH BASH_ARGV0 GROUPS OPTIND OPTARG OPTERR ' +
    'LINENO RANDOM SRANDOM SECONDS EPOCHSECONDS EPOCHREALTIME DIRSTACK FUNCNAME HISTCMD SHLVL POSIXLY_CORRECT ' +
    'PWD OLDPWD IFS PS4 _'
  ).split(' '),
);

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What every process of a user has in its environment unless it is set otherwise. */
export function basicEnvironment(home: string): Record<string, string> {
  return { PATH: DEFAULT_PATH, HOME: home, USER: 'app', LOGNAME: 'app' };
}

/** What the loader needs to give a command exactly this environment. */
export interface EnvironmentScript {
  /** `export` lines for fd 4. */
  text: string;
  /** Goes before the command's own argv; empty in nearly every case. */
  argvPrefix: string[];
}

/** Splits an environment into what a shell can export and what only env(1) can set. Values are byte-exact. */
export function createEnvironmentScript(env: Readonly<Record<string, string>>): EnvironmentScript {
  const lines: string[] = [];
  const assignments: string[] = [];
  for (const [name, value] of Object.entries(env)) {
    if (shellOwned.has(name)) assignments.push(`${name}=${value}`);
    else lines.push(`export ${name}='${value.replaceAll("'", `'\\''`)}'\n`);
  }
  return {
    text: lines.join(''),
    argvPrefix: assignments.length === 0 ? [] : ['/usr/bin/env', ...assignments],
  };
}

/**
 * Opens a file without a name that holds `text`, readable by `owner` alone: in memory (/dev/shm) where the machine has
 * it, else on disk in `folder`. It loses its name before anything is written, so that no crash leaves a secret behind.
 */
export function openNamelessFile(text: string, folder: string, owner: number | undefined): number {
  const name = `davit-${randomBytes(12).toString('hex')}`;
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  let path = join('/dev/shm', name);
  let fd: number;
  try {
    fd = openSync(path, flags, 0o600);
  } catch {
    path = join(folder, name);
    fd = openSync(path, flags, 0o600);
  }
  try {
    unlinkSync(path);
    writeFileSync(fd, text);
    if (owner !== undefined) fchownSync(fd, owner, owner);
    return fd;
  } catch (thrown) {
    closeSync(fd);
    throw thrown;
  }
}
