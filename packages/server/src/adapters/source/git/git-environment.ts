import { fileURLToPath } from 'node:url';
import type { SourceSecret } from '../git-source.ts';
import type { SourceTransport, SourceUrl } from '../source-url.ts';

const askpassScript = fileURLToPath(new URL('askpass.sh', import.meta.url));
/** What is started in place of ssh. */
export const sshScript = fileURLToPath(new URL('ssh.sh', import.meta.url));

/** Names below the folder of one copy, which Git and ssh run in. */
export const copyNames = { knownHosts: 'known_hosts', pinnedHosts: 'pinned_hosts' } as const;

/** Settings that hold for every command, whatever a configuration file says. */
const settings = [
  // Nothing that a repository brings may start a program.
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'credential.helper=',
  'protocol.ext.allow=never',
  // Only the first request may be redirected, as when a host adds ".git": askpass.sh answers to the old host only.
  'http.followRedirects=initial',
  // A host that stalls is one that is down: less than 100 bytes a second for a minute.
  'http.lowSpeedLimit=100',
  'http.lowSpeedTime=60',
  // No housekeeping in the background, in nobody's process group.
  'gc.auto=0',
  'maintenance.auto=false',
  'fetch.recurseSubmodules=false',
  // Always a pack, which appears whole or not at all, and whose size can be watched while it comes in.
  'fetch.unpackLimit=1',
  'log.showSignature=false',
  'core.quotePath=false',
];

/** The arguments that come before every Git command. */
export const gitSettings: readonly string[] = settings.flatMap((setting) => ['-c', setting]);

/** Environment of a command that only reads the copy: nothing from this process, nothing from the machine's files. */
export function localEnvironment(base: Readonly<Record<string, string>>, repository: string): Record<string, string> {
  return {
    ...base,
    LC_ALL: 'C',
    HOME: '/nonexistent',
    XDG_CONFIG_HOME: '/nonexistent',
    GIT_DIR: repository,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_ALLOW_PROTOCOL: '',
  };
}

function allowedProtocols(transport: SourceTransport): string {
  // A redirect from http to https is fine, the other way round it is not.
  return transport === 'http' ? 'http:https' : transport;
}

type Token = Extract<SourceSecret, { kind: 'token' }>;

/** The user name that goes with a token. Where none is set: Bitbucket insists on its own; the others take any. */
export function tokenUsername(url: SourceUrl, secret: Token): string {
  return secret.username ?? (url.host === 'bitbucket.org' ? 'x-token-auth' : 'x-access-token');
}

function tokenEnvironment(url: SourceUrl, secret: Token): Record<string, string> {
  const username = tokenUsername(url, secret);
  const [scheme, authority] = url.origin.split('://');
  return {
    GIT_ASKPASS: askpassScript,
    DAVIT_ASKS_USERNAME: `Username for '${url.origin}': `,
    DAVIT_ASKS_PASSWORD: `Password for '${scheme}://${encodeURIComponent(username)}@${authority}': `,
    DAVIT_GIT_USERNAME: username,
    DAVIT_GIT_TOKEN: secret.token,
  };
}

export interface RemoteAccess {
  /** Of the copy, below the folder that Git runs in. */
  readonly repository: string;
  readonly url: SourceUrl;
  readonly secret: SourceSecret | undefined;
  /** File of the deploy key, below the copy's folder. */
  readonly keyFile: string | undefined;
  /** Only the keys in `pinned_hosts` count; else the first one seen is kept in `known_hosts`. */
  readonly pinned: boolean;
}

/** Environment of a command that speaks to the Git host. The token is in it, and nowhere else. */
export function remoteEnvironment(
  base: Readonly<Record<string, string>>,
  access: RemoteAccess,
): Record<string, string> {
  const environment = localEnvironment(base, access.repository);
  environment['GIT_ALLOW_PROTOCOL'] = allowedProtocols(access.url.transport);
  if (access.secret?.kind === 'token') Object.assign(environment, tokenEnvironment(access.url, access.secret));
  if (access.url.transport === 'ssh')
    Object.assign(environment, {
      GIT_SSH: sshScript,
      GIT_SSH_VARIANT: 'ssh',
      DAVIT_SSH_KEY: access.keyFile ?? 'none',
      DAVIT_SSH_HOST_KEYS: access.pinned ? 'yes' : 'accept-new',
      DAVIT_SSH_KNOWN_HOSTS: access.pinned ? copyNames.pinnedHosts : copyNames.knownHosts,
    });
  return environment;
}
