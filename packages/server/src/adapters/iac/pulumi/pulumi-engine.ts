import { readdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Executor, ExecutorCommand, ExecutorStatus } from '../../executor/executor.ts';
import type { IacEngine, StackEnd, StackJob } from '../iac.ts';
import { followFrames } from './follow-frames.ts';
import { createJobFolders } from './job-folder.ts';
import { findModuleFile } from './module-file.ts';
import { findPulumi, type PulumiCli, pulumiFolders } from './pulumi-cli.ts';
import { openOutputs } from './sealed-outputs.ts';

export interface PulumiEngineOptions {
  executor: Executor;
  /** Where jobs have their folders; davit's own. */
  folder: string;
  /** davit's own environment: where its PATH leads. */
  hostEnvironment: Readonly<Record<string, string>>;
  extraCaFile: string | undefined;
  /** Removes a folder whose files belong to users of programs. */
  removeFolder(path: string, signal: AbortSignal): Promise<void>;
}

const packageFolder = fileURLToPath(new URL('../../../../', import.meta.url));
const repository = join(packageFolder, '..', '..');
const workerProgram = fileURLToPath(new URL('./worker/worker.ts', import.meta.url));
const sdk = dirname(createRequire(import.meta.url).resolve('@pulumi/pulumi/package.json'));
/** What the worker imports. */
const ownReadable = [
  join(repository, 'node_modules'),
  join(packageFolder, 'node_modules'),
  join(packageFolder, 'package.json'),
  dirname(fileURLToPath(import.meta.url)),
];
const limits = { memoryBytes: 2 * 1024 ** 3, processes: 1000 };
/** From SIGTERM to SIGKILL, once an interrupt was in vain. */
const terminateMs = 5_000;

/** Why a worker that left no result did not. */
function endWithoutResult(exit: ExecutorStatus['exit']): string {
  if (exit?.code === 0) return 'The module ended the program before Pulumi was done.';
  return `The program ended before Pulumi was done: ${exit?.detail ?? 'its end was not seen'}`;
}

/** Runs Pulumi programs through the Automation API, each in a worker of its own under the executor. */
export function createPulumiEngine(options: PulumiEngineOptions): IacEngine {
  const { executor, hostEnvironment, extraCaFile } = options;
  const folders = createJobFolders({ root: options.folder, node: process.execPath, sdk });
  const nodeFolder = dirname(process.execPath);
  // What lies in the system's folders every sandbox sees.
  const readableNode = nodeFolder.startsWith('/usr/') ? [] : [dirname(nodeFolder)];
  let found: PulumiCli | undefined;

  async function cli(signal: AbortSignal): Promise<PulumiCli> {
    const built = join(repository, '.cache', 'tools', 'pulumi-3.200.0');
    found ??= await findPulumi(pulumiFolders(hostEnvironment['PATH'] ?? '', built), signal);
    return found;
  }

  async function commandOf(job: StackJob, signal: AbortSignal): Promise<ExecutorCommand> {
    const pulumi = await cli(signal);
    const folder = folders.jobFolder(job);
    const moduleFile = await findModuleFile(job.moduleFolder);
    const { operation, clearPending } = job;
    const { project, stack } = job.address;
    const request = { operation, project, stack, moduleFile, folder, clearPending };
    const requestFile = await folders.writeRequest(job, request, job.files);
    const files = Object.entries(job.files).map(([name, file]) => [name, join(folder, 'files', file.name)]);
    const plugins = folders.pluginFolder(job.stackKey);
    return {
      // One stream for all, so that the order of the lines is that in which they were written.
      argv: ['/bin/sh', '-c', 'exec "$@" 2>&1', 'stack', process.execPath, workerProgram, requestFile],
      env: {
        ...job.variables,
        ...(Object.fromEntries(files) as Record<string, string>),
        ...(extraCaFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: extraCaFile, SSL_CERT_FILE: extraCaFile }),
        LANG: 'C.UTF-8',
        HOME: join(folder, 'home'),
        PATH: [join(folder, 'bin'), pulumi.folder, nodeFolder, '/usr/local/bin', '/usr/bin', '/bin'].join(':'),
        PULUMI_HOME: join(folder, 'home'),
        PULUMI_SKIP_UPDATE_CHECK: 'true',
        PULUMI_CONFIG_PASSPHRASE: job.passphrase,
        STACK_INPUT_YAML: job.input,
      },
      cwd: folder,
      isolationKey: job.stackKey,
      writable: [folder, plugins],
      readable: [
        ...new Set([
          ...ownReadable,
          ...readableNode,
          pulumi.folder,
          job.moduleFolder,
          ...job.readable,
          ...(extraCaFile === undefined ? [] : [extraCaFile]),
        ]),
      ],
      limits,
    };
  }

  async function isKnown(id: string, signal: AbortSignal): Promise<boolean> {
    return (await executor.list(signal)).some((status) => status.id === id);
  }

  async function outputsOf(job: StackJob): Promise<StackEnd['outputs']> {
    const sealed = await folders.readOutputs(job);
    const text = sealed === null ? undefined : openOutputs(job.passphrase, sealed);
    return text === undefined ? null : (JSON.parse(text) as StackEnd['outputs']);
  }

  async function forget(job: Pick<StackJob, 'id' | 'stackKey'>, signal: AbortSignal): Promise<void> {
    await executor.remove(job.id, signal);
    await options.removeFolder(folders.jobFolder(job), signal);
  }

  return {
    async describe(signal) {
      return { name: 'Pulumi', version: (await cli(signal)).version };
    },

    async prepare(job, stateOf, onLeft, signal) {
      const names = await readdir(folders.stackFolder(job.stackKey)).catch(() => []);
      for (const id of names.filter((name) => name !== 'plugins' && name !== job.id && !name.endsWith('.new'))) {
        if (await isKnown(id, signal)) await executor.stop(id, terminateMs, signal);
        await onLeft(id, await folders.readState({ ...job, id }));
        await forget({ id, stackKey: job.stackKey }, signal);
      }
      await folders.create(job, await stateOf());
    },

    async run(job, sink, skip, signal) {
      if (!(await isKnown(job.id, signal))) await executor.start(job.id, await commandOf(job, signal), signal);
      const { result, changes } = await followFrames(executor, job.id, sink, skip, signal);
      const { exit } = await executor.wait(job.id, signal);
      const exitCode = exit?.code ?? null;
      if (result === undefined)
        return { succeeded: false, message: endWithoutResult(exit), exitCode, changes, outputs: null };
      const outputs = result.succeeded ? await outputsOf(job) : null;
      return { succeeded: result.succeeded, message: result.message, exitCode, changes, outputs };
    },

    readState: (job) => folders.readState(job),

    async cancel(job, graceMs, sink, skip, signal) {
      if (!(await isKnown(job.id, signal))) return;
      await folders.askToCancel(job);
      const hard = new AbortController();
      const timer = setTimeout(
        () => void executor.stop(job.id, terminateMs, signal).catch(() => hard.abort()),
        graceMs,
      );
      try {
        await followFrames(executor, job.id, sink, skip, AbortSignal.any([signal, hard.signal]));
      } finally {
        clearTimeout(timer);
      }
      await executor.stop(job.id, terminateMs, signal);
    },

    forget,
    forgetStack: (stackKey, signal) => options.removeFolder(folders.stackFolder(stackKey), signal),
  };
}
