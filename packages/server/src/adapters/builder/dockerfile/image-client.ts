import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDockerHost } from '@davit/agent/engine';
import { builderErrors } from '../builder-errors.ts';
import type { BuildPlace } from './build-place.ts';
import type { BuildSecret } from './build-secrets.ts';
import { type InlineCache, inlineCacheFlags } from './inline-cache.ts';

/** Everything that a client is told about one build. */
export interface ImageBuild {
  place: BuildPlace;
  /** The folder that is sent. */
  context: string;
  /** `name:tag` of the image. */
  tag: string;
  labels: Readonly<Record<string, string>>;
  target: string | undefined;
  platform: string | undefined;
  buildArgs: Readonly<Record<string, string>>;
  secrets: readonly BuildSecret[];
  /** Secrets that are files. */
  fileSecrets: readonly { id: string; path: string }[];
  /** The group that its steps are to run in, as the daemon knows it; undefined: this host has none to lend. */
  cgroupParent: string | undefined;
  /** Undefined: the image is not pushed. */
  inlineCache: InlineCache | undefined;
}

/** One command of a client. */
export interface ClientCommand {
  /** Behind the id of the build. */
  name: string;
  /** What people are shown. */
  title: string;
  argv: string[];
}

const pairs = (flag: string, values: Readonly<Record<string, string>>, prefix = '') =>
  Object.entries(values).flatMap(([name, value]) => [flag, `${prefix}${name}=${value}`]);

const secretFlags = ({ secrets, fileSecrets }: ImageBuild) => [
  ...secrets.flatMap(({ id, variable }) => ['--secret', `id=${id},env=${variable}`]),
  ...fileSecrets.flatMap(({ id, path }) => ['--secret', `id=${id},src=${path}`]),
];

/** The unix socket of an address, as a list of one; none: it is reached over the network. */
export function socketOf(address: string): string[] {
  const target = parseDockerHost(address);
  return target !== undefined && 'socketPath' in target ? [target.socketPath] : [];
}

/** The program at one of the system's own places first: an older one of a user's may stand before it on PATH. */
export function findProgram(name: string, path: string | undefined): string {
  const folders = ['/usr/bin', '/usr/local/bin', ...(path ?? '').split(':').filter((folder) => folder.startsWith('/'))];
  const found = folders.map((folder) => join(folder, name)).find((file) => existsSync(file));
  if (found === undefined) throw builderErrors.BUILD_TOOL_MISSING({ message: `${name} is not on this machine.` });
  return found;
}

/** The build by the BuildKit of a Docker Engine; the image stays in the engine. */
export function engineBuild(docker: string, build: ImageBuild): ClientCommand {
  const { place, tag, labels, target, platform, buildArgs, context, cgroupParent } = build;
  const argv = [
    [docker, 'build', '--progress=plain', '--file', place.dockerfile, '--tag', tag],
    pairs('--label', labels),
    target === undefined ? [] : ['--target', target],
    platform === undefined ? [] : ['--platform', platform],
    pairs('--build-arg', buildArgs),
    secretFlags(build),
    cgroupParent === undefined ? [] : ['--cgroup-parent', cgroupParent],
    inlineCacheFlags(build.inlineCache),
    ['--', context],
  ].flat();
  return { name: 'image', title: `build ${tag}`, argv };
}

/** Where a build of a standalone buildkitd is left. */
export type BuildkitOutput = { archive: string } | { push: string; cache: string; isPlainHttp: boolean };

/** The build by a buildkitd of its own; it keeps no image, so the image goes to a registry or into an archive. */
export function buildkitBuild(buildctl: string, address: string, build: ImageBuild, to: BuildkitOutput): ClientCommand {
  const { place, tag, labels, target, platform, buildArgs, context } = build;
  const insecure = 'push' in to && to.isPlainHttp ? ',registry.insecure=true' : '';
  const output =
    'push' in to
      ? [
          ['--output', `type=image,name=${to.push},push=true${insecure}`],
          ['--import-cache', `type=registry,ref=${to.cache}${insecure}`],
          ['--export-cache', `type=registry,ref=${to.cache},mode=max,ignore-error=true${insecure}`],
        ].flat()
      : ['--output', `type=docker,name=${tag},dest=${to.archive}`];
  const argv = [
    [buildctl, '--addr', address, 'build', '--progress=plain', '--frontend=dockerfile.v0'],
    ['--local', `context=${context}`, '--local', `dockerfile=${dirname(place.dockerfile)}`],
    pairs('--opt', labels, 'label:'),
    target === undefined ? [] : ['--opt', `target=${target}`],
    platform === undefined ? [] : ['--opt', `platform=${platform}`],
    pairs('--opt', buildArgs, 'build-arg:'),
    secretFlags(build),
    build.cgroupParent === undefined ? [] : ['--opt', `cgroup-parent=${build.cgroupParent}`],
    output,
  ].flat();
  return { name: 'image', title: `build ${tag}`, argv };
}
