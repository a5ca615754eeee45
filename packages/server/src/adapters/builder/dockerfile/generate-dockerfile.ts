import { posix } from 'node:path';
import type { BuildPlan, PlanStep } from '@davit/build-plan';
import type { ArtifactProcess } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { type BaseImageName, type BaseImages, baseImage, versionTag } from './base-images.ts';
import { quoted, runLine } from './dockerfile-words.ts';

/** Changes with the service's variables, so that what was built with others is not taken from the cache. */
export const VARIABLES_DIGEST = 'DAVIT_VARIABLES_DIGEST';

const root = '/app';
const user = '10001:10001';
const home = '/tmp/home';

/** What an upload may bring along and an image makes itself; for sources that name nothing themselves. */
export const ignoredByDefault = ['.git', '**/node_modules', '**/.venv', '**/__pycache__', ''].join('\n');

export interface GeneratedImage {
  content: string;
  processes: ArtifactProcess[];
  release: string[] | null;
}

const inApp = (path: string) => posix.join(root, path);

/** The languages that images are generated for. The first toolchain of the plan names the base. */
function languageOf(plan: BuildPlan): 'node' | 'python' | 'go' {
  const unknown = plan.toolchains.filter(({ name }) => !['node', 'npm', 'python', 'pip', 'go'].includes(name));
  const languages = plan.toolchains.map(({ name }) => name).filter((name) => ['node', 'python', 'go'].includes(name));
  const [language] = languages;
  if (language !== undefined && languages.length === 1 && unknown.length === 0 && plan.staticSite === null)
    return language as 'node' | 'python' | 'go';
  const needs =
    plan.staticSite === null ? plan.toolchains.map(({ name }) => name).join(', ') || 'no language' : 'a file server';
  throw builderErrors.BUILD_IMAGE_LANGUAGE_UNSUPPORTED({
    message: `davit generates images for Node, Python and Go; this source (${plan.language}) needs ${needs}.`,
  });
}

function environmentLines(variables: Readonly<Record<string, string>>): string[] {
  return Object.entries(variables).map(([name, value]) => {
    if (/[\r\n]/.test(value)) throw new Error(`the plan sets ${name} to more than one line`);
    return `ENV ${name}=${quoted(value)}`;
  });
}

function commandLine(step: PlanStep, argv: readonly string[], secrets: readonly string[]): string {
  const mounts = step.homeCacheFolders.map((folder) => `--mount=type=cache,target=${posix.join(home, folder)}`);
  return runLine({ argv, mounts, secrets, environment: { HOME: home, ...step.environment } });
}

/** Whether the step reads nothing but files that can be named, so that a change elsewhere does not run it again. */
const isNarrow = (step: PlanStep) =>
  step.cacheMode === 'exact' &&
  step.cacheInputs.length > 0 &&
  step.cacheInputs.every((path) => path !== '.' && /^[\w@+./-]+$/.test(path));

/**
 * A Dockerfile for a plan: one stage installs and builds, the other holds the result and runs as an unprivileged user.
 *
 * @param secrets ids of the secrets that hold the service's variables, for each command of the build
 * @param kindOf what a path of the source is
 * @throws AppError BUILD_IMAGE_LANGUAGE_UNSUPPORTED
 */
export async function generateDockerfile(
  plan: BuildPlan,
  images: BaseImages,
  secrets: readonly string[],
  kindOf: (path: string) => Promise<'file' | 'folder' | undefined>,
): Promise<GeneratedImage> {
  const language = languageOf(plan);
  const toolchain = plan.toolchains.find(({ name }) => name === language);
  const version = toolchain === undefined ? '' : versionTag(toolchain);
  const from = (name: BaseImageName) => baseImage(images, name, version);
  const folders = plan.pathFolders.map((folder) =>
    posix.isAbsolute(folder) ? folder : inApp(posix.join(plan.rootFolder, folder)),
  );
  // Not quoted like values: ${PATH} is the image's own.
  const path =
    folders.length === 0
      ? []
      : [`ENV PATH="${folders.map((each) => each.replaceAll(/["\\$]/g, '\\$&')).join(':')}:\${PATH}"`];
  const environment = [...environmentLines({ LANG: 'C.UTF-8', ...plan.environment }), ...path];
  const steps: string[] = [];
  let isCopied = false;
  for (const step of plan.steps) {
    if (!isCopied && isNarrow(step)) steps.push(...(await copyInputs(step, kindOf)));
    else if (!isCopied) {
      steps.push('COPY . .');
      isCopied = true;
    }
    if (step.name === 'build') steps.push(`ARG ${VARIABLES_DIGEST}`);
    const commands = step.commands.map((argv) => commandLine(step, argv, secrets));
    const isRoot = inApp(step.folder) === root;
    steps.push(...(isRoot ? commands : [`WORKDIR ${inApp(step.folder)}`, ...commands, `WORKDIR ${root}`]));
  }
  if (!isCopied) steps.push('COPY . .');
  const content = [
    `FROM ${from(`${language}-build`)} AS build`,
    `WORKDIR ${root}`,
    ...environment,
    ...steps,
    '',
    `FROM ${from(language)}`,
    // Many programs ask who they are.
    `RUN ["/bin/sh", "-c", ": ' make the user app'; grep -q :10001: /etc/passwd || printf 'app:x:${user}::${home}:/bin/sh\\\\n' >> /etc/passwd; grep -q :10001: /etc/group || printf 'app:x:10001:\\\\n' >> /etc/group; mkdir -p ${home} && chown ${user} ${home}"]`,
    `COPY --from=build --chown=${user} ${root} ${root}`,
    ...environment,
    `ENV HOME=${home}`,
    `WORKDIR ${inApp(plan.rootFolder)}`,
    `USER ${user}`,
    ...plan.processes.filter(({ name }) => name === 'web').map(({ argv }) => `CMD ${JSON.stringify(argv)}`),
    '',
  ].join('\n');
  const open = plan.processes.find(({ artifact }) => artifact !== null);
  if (open !== undefined) {
    throw builderErrors.BUILD_IMAGE_LANGUAGE_UNSUPPORTED({
      message: `What starts ${open.name} has its name only after the build: give the service a start command, or a Dockerfile.`,
    });
  }
  return { content, processes: plan.processes.map(({ name, argv }) => ({ name, argv })), release: plan.release };
}

async function copyInputs(
  step: PlanStep,
  kindOf: (path: string) => Promise<'file' | 'folder' | undefined>,
): Promise<string[]> {
  const lines: string[] = [];
  for (const input of step.cacheInputs) {
    const kind = await kindOf(input);
    if (kind !== undefined) lines.push(`COPY ${input} ${inApp(input)}${kind === 'folder' ? '/' : ''}`);
  }
  return lines;
}
