import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Executor, ExecutorCommand, ExecutorStatus } from '../../executor/executor.ts';
import type { IacEngine, StackEnd, StackJob } from '../iac.ts';
import { isTransientFailure } from '../transient-failure.ts';
import { checkDeployment, exportDeployment } from './deployment-state.ts';
import { followFrames } from './follow-frames.ts';
import type { WorkerRequest } from './frame.ts';
import { createJobFolders } from './job-folder.ts';
import { findLanguage, type InstalledLanguage } from './language.ts';
import { findModuleProgram } from './module-program.ts';
import { findPulumi, type PulumiCli, pulumiFolders } from './pulumi-cli.ts';
import { openOutputs } from './sealed-outputs.ts';

export interface PulumiEngineOptions {
  executor: Executor;
  /** Where jobs have their folders; davit's own. */
  folder: string;
  /** Where plugins for all stacks are installed. */
  pluginFolder: string;
  /** davit's own environment: where its PATH leads. */
  hostEnvironment: Readonly<Record<string, string>>;
  extraCaFile: string | undefined;
  /** Removes a folder whose files belong to users of programs. */
  removeFolder(path: string, signal: AbortSignal): Promise<void>;
}

const packageFolder = fileURLToPath(new URL('../../../../', import.meta.url));
const repository = join(packageFolder, '..', '..');
const workerProgram = fileURLToPath(new URL('./worker/worker.ts', import.meta.url));
/** What the worker imports. */
const ownReadable = [
  join(repository, 'node_modules'),
  join(packageFolder, 'node_modules'),
  join(packageFolder, 'package.json'),
  dirname(fileURLToPath(import.meta.url)),
  // davit's own provider, and what it calls davit with.
  join(repository, 'packages', 'pulumi-provider'),
  join(repository, 'packages', 'api'),
];
const limits = { memoryBytes: 2 * 1024 ** 3, processes: 1000 };
/** From SIGTERM to SIGKILL, once an interrupt was in vain. */
const terminateMs = 5_000;

/** How Pulumi says that a step is not in the plan, or that one of the plan is not done. */
const beyondPlan = /violates plan|not allowed by the plan|expected resource operations for/;

/** The first attempt has the job's own id. */
const commandId = ({ id, attempt }: Pick<StackJob, 'id' | 'attempt'>): string =>
  attempt === 1 ? id : `${id}.${attempt}`;
/** Files that Node compiled; an update with its provider has some 600. */
const mostCompiled = 5000;
/** More than anybody makes. */
const attemptNumbers = Array.from({ length: 9 }, (_, index) => index + 1);

/** Why a worker that left no result did not. */
function endWithoutResult(exit: ExecutorStatus['exit']): string {
  if (exit?.code === 0) return 'The module ended the program before Pulumi was done.';
  return `The program ended before Pulumi was done: ${exit?.detail ?? 'its end was not seen'}`;
}

