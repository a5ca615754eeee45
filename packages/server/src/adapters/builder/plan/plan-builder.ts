import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type BuildPlan,
  detectPlan,
  openSourceFolder,
  PlanError,
  type PlanStep,
  resolveProcessArgv,
} from '@davit/build-plan';
import type { Executor } from '../../executor/executor.ts';
import { removeCommands } from '../../executor/remove-commands.ts';
import { commandTitle, runBuildCommand } from '../build-command.ts';
import type { BuildOutput, BuildRequest, FolderArtifact, FolderBuilder, FolderProcess } from '../builder.ts';
import { builderErrors } from '../builder-errors.ts';
import { artifactEnvironment, certificateEnvironment, pathOf, readableFolders } from './build-environment.ts';
import { type BuildFolders, buildHome, stepCache } from './data-folders.ts';
import { removeLargeHomes } from './large-homes.ts';
import { removeTree } from './remove-tree.ts';
import { createStaticServer } from './static-server.ts';
import { createStepCache, restoringFolder } from './step-cache.ts';
import { stepKey } from './step-key.ts';
import type { InstalledToolchain } from './toolchain.ts';
import { toolchainTitles } from './toolchain.ts';
import { resolveToolchains } from './toolchains.ts';
import { removeUnusedToolchains } from './unused-toolchains.ts';

export interface PlanBuilderOptions {
  executor: Executor;
  folders: BuildFolders;
  /** davit's own environment: how its npm, python and version managers find their way. */
  hostEnvironment: Readonly<Record<string, string>>;
  extraCaFile: string | undefined;
  /** Whether builds see folders that only davit's own user may enter: a sandbox shows them. */
  seesPrivateFolders(signal: AbortSignal): Promise<boolean>;
  /** Removes a folder whose files belong to users of builds. */
  removeFolder(path: string, signal: AbortSignal): Promise<void>;
}

interface Build {
  request: BuildRequest;
  plan: BuildPlan;
  toolchains: InstalledToolchain[];
  output: BuildOutput;
  signal: AbortSignal;
}

function planFailed(error: unknown): unknown {
  if (!(error instanceof PlanError)) return error;
  if (error.code === 'PLAN_DOCKERFILE_ONLY')
    return builderErrors.BUILD_NEEDS_DOCKER({ message: error.message, hint: error.hint, cause: error });
  return builderErrors.BUILD_PLAN_FAILED({ message: error.message, hint: error.hint, cause: error });
}

async function planOf({ folder, rootFolder, overrides, dependenciesOnly }: BuildRequest): Promise<BuildPlan> {
  if (dependenciesOnly !== true) return await detectPlan(folder, { ...overrides, rootFolder });
  // With a command to start, a source that has none of its own is no fault.
  const plan = await detectPlan(folder, { ...overrides, rootFolder, startCommand: 'true' });
  const steps = plan.steps.filter(({ name }) => name === 'install');
  const toolchains = steps.length === 0 ? [] : plan.toolchains;
  return { ...plan, steps, toolchains, processes: [], staticSite: null, release: null, reasons: [] };
}

function stepPrefix(request: BuildRequest, step: PlanStep): string {
  return `${request.id}-${step.name}-`;
}

