import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type BuildPlan, detectPlan, PlanError } from '@davit/build-plan';
import type { BuildPlanSummary, BuildRequest } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { readSourceFile, serviceFolder } from './find-dockerfile.ts';
import { judgeDockerfile } from './judge-dockerfile.ts';

/** How an image comes about: by a Dockerfile of the source, or one that is made from a plan, davit's own or Railpack's. */
export type ImagePlan =
  | { kind: 'dockerfile'; path: string }
  | { kind: 'generated'; plan: BuildPlan }
  | { kind: 'railpack' };

/** The Dockerfile of the source, judged. @throws AppError BUILD_DOCKERFILE_* */
export async function readDockerfileOf(request: BuildRequest, path: string): Promise<string | undefined> {
  const folder = await serviceFolder(request.folder, request.rootFolder);
  const content = await readSourceFile(request.folder, folder, path);
  if (content !== undefined) judgeDockerfile(content);
  return content;
}

/** What a path of the source is; links are followed by the build, within what it is sent. */
export async function kindOf(folder: string, path: string): Promise<'file' | 'folder' | undefined> {
  const status = await stat(join(folder, path)).catch(() => undefined);
  if (status?.isDirectory() === true) return 'folder';
  return status?.isFile() === true ? 'file' : undefined;
}

/** Settings that a Dockerfile leaves no room for. */
function unusedSettings({ overrides }: BuildRequest): string[] {
  const names = [
    ...(overrides.installCommand === undefined ? [] : ['install command']),
    ...(overrides.buildCommand === undefined ? [] : ['build command']),
  ];
  return names.map((name) => `Warning: the ${name} of the settings is not used, since there is a Dockerfile.`);
}

async function detect(request: BuildRequest): Promise<BuildPlan> {
  try {
    return await detectPlan(request.folder, { ...request.overrides, rootFolder: request.rootFolder });
  } catch (error) {
    if (!(error instanceof PlanError)) throw error;
    throw builderErrors.BUILD_PLAN_FAILED({ message: error.message, hint: error.hint, cause: error });
  }
}

/** Decides how the image is made. The Dockerfile is judged here, before anything is started. */
export async function planImage(request: BuildRequest): Promise<BuildPlanSummary & { plan: ImagePlan }> {
  const named = request.overrides.dockerfilePath;
  const path = named ?? 'Dockerfile';
  const content = await readDockerfileOf(request, path);
  if (content !== undefined) {
    return {
      lines: [`${path} says how the image is built.`, ...unusedSettings(request)],
      plan: { kind: 'dockerfile', path },
    };
  }
  if (named !== undefined) {
    throw builderErrors.BUILD_DOCKERFILE_MISSING({
      message: `There is no ${named} in the source.`,
      fields: [{ pointer: '/settings/build/dockerfilePath', detail: 'is not in the source' }],
    });
  }
  if (request.overrides.target !== undefined) {
    throw builderErrors.BUILD_DOCKERFILE_MISSING({
      message: 'The settings name a stage, and there is no Dockerfile.',
      fields: [{ pointer: '/settings/build/target', detail: 'needs a Dockerfile' }],
    });
  }
  const plan = await detect(request);
  const reasons = plan.reasons.filter((reason) => !reason.startsWith('A Dockerfile is there'));
  return {
    lines: [
      'The image is built by a generated Dockerfile.',
      ...reasons,
      ...plan.warnings.map((each) => `Warning: ${each}`),
    ],
    plan: { kind: 'generated', plan },
  };
}
