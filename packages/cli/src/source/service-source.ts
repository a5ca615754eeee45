import type { Schemas } from '@davit/api';
import type { Command } from 'commander';
import { wrongUsage } from '../command-line/cli-error.ts';
import { parseGitUrl } from './git-url.ts';
import { type SourceCredentialOptions, sourceCredentialOptions } from './read-source-credential.ts';

/** What a service is made of, as it is written; what is left out has its default. */
export type WantedSource = Schemas['ServiceSourceInput'];

/** How somebody types what a service is made of. */
export interface SourceOptions extends SourceCredentialOptions {
  git?: string;
  image?: string;
  rootFolder?: string;
}

/** `--git`, `--image`, `--root-folder`, and how a private repository lets davit in. */
export function sourceOptions(command: Command): Command {
  return sourceCredentialOptions(
    command
      .option('--git <url>', 'the repository that it is built from, with #branch')
      .option('--image <name>', 'the finished image that it is; needs a Docker engine')
      .option('--root-folder <path>', 'the folder inside the source that is built'),
  );
}

/** What `--git` or `--image` names; undefined when neither does. What is allowed is for the server to judge. @throws CliError */
export function namedSource({ git, image }: SourceOptions): WantedSource | undefined {
  if (image !== undefined) {
    if (git !== undefined) throw wrongUsage('A service comes from a repository or is an image: give --git or --image.');
    return { type: 'image', image };
  }
  if (git === undefined) return undefined;
  const { url, reference, credential } = parseGitUrl(git);
  if (credential !== undefined) {
    throw wrongUsage('Leave the secret out of the address: others can read it there.', {
      hint: 'Give it with `--git-token -`.',
    });
  }
  return { type: 'git', url, reference };
}

/** Whether what else was typed is possible with this source. @throws CliError */
export function checkSourceOptions({ type }: WantedSource, options: SourceOptions): void {
  const { rootFolder, gitToken, deployKey } = options;
  if (type === 'image' && rootFolder !== undefined) {
    throw wrongUsage('Nothing is built of a finished image: --root-folder does not go with it.');
  }
  if (type !== 'git' && (gitToken !== undefined || deployKey !== undefined)) {
    throw wrongUsage('A token or key is for a Git repository.', { hint: 'Name one with --git.' });
  }
}

/** `wanted` in the place of what a service has: what the command does not speak of stays. */
export function replaceSource(
  kept: Schemas['ServiceSource'],
  wanted: WantedSource,
  rootFolder: string | undefined,
): WantedSource {
  if (wanted.type === 'image') return wanted;
  const folder = rootFolder ?? ('rootFolder' in kept ? kept.rootFolder : '');
  if (wanted.type === 'upload' || kept.type !== 'git') return { ...wanted, rootFolder: folder };
  const { submodules, lfs, knownHosts } = kept;
  return { submodules, lfs, knownHosts, ...wanted, rootFolder: folder };
}

/** In a few words. */
export function describeSource(source: Schemas['ServiceSource']): string {
  if (source.type === 'image') return `the image ${source.image}`;
  const inFolder = source.rootFolder === '' ? '' : `, folder ${source.rootFolder}`;
  if (source.type === 'upload') return `the folders that are uploaded${inFolder}`;
  const [[kind, name] = []] = Object.entries(source.reference ?? {});
  return `${kind === undefined ? 'the default branch' : `${kind} ${name}`} of ${source.url}${inFolder}`;
}
