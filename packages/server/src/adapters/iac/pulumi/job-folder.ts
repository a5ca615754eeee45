import { lstat, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { StackAddress, StackJob } from '../iac.ts';
import { cancelFile, outputsFile, type WorkerRequest } from './frame.ts';
import { readTenantFile } from './tenant-file.ts';

type JobName = Pick<StackJob, 'id' | 'stackKey'>;

const namePattern = /^[A-Za-z0-9_-]{1,100}$/;

/**
 * The folders of stacks: `KEY/JOB/` belongs to one job, is new for each, and holds the state that was put there; what a
 * program leaves in it reaches no other. `KEY/plugins/` is what Pulumi downloaded for the stack.
 */
export interface JobFolders {
  stackFolder(stackKey: string): string;
  pluginFolder(stackKey: string): string;
  jobFolder(job: JobName): string;
  /** Whole or not at all; one that is there stays as it is. */
  create(job: JobName & { address: StackAddress }, state: string | null): Promise<void>;
  /** Before the job is started the first time. */
  writeRequest(job: JobName, request: WorkerRequest, files: StackJob['files']): Promise<string>;
  readState(job: JobName & { address: StackAddress }): Promise<string | null>;
  readOutputs(job: JobName): Promise<string | null>;
  askToCancel(job: JobName): Promise<void>;
}

/** Where Pulumi's file backend keeps the state of a stack. */
function statePath(folder: string, { project, stack }: StackAddress): string {
  return join(folder, 'state', '.pulumi', 'stacks', project, `${stack}.json`);
}

/** Stands in for the npm package's own, which asks Node for a package that it does not find from the job's folder. */
function dynamicProvider(node: string, sdk: string): string {
  return `#!/bin/sh\nexec "${node}" "${join(sdk, 'cmd', 'dynamic-provider', 'index.js')}" "$@"\n`;
}

/** Makes the folders below `root`. `sdk`: the folder of @pulumi/pulumi. */
export function createJobFolders({ root, node, sdk }: { root: string; node: string; sdk: string }): JobFolders {
  const stackFolder = (stackKey: string): string => {
    if (!namePattern.test(stackKey)) throw new RangeError('no key of a stack');
    return join(root, stackKey);
  };
  const jobFolder = ({ id, stackKey }: JobName): string => {
    if (!namePattern.test(id)) throw new RangeError('no id of a job');
    return join(stackFolder(stackKey), id);
  };
  const pluginFolder = (stackKey: string): string => join(stackFolder(stackKey), 'plugins');

  async function fill(folder: string, address: StackAddress, state: string | null, plugins: string): Promise<void> {
    for (const name of ['bin', 'work', 'state', 'files', 'home']) await mkdir(join(folder, name), { recursive: true });
    await symlink(plugins, join(folder, 'home', 'plugins'));
    await writeFile(join(folder, 'bin', 'pulumi-resource-pulumi-nodejs'), dynamicProvider(node, sdk), { mode: 0o755 });
    if (state === null) return;
    const path = statePath(folder, address);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, state, { mode: 0o600 });
  }

  return {
    stackFolder,
    pluginFolder,
    jobFolder,
    async create(job, state) {
      const folder = jobFolder(job);
      const plugins = pluginFolder(job.stackKey);
      await mkdir(plugins, { recursive: true });
      if ((await lstat(folder).catch(() => undefined)) !== undefined) return;
      const half = `${folder}.new`;
      await rm(half, { recursive: true, force: true });
      await mkdir(half, { mode: 0o755 });
      await fill(half, job.address, state, plugins);
      await rename(half, folder);
    },
    async writeRequest(job, request, files) {
      const folder = jobFolder(job);
      const path = join(folder, 'request.json');
      for (const { name, content } of Object.values(files)) {
        await writeFile(join(folder, 'files', name), content, { mode: 0o600, flag: 'wx' }).catch(ignoreExisting);
      }
      await writeFile(path, JSON.stringify(request), { mode: 0o644, flag: 'wx' }).catch(ignoreExisting);
      return path;
    },
    readState: (job) => readTenantFile(statePath(jobFolder(job), job.address)),
    readOutputs: (job) => readTenantFile(join(jobFolder(job), outputsFile)),
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
