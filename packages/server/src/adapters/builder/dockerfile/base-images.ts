import type { Toolchain } from '@davit/build-plan';
import semver from 'semver';
import { builderErrors } from '../builder-errors.ts';

/** Images that generated Dockerfiles begin with. `-build` is where dependencies are installed, the other what runs. */
export const defaultBaseImages = {
  'node-build': 'node:{version}',
  node: 'node:{version}-slim',
  'python-build': 'python:{version}',
  python: 'python:{version}-slim',
  'go-build': 'golang:{version}',
  go: 'debian:12-slim',
} as const;
export type BaseImageName = keyof typeof defaultBaseImages;
export type BaseImages = Readonly<Record<BaseImageName, string>>;

/** Newest first: the first one that a source allows is taken. */
const releases: Readonly<Record<string, readonly string[]>> = {
  node: ['24', '22', '20', '18'],
  python: ['3.13', '3.12', '3.11', '3.10', '3.9'],
  go: ['1.25', '1.24', '1.23', '1.22', '1.21'],
};

/** What stands for `{version}`: the version that is asked for when it is one, else the newest that is allowed. */
export function versionTag({ name, wanted, source }: Toolchain): string {
  if (semver.valid(wanted) !== null) return wanted;
  const known = releases[name] ?? [];
  const tag = known.find((version) => semver.intersects(wanted, `${version}.x`));
  if (tag !== undefined) return tag;
  throw builderErrors.BUILD_IMAGE_LANGUAGE_UNSUPPORTED({
    message: `There is no base image for ${name} ${wanted} (${source}); davit knows ${known.join(', ')}.`,
  });
}

/** The image of one stage. */
export function baseImage(images: BaseImages, name: BaseImageName, version: string): string {
  return images[name].replaceAll('{version}', version);
}
