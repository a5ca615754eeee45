import { lstat, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { StackAddress, StackJob } from '../iac.ts';
import { cancelFile, outputsFile, planFile, restoredStateFile, type WorkerRequest } from './frame.ts';
import { statePath } from './state-path.ts';
import { readTenantFile } from './tenant-file.ts';

type JobName = Pick<StackJob, 'id' | 'stackKey'>;

/** Folders of a stack that are no job's. */
const plugins = 'plugins';
const codeCache = 'code-cache';

const namePattern = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * The folders of stacks: `KEY/JOB/` belongs to one job, is new for each, and holds the state that was put there; what a
 * program leaves in it reaches no other. `KEY/plugins/` is what Pulumi downloaded for the stack, `KEY/code-cache/` what Node compiled
 * for it: a sixth of the processor time of an update that has it. Each stack has its own, since whoever writes it decides what runs.
 */
export interface JobFolders {
  stackFolder(stackKey: string): string;
  pluginFolder(stackKey: string): string;
  codeCacheFolder(stackKey: string): string;
  /** Jobs that have a folder. */
  listJobs(stackKey: string): Promise<string[]>;
  jobFolder(job: JobName): string;
  /** Whole or not at all; one that is there stays as it is. */
  create(job: JobName & { address: StackAddress }, state: string | null): Promise<void>;
  /** Before an attempt of the job is started. */
  writeRequest(
    job: Pick<StackJob, 'id' | 'stackKey' | 'address' | 'files' | 'plan' | 'restoredState'>,
    request: WorkerRequest,
  ): Promise<string>;
  readState(job: JobName & { address: StackAddress }): Promise<string | null>;
  readOutputs(job: JobName): Promise<string | null>;
  /** What `plan` of a later job may be. */
  readPlan(job: JobName & { address: StackAddress }): Promise<string | null>;
  askToCancel(job: JobName): Promise<void>;
}

/** A plan with the stack's settings of then: the salt is in them without which the secrets of the plan cannot be opened. */
const planText = z.strictObject({ plan: z.string(), settings: z.string().nullable() });

const backendOf = (folder: string): string => join(folder, 'state');

/** Stands in for a plugin's own script, which would look for Node, or for packages, from the job's folder. */
function plugin(node: string, script: string): string {
  return `#!/bin/sh\nexec "${node}" "${script}" "$@"\n`;
}

export interface JobFolderOptions {
  /** Where the folders are made. */
  root: string;
  node: string;
  /** The program of davit's own provider. */
  davitProvider: string;
}

/** Makes the folders of jobs. */
export function createJobFolders({ root, node, davitProvider }: JobFolderOptions): JobFolders {
  const stackFolder = (stackKey: string): string => {
    if (!namePattern.test(stackKey)) throw new RangeError('no key of a stack');
    return join(root, stackKey);
  };
  const jobFolder = ({ id, stackKey }: JobName): string => {
    if (!namePattern.test(id)) throw new RangeError('no id of a job');
    return join(stackFolder(stackKey), id);
  };
  const pluginFolder = (stackKey: string): string => join(stackFolder(stackKey), plugins);

  const codeCacheFolder = (stackKey: string): string => join(stackFolder(stackKey), codeCache);

  const settingsPath = (job: JobName & { address: StackAddress }): string =>
    join(jobFolder(job), 'work', `Pulumi.${job.address.stack}.yaml`);

  async function writePlan(job: JobName & { address: StackAddress }, text: string): Promise<void> {
    const { plan, settings } = planText.parse(JSON.parse(text));
    const mode = { mode: 0o600, flag: 'wx' };
    if (settings !== null) await writeFile(settingsPath(job), settings, mode).catch(ignoreExisting);
    await writeFile(join(jobFolder(job), planFile), plan, mode).catch(ignoreExisting);
  }

  async function fill(
    folder: string,
    address: StackAddress,
    state: string | null,
    pluginsOfStack: string,
  ): Promise<void> {
    for (const name of ['bin', 'work', 'state', 'files', 'home']) await mkdir(join(folder, name), { recursive: true });
    await symlink(pluginsOfStack, join(folder, 'home', 'plugins'));
    const script = plugin(node, davitProvider);
    await writeFile(join(folder, 'bin', 'pulumi-resource-davit'), script, { mode: 0o755 });
    if (state === null) return;
    const path = statePath(backendOf(folder), address);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, state, { mode: 0o600 });
  }

  return {
    stackFolder,
    pluginFolder,
    codeCacheFolder,
    jobFolder,
    async listJobs(stackKey) {
      const names = await readdir(stackFolder(stackKey)).catch(() => []);
      return names.filter((name) => name !== plugins && name !== codeCache && !name.endsWith('.new'));
    },
    async create(job, state) {
      const folder = jobFolder(job);
      const pluginsOfStack = pluginFolder(job.stackKey);
      for (const path of [pluginsOfStack, codeCacheFolder(job.stackKey)]) await mkdir(path, { recursive: true });
      if ((await lstat(folder).catch(() => undefined)) !== undefined) return;
      const half = `${folder}.new`;
      await rm(half, { recursive: true, force: true });
      await mkdir(half, { mode: 0o755 });
      await fill(half, job.address, state, pluginsOfStack);
      await rename(half, folder);
    },
    async writeRequest(job, request) {
      const folder = jobFolder(job);
      const path = join(folder, `request-${request.attempt}.json`);
      for (const { name, content } of Object.values(job.files)) {
        await writeFile(join(folder, 'files', name), content, { mode: 0o600, flag: 'wx' }).catch(ignoreExisting);
      }
      if (job.plan !== null) await writePlan(job, job.plan);
      if (job.restoredState !== null) {
        const state = join(folder, restoredStateFile);
        await writeFile(state, job.restoredState, { mode: 0o600, flag: 'wx' }).catch(ignoreExisting);
      }
      await writeFile(path, JSON.stringify(request), { mode: 0o644, flag: 'wx' }).catch(ignoreExisting);
      return path;
    },
    readState: (job) => readTenantFile(statePath(backendOf(jobFolder(job)), job.address)),
    readOutputs: (job) => readTenantFile(join(jobFolder(job), outputsFile)),
    async readPlan(job) {
      const plan = await readTenantFile(join(jobFolder(job), planFile));
      return plan === null ? null : JSON.stringify({ plan, settings: await readTenantFile(settingsPath(job)) });
    },
    async askToCancel(job) {
      // Never over a link that a program put there.
      await writeFile(join(jobFolder(job), cancelFile), '', { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST' && error.code !== 'ENOENT') throw error;
      });
    },
  };
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