/** Builds from a plan that is detected in the source: install, build, and what to start. */
export function createPlanBuilder(options: PlanBuilderOptions): FolderBuilder {
  const { executor, folders, extraCaFile } = options;
  const staticServer = createStaticServer(folders.toolchains);

  async function toolchainsFor(
    plan: BuildPlan,
    output: BuildOutput,
    signal: AbortSignal,
  ): Promise<InstalledToolchain[]> {
    return await resolveToolchains(plan, {
      folder: folders.toolchains,
      environment: options.hostEnvironment,
      seesPrivateFolders: await options.seesPrivateFolders(signal),
      signal,
      say: (text) => output.write('system', text),
    });
  }

  async function runStep(build: Build, step: PlanStep): Promise<void> {
    const { request, plan, toolchains, output, signal } = build;
    const cache = createStepCache(stepCache(folders, request.cacheKey));
    const [key, commands] = await Promise.all([
      stepKey(request.folder, step, toolchains, plan.environment),
      executor.list(signal),
    ]);
    // Commands that an earlier server started still work in the folder, or have worked: nothing is put there now.
    const goesOn = commands.some(({ id }) => id.startsWith(stepPrefix(request, step)));
    const restored = !goesOn && (await cache.restore(step, key, request.folder));
    if (restored && step.cacheMode === 'exact') {
      output.write('system', `${step.name}: unchanged since an earlier build, taken from the cache.`);
      for (const argv of step.commands) output.stage?.({ title: commandTitle(argv), seconds: 0, cached: true });
      return;
    }
    const home = buildHome(folders, request.cacheKey);
    await mkdir(home, { recursive: true });
    const env = {
      LANG: 'C.UTF-8',
      ...certificateEnvironment(extraCaFile),
      ...plan.environment,
      ...step.environment,
      ...request.variables,
      HOME: home,
      PATH: pathOf(plan, request.folder, toolchains),
    };
    for (const [index, argv] of step.commands.entries()) {
      const command = {
        argv,
        env,
        cwd: join(request.folder, step.folder),
        isolationKey: request.cacheKey,
        writable: [request.folder, home],
        readable: [...readableFolders(toolchains), ...(extraCaFile === undefined ? [] : [extraCaFile])],
        limits: request.limits,
        timeoutMs: request.timeoutMs,
      };
      await runBuildCommand(executor, `${stepPrefix(request, step)}${index}`, command, output, signal);
    }
    if (!(await cache.save(step, key, request.folder))) {
      output.write('system', `${step.name}: not kept for the next build, since it holds files of another user.`);
    }
  }

  async function processesOf(build: Build): Promise<{ processes: FolderProcess[]; readable: string[] }> {
    const { request, plan } = build;
    const root = join(request.folder, plan.rootFolder);
    if (plan.staticSite !== null) {
      const served = await staticServer.processFor(root, plan.staticSite);
      return { processes: [served.process], readable: served.readable };
    }
    const folder = openSourceFolder(root);
    const processes: FolderProcess[] = [];
    for (const process of plan.processes)
      processes.push({ name: process.name, argv: await resolveProcessArgv(process, folder) });
    return { processes, readable: [] };
  }

  return {
    name: 'plan',

    async plan(request) {
      try {
        const plan = await planOf(request);
        const warnings = plan.warnings.map((warning) => `Warning: ${warning}`);
        return { lines: [...plan.reasons, ...warnings], plan };
      } catch (error) {
        throw planFailed(error);
      }
    },

    async build(request, planned, output, signal): Promise<FolderArtifact> {
      const plan = planned as BuildPlan;
      const toolchains = await toolchainsFor(plan, output, signal);
      if (toolchains.length > 0) {
        output.write('system', toolchains.map(({ name, version }) => `${toolchainTitles[name]} ${version}`).join(', '));
      }
      const build: Build = { request, plan, toolchains, output, signal };
      for (const step of plan.steps) await runStep(build, step);
      const { processes, readable } = await processesOf(build).catch((error: unknown) => {
        throw planFailed(error);
      });
      return {
        kind: 'folder',
        folder: request.folder,
        cwd: join(request.folder, plan.rootFolder),
        processes,
        release: plan.release,
        environment: {
          ...certificateEnvironment(extraCaFile),
          ...artifactEnvironment(plan, request.folder, toolchains),
        },
        readable: [...readableFolders(toolchains), ...readable, ...(extraCaFile === undefined ? [] : [extraCaFile])],
      };
    },

    async abandon(request, signal) {
      await removeCommands(executor, `${request.id}-`, signal);
      await options.removeFolder(request.folder, signal);
      await removeTree(restoringFolder(request.folder));
    },

    // What is built stays where its source was.
    removeSource: async () => {},

    has: async (artifact) => artifact.kind === 'folder' && existsSync(artifact.folder),

    async remove(artifact, signal) {
      if (artifact.kind === 'folder') await options.removeFolder(artifact.folder, signal);
    },

    async tidy({ artifacts, busy }, signal) {
      const inUse = new Set(artifacts.flatMap((artifact) => (artifact.kind === 'folder' ? artifact.readable : [])));
      await removeUnusedToolchains(folders.toolchains, inUse, new Date());
      await removeLargeHomes({ folders, busy, removeFolder: (path) => options.removeFolder(path, signal), signal });
    },

    async removeCache(cacheKey, signal) {
      await options.removeFolder(join(folders.cache, cacheKey), signal);
      await rm(join(folders.cache, cacheKey), { recursive: true, force: true });
    },
  };
}