/** Runs Pulumi programs through the Automation API, each in a worker of its own under the executor. */
export function createPulumiEngine(options: PulumiEngineOptions): IacEngine {
  const { executor, hostEnvironment, extraCaFile } = options;
  const davitProvider = join(repository, 'packages', 'pulumi-provider', 'src', 'main.ts');
  const folders = createJobFolders({ root: options.folder, node: process.execPath, davitProvider });
  const nodeFolder = dirname(process.execPath);
  // What lies in the system's folders every sandbox sees.
  const readableNode = nodeFolder.startsWith('/usr/') ? [] : [dirname(nodeFolder)];
  let found: PulumiCli | undefined;

  async function cli(signal: AbortSignal): Promise<PulumiCli> {
    found ??= await findPulumi(pulumiFolders(hostEnvironment['PATH'] ?? ''), signal);
    return found;
  }

  async function languageOf(program: WorkerRequest['program'], pulumi: PulumiCli): Promise<InstalledLanguage> {
    if (program?.type !== 'local') return { folders: [], readable: [] };
    const path = hostEnvironment['PATH'] ?? '';
    return await findLanguage(program.runtime.name, { hosts: [pulumi.folder], path });
  }

  async function commandOf(job: StackJob, signal: AbortSignal): Promise<ExecutorCommand> {
    const pulumi = await cli(signal);
    const folder = folders.jobFolder(job);
    const program = job.moduleFolder === null ? null : await findModuleProgram(job.moduleFolder);
    const language = await languageOf(program, pulumi);
    const { operation, clearPending, moduleFolder, attempt } = job;
    const { project, stack } = job.address;
    const sharedPlugins = options.pluginFolder;
    await mkdir(sharedPlugins, { recursive: true });
    const request = {
      operation,
      project,
      stack,
      moduleFolder,
      program,
      folder,
      clearPending,
      sharedPlugins,
      isPlanned: job.plan !== null,
      importIds: { ...job.importIds },
      cliVersion: pulumi.version,
      attempt,
    };
    const requestFile = await folders.writeRequest(job, request);
    const { PATH: modulePath, ...moduleEnvironment } = job.environment;
    const files = Object.entries(job.files).map(([name, file]) => [name, join(folder, 'files', file.name)]);
    const plugins = folders.pluginFolder(job.stackKey);
    const codeCache = folders.codeCacheFolder(job.stackKey);
    return {
      // One stream for all, so that the order of the lines is that in which they were written.
      argv: ['/bin/sh', '-c', 'exec "$@" 2>&1', 'stack', process.execPath, workerProgram, requestFile],
      env: {
        ...moduleEnvironment,
        ...job.variables,
        ...(Object.fromEntries(files) as Record<string, string>),
        ...(extraCaFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: extraCaFile, SSL_CERT_FILE: extraCaFile }),
        LANG: 'C.UTF-8',
        HOME: join(folder, 'home'),
        PATH: [
          join(folder, 'bin'),
          pulumi.folder,
          nodeFolder,
          ...(modulePath === undefined ? [] : [modulePath]),
          ...language.folders,
          '/usr/local/bin',
          '/usr/bin',
          '/bin',
        ].join(':'),
        PULUMI_HOME: join(folder, 'home'),
        NODE_COMPILE_CACHE: codeCache,
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        PULUMI_CONFIG_PASSPHRASE: job.passphrase,
        STACK_INPUT_YAML: job.input,
      },
      cwd: folder,
      isolationKey: job.stackKey,
      writable: [folder, plugins, codeCache],
      readable: [
        ...new Set([
          ...ownReadable,
          ...readableNode,
          pulumi.folder,
          sharedPlugins,
          ...language.readable,
          ...job.readable,
          ...(extraCaFile === undefined ? [] : [extraCaFile]),
        ]),
      ],
      limits,
    };
  }

  /** Ids of the commands that were begun for a job, in their order. */
  async function attemptsOf(id: string, signal: AbortSignal): Promise<string[]> {
    const known = new Set((await executor.list(signal)).map((status) => status.id));
    return attemptNumbers.map((attempt) => commandId({ id, attempt })).filter((each) => known.has(each));
  }

  async function outputsOf(job: StackJob): Promise<StackEnd['outputs']> {
    const sealed = await folders.readOutputs(job);
    const text = sealed === null ? undefined : openOutputs(job.passphrase, sealed);
    return text === undefined ? null : (JSON.parse(text) as StackEnd['outputs']);
  }

  async function isBegun(job: Pick<StackJob, 'id' | 'attempt'>, signal: AbortSignal): Promise<boolean> {
    return (await attemptsOf(job.id, signal)).includes(commandId(job));
  }

  async function forget(job: Pick<StackJob, 'id' | 'stackKey'>, signal: AbortSignal): Promise<void> {
    for (const id of await attemptsOf(job.id, signal)) await executor.remove(id, signal);
    await options.removeFolder(folders.jobFolder(job), signal);
  }

  /** What was compiled of modules that are no more is never asked for again. */
  async function tidyCodeCache(stackKey: string, signal: AbortSignal): Promise<void> {
    const folder = folders.codeCacheFolder(stackKey);
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    if (names.length > mostCompiled) await options.removeFolder(folder, signal);
  }

  return {
    async describe(signal) {
      return { name: 'Pulumi', version: (await cli(signal)).version };
    },

    async prepare(job, stateOf, onLeft, signal) {
      const jobs = await folders.listJobs(job.stackKey);
      for (const id of jobs.filter((each) => each !== job.id)) {
        for (const attempt of await attemptsOf(id, signal)) await executor.stop(attempt, terminateMs, signal);
        await onLeft(id, await folders.readState({ ...job, id }));
        await forget({ id, stackKey: job.stackKey }, signal);
      }
      await tidyCodeCache(job.stackKey, signal);
      await folders.create(job, await stateOf());
    },

    async run(job, sink, skip, signal) {
      const id = commandId(job);
      if (!(await isBegun(job, signal))) await executor.start(id, await commandOf(job, signal), signal);
      const { result, errors, ...followed } = await followFrames(executor, id, sink, skip, signal);
      const { exit } = await executor.wait(id, signal);
      const told = { ...followed, exitCode: exit?.code ?? null };
      if (result?.succeeded !== true) {
        const message = result === undefined ? endWithoutResult(exit) : result.message;
        const brokePlan = job.plan !== null && beyondPlan.test(message ?? '');
        const causes = errors.length === 0 && message !== null ? [message] : errors;
        const transient = result !== undefined && !brokePlan && isTransientFailure(causes);
        return { ...told, succeeded: false, message, outputs: null, plan: null, brokePlan, transient };
      }
      const plan = job.operation === 'preview' ? await folders.readPlan(job) : null;
      const { message } = result;
      const outputs = await outputsOf(job);
      return { ...told, succeeded: true, message, outputs, plan, brokePlan: false, transient: false };
    },

    isBegun,
    readState: (job) => folders.readState(job),
    exportState: exportDeployment,
    checkState: checkDeployment,

    async cancel(job, graceMs, sink, skip, signal) {
      const attempts = await attemptsOf(job.id, signal);
      const last = attempts.at(-1);
      if (last === undefined) return;
      await folders.askToCancel(job);
      const hard = new AbortController();
      const timer = setTimeout(() => void executor.stop(last, terminateMs, signal).catch(() => hard.abort()), graceMs);
      let left = skip;
      try {
        for (const id of attempts) {
          const { pieces } = await followFrames(executor, id, sink, left, AbortSignal.any([signal, hard.signal]));
          left = Math.max(0, left - pieces);
        }
      } finally {
        clearTimeout(timer);
      }
      await executor.stop(last, terminateMs, signal);
    },

    forget,
    forgetStack: (stackKey, signal) => options.removeFolder(folders.stackFolder(stackKey), signal),
  };
}
