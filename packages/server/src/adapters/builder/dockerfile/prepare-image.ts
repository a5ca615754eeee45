import { join } from 'node:path';
import { AppError } from '../../../kernel/app-error.ts';
import type { ArtifactProcess, BuildRequest } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { certificateVariables } from '../certificate-variables.ts';
import type { BaseImages } from './base-images.ts';
import { variablesDigest } from './build-place.ts';
import { type BuildSecret, namedSecrets, shellSecrets } from './build-secrets.ts';
import { readSourceFile, serviceFolder } from './find-dockerfile.ts';
import { generateDockerfile, ignoredByDefault, VARIABLES_DIGEST } from './generate-dockerfile.ts';
import { type ImagePlan, kindOf, readDockerfileOf } from './image-plan.ts';
import { type HostRefusal, judgeOutsideHosts } from './judge-outside-hosts.ts';
import type { NamedImage } from './outside-hosts.ts';
import { type PreparedDockerfile, prepareDockerfile } from './prepare-dockerfile.ts';

/** What a client is given of a plan. */
export interface Prepared {
  dockerfile: PreparedDockerfile;
  ignored: string | undefined;
  context: string;
  processes: ArtifactProcess[];
  release: string[] | null;
  secrets: BuildSecret[];
  buildArgs: Record<string, string>;
  /** That somebody else than the operator names. */
  images: readonly NamedImage[];
}

export interface PrepareOptions {
  baseImages: BaseImages;
  cacheFolder: string;
  extraCaFile: string | undefined;
  refusalOf: HostRefusal;
}

const authoritiesOf = ({ extraCaFile }: PrepareOptions) => (extraCaFile === undefined ? [] : certificateVariables);

async function prepareOwn(request: BuildRequest, path: string, options: PrepareOptions): Promise<Prepared> {
  const content = await readDockerfileOf(request, path);
  if (content === undefined) throw builderErrors.BUILD_DOCKERFILE_MISSING();
  const context = await serviceFolder(request.folder, request.rootFolder);
  const { startCommand, buildArgs = {} } = request.overrides;
  const images = await judgeOutsideHosts(content, buildArgs, options.refusalOf, request.cacheKey);
  return {
    dockerfile: prepareDockerfile(content, request.cacheKey, authoritiesOf(options)),
    // BuildKit looks for this one beside the Dockerfile, and only then for the one of the source.
    ignored: await readSourceFile(request.folder, context, `${path}.dockerignore`),
    context,
    processes: [{ name: 'web', argv: startCommand === undefined ? null : ['/bin/sh', '-c', startCommand] }],
    release: null,
    secrets: namedSecrets(request.variables),
    buildArgs: { ...buildArgs },
    images,
  };
}

async function prepareGenerated(
  request: BuildRequest,
  plan: Extract<ImagePlan, { kind: 'generated' }>,
  options: PrepareOptions,
): Promise<Prepared> {
  const { ids, secrets } = shellSecrets(request.variables);
  const context = await serviceFolder(request.folder, '');
  const image = await generateDockerfile(plan.plan, options.baseImages, ids, (path) => kindOf(context, path));
  const digest = await variablesDigest(join(options.cacheFolder, request.cacheKey), request.variables);
  const { content, ...rest } = image;
  return {
    ...rest,
    dockerfile: prepareDockerfile(content, request.cacheKey, authoritiesOf(options)),
    ignored: (await kindOf(context, '.dockerignore')) === undefined ? ignoredByDefault : undefined,
    context,
    secrets,
    buildArgs: { ...request.overrides.buildArgs, [VARIABLES_DIGEST]: digest },
    images: [],
  };
}

/** Why there can be no image of this plan; undefined: nothing is in its way. */
export async function findImageObstacle(
  request: BuildRequest,
  plan: ImagePlan,
  baseImages: BaseImages,
): Promise<AppError | undefined> {
  if (plan.kind !== 'generated') return undefined;
  const context = await serviceFolder(request.folder, '');
  try {
    await generateDockerfile(plan.plan, baseImages, [], (path) => kindOf(context, path));
    return undefined;
  } catch (error) {
    if (error instanceof AppError && error.code === 'BUILD_IMAGE_LANGUAGE_UNSUPPORTED') return error;
    throw error;
  }
}

/** Everything that a build needs besides its place: read and judged once more, since the plan may be of an earlier server. */
export async function prepareImage(
  request: BuildRequest,
  plan: Exclude<ImagePlan, { kind: 'railpack' }>,
  options: PrepareOptions,
): Promise<Prepared> {
  return plan.kind === 'dockerfile'
    ? await prepareOwn(request, plan.path, options)
    : await prepareGenerated(request, plan, options);
}
