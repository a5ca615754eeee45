import type { SourceSecret } from '../git-source.ts';
import type { SourceNetwork } from '../source-network.ts';
import type { SourceUrl } from '../source-url.ts';
import { withDeployKey } from './deploy-key.ts';
import { pinnedEnvironment } from './git-address.ts';
import type { GitCopy } from './git-copy.ts';
import { gitSettings, localEnvironment, remoteEnvironment, sshScript } from './git-environment.ts';
import { type GitExit, runGit } from './git-process.ts';
import { withKnownHosts } from './known-hosts.ts';

export interface RemoteOptions {
  readonly copy: GitCopy;
  /** PATH and what the network here needs. */
  readonly environment: Readonly<Record<string, string>>;
  readonly url: SourceUrl;
  readonly secret: SourceSecret | undefined;
  readonly knownHosts: string | undefined;
  /** How its host is reached. */
  readonly network: SourceNetwork;
  /** Of one fetch, in bytes. */
  readonly mostBytes: number;
  readonly signal: AbortSignal;
  readonly onOutput: (line: string) => void;
}

/** A Git host that may be asked, with the copy that its answers go into. */
export interface GitRemote {
  readonly url: SourceUrl;
  readonly copy: GitCopy;
  readonly secret: SourceSecret | undefined;
  readonly signal: AbortSignal;
  readonly onOutput: (line: string) => void;
  readonly network: SourceNetwork;
  /** Of one fetch, in bytes. */
  readonly mostBytes: number;
  /** Speaks to the host, no longer than `until`, which the remote's own signal is part of. */
  ask(args: readonly string[], until?: AbortSignal): Promise<GitExit & { readonly stdout: string }>;
  /** Only reads or changes the copy; knows no secret. */
  local(args: readonly string[]): Promise<GitExit & { readonly stdout: string }>;
  /** Runs a command on a host that is reached by ssh; `args` are those of ssh. */
  ssh(args: readonly string[]): Promise<GitExit & { readonly stdout: string }>;
}

function isNoise(line: string): boolean {
  return line.startsWith('Warning: Permanently added ');
}

/** Runs `work` with a remote whose key file and known hosts are in place, and takes them away after it. */
export async function withRemote<T>(options: RemoteOptions, work: (remote: GitRemote) => Promise<T>): Promise<T> {
  const { copy, url, secret, knownHosts, network, signal } = options;
  const environment = await pinnedEnvironment(options.environment, url, network);
  const { folder: cwd, repository } = copy;
  const hidden = secret?.kind === 'token' ? secret.token : undefined;
  // Git never says the token; the other side might.
  const onOutput = (line: string) => options.onOutput(hidden === undefined ? line : line.replaceAll(hidden, '***'));
  const onLine = (line: string) => {
    if (!isNoise(line)) onOutput(line);
  };

  function remote(keyFile: string | undefined): GitRemote {
    const access = { repository, url, secret, keyFile, pinned: knownHosts !== undefined };
    const asking = remoteEnvironment(environment, access);
    const reading = localEnvironment(options.environment, repository);
    return {
      url,
      copy,
      secret,
      signal,
      network,
      mostBytes: options.mostBytes,
      onOutput,
      ask: (args, until = signal) =>
        runGit({ args: [...gitSettings, ...args], cwd, environment: asking, signal: until, onLine }),
      local: (args) => runGit({ args: [...gitSettings, ...args], cwd, environment: reading, signal }),
      ssh: (args) => runGit({ program: sshScript, args, cwd, environment: asking, signal, onLine }),
    };
  }

  if (url.transport !== 'ssh') return await work(remote(undefined));
  return await withKnownHosts(cwd, knownHosts, onOutput, () =>
    secret?.kind === 'deploy-key'
      ? withDeployKey(cwd, secret.privateKey, (keyFile) => work(remote(keyFile)))
      : work(remote(undefined)),
  );
}
