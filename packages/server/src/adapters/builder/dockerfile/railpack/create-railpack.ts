import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Executor } from '../../../executor/executor.ts';
import { runBuildCommand } from '../../build-command.ts';
import type { BuildOutput, BuildPlanSummary, BuildRequest } from '../../builder.ts';
import { builderErrors } from '../../builder-errors.ts';
import { certificateVariables } from '../../certificate-variables.ts';
import { variablesDigest } from '../build-place.ts';
import { shellSecrets } from '../build-secrets.ts';
import { readSourceFile, serviceFolder } from '../find-dockerfile.ts';
import { ignoredByDefault, VARIABLES_DIGEST } from '../generate-dockerfile.ts';
import { findProgram } from '../image-client.ts';
import { kindOf } from '../image-plan.ts';
import { type HostRefusal, judgeOutsideHosts } from '../judge-outside-hosts.ts';
import { prepareDockerfile } from '../prepare-dockerfile.ts';
import type { Prepared } from '../prepare-image.ts';
import { railpackDockerfile } from './railpack-dockerfile.ts';
import { readRailpackPlan } from './railpack-plan.ts';

export interface RailpackOptions {
  executor: Executor;
  /** `cache/<key>/…`: what is kept of one service. */
  cacheFolder: string;
  hostEnvironment: Readonly<Record<string, string>>;
  extraCaFile: string | undefined;
  refusalOf: HostRefusal;
  removeFolder(path: string, signal: AbortSignal): Promise<void>;
  /** Whether commands have a /tmp of their own. */
  hasOwnTemporaryFolder(signal: AbortSignal): Promise<boolean>;
}

const mostProcesses = 1024;

/** How davit's settings are called there (https://railpack.com/config/environment-variables). */
const installVariable = 'RAILPACK_INSTALL_CMD';

export type Railpack = ReturnType<typeof createRailpack>;

/** Finds out by Railpack how a source is built; the image is built from that like any other. */
export function createRailpack(options: RailpackOptions) {
  const { executor, hostEnvironment, extraCaFile } = options;
  const program = () => {
    try {
      return findProgram('railpack', hostEnvironment['PATH']);
    } catch (error) {
      throw builderErrors.BUILD_TOOL_MISSING({
        message: 'railpack is not on this machine, and the settings ask for it.',
        hint: 'An operator installs it (https://railpack.com); or set `settings.build.builder` to null, and davit finds out itself.',
        cause: error,
      });
    }
  };

  /** Values are in its environment: arguments are for everybody to read. */
  function commandOf(request: BuildRequest, railpack: string, context: string, place: string, planFile: string) {
    const { buildCommand, installCommand, startCommand } = request.overrides;
    // Nothing else of the operator's: the source decides what it runs.
    const own = {
      PATH: hostEnvironment['PATH'] ?? '/usr/bin:/bin',
      ...(extraCaFile === undefined ? {} : Object.fromEntries(certificateVariables.map((name) => [name, extraCaFile]))),
      LANG: 'C.UTF-8',
      HOME: place,
      NO_COLOR: '1',
    };
    const told = {
      ...request.variables,
      ...(installCommand === undefined ? {} : { [installVariable]: installCommand }),
    };
    const names = Object.keys(told).filter((name) => !Object.hasOwn(own, name));
    return {
      argv: [
        [railpack, 'prepare', `--plan-out=${planFile}`],
        buildCommand === undefined ? [] : [`--build-cmd=${buildCommand}`],
        startCommand === undefined ? [] : [`--start-cmd=${startCommand}`],
        names.map((name) => `--env=${name}`),
        [context],
      ].flat(),
      env: { ...told, ...own },
      cwd: place,
      // It reads what somebody else wrote, and runs some of it: with no right of the clients that build images.
      isolationKey: `railpack-${request.cacheKey}`,
      writable: [request.folder, place],
      readable: [
        ...(railpack.startsWith('/usr/') ? [] : [dirname(railpack)]),
        ...(extraCaFile === undefined ? [] : [extraCaFile]),
      ],
      limits: { ...request.limits, processes: mostProcesses },
      timeoutMs: request.timeoutMs,
    };
  }

  return {
    /** @throws AppError BUILD_TOOL_MISSING */
    async plan(signal: AbortSignal): Promise<BuildPlanSummary & { plan: { kind: 'railpack' } }> {
      program();
      if (!(await options.hasOwnTemporaryFolder(signal))) {
        throw builderErrors.BUILD_TOOL_MISSING({
          message: 'Railpack keeps programs in /tmp, which builds of this machine share: another’s could be run.',
          hint: 'An operator installs bubblewrap; or set `settings.build.builder` to null.',
        });
      }
      return { lines: ['Railpack finds out how the image is built.'], plan: { kind: 'railpack' } };
    },

    /** @throws AppError BUILD_* */
    async prepare(request: BuildRequest, output: BuildOutput, signal: AbortSignal): Promise<Prepared> {
      // One build of a service at a time; what a former one left is of no use.
      const place = join(options.cacheFolder, request.cacheKey, 'railpack');
      const file = `${request.id}.json`;
      const isKnown = (await executor.list(signal)).some(({ id }) => id === `${request.id}-railpack`);
      if (!isKnown) await options.removeFolder(place, signal);
      await mkdir(place, { recursive: true });
      const context = await serviceFolder(request.folder, request.rootFolder);
      const command = commandOf(request, program(), context, place, join(place, file));
      await runBuildCommand(executor, `${request.id}-railpack`, command, output, signal);
      const text = await readSourceFile(place, place, file);
      if (text === undefined) throw builderErrors.BUILD_PLAN_FAILED({ message: 'Railpack wrote no plan.' });
      const { ids, secrets } = shellSecrets(request.variables);
      const isThere = async (path: string) => path === '' || (await kindOf(context, path)) !== undefined;
      const content = await railpackDockerfile(readRailpackPlan(text), ids, VARIABLES_DIGEST, isThere);
      const { buildArgs = {} } = request.overrides;
      const images = await judgeOutsideHosts(content, buildArgs, options.refusalOf, request.cacheKey);
      const digest = await variablesDigest(join(options.cacheFolder, request.cacheKey), request.variables);
      return {
        dockerfile: prepareDockerfile(content, request.cacheKey, extraCaFile === undefined ? [] : certificateVariables),
        ignored: (await kindOf(context, '.dockerignore')) === undefined ? ignoredByDefault : undefined,
        context,
        processes: [{ name: 'web', argv: null }],
        release: null,
        secrets,
        buildArgs: { ...buildArgs, [VARIABLES_DIGEST]: digest },
        images,
      };
    },
  };
}
