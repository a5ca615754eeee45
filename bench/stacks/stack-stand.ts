import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findPulumi, pulumiFolders } from '../../packages/server/src/adapters/iac/pulumi/pulumi-cli.ts';
import { startGitServer } from '../../packages/server/test/support/git-server.ts';
import { type ServerProcess, startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { createBenchDatabase } from '../runs/bench-database.ts';
import { followLines } from './follow-lines.ts';

/** What the program of a stack does. */
export interface Spec {
  resources: number;
  lines: number;
}

export interface Update {
  id: string;
  runId: string;
  status: string;
  reason: string | null;
}

/** A real platform with a kind `Bench` whose module is in a Git repository, and the same program without davit. */
export interface StackStand {
  server: ServerProcess;
  /** Stores a manifest; the id of its resource. */
  apply(name: string, spec: Spec): Promise<string>;
  deploy(resourceId: string): Promise<Update>;
  /** Follows it to its end; throws unless it succeeded. */
  settled(update: Pick<Update, 'id' | 'runId'>): Promise<void>;
  /** Runs the program on the bare engine, whose state stays below this name; what it writes goes to a file. */
  bare(name: string, spec: Spec): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const repository = fileURLToPath(new URL('../../', import.meta.url));
const bareProgram = fileURLToPath(new URL('./bare-up.ts', import.meta.url));
const sdk = join(repository, 'packages', 'server', 'node_modules', '@pulumi', 'pulumi');
const specSchema = {
  type: 'object',
  properties: { resources: { type: 'integer' }, lines: { type: 'integer' } },
  additionalProperties: false,
};

/** The environment of the bare engine: the CLI and the provider of dynamic resources are found as davit lets them be found. */
async function bareEnvironment(folder: string): Promise<Record<string, string>> {
  const pulumi = await findPulumi(pulumiFolders(process.env['PATH'] ?? ''), AbortSignal.timeout(30_000));
  const provider = join(folder, 'pulumi-resource-pulumi-nodejs');
  const dynamic = join(sdk, 'cmd', 'dynamic-provider', 'index.js');
  await writeFile(provider, `#!/bin/sh\nexec "${process.execPath}" "${dynamic}" "$@"\n`, { mode: 0o755 });
  return {
    PATH: [folder, pulumi.folder, dirname(process.execPath), '/usr/bin', '/bin'].join(':'),
    HOME: folder,
    PULUMI_HOME: join(folder, 'home'),
    PULUMI_SKIP_UPDATE_CHECK: 'true',
    PULUMI_CONFIG_PASSPHRASE: 'bench',
  };
}

/** Starts all of it; `workers` runs are worked on at once. */
export async function startStackStand(workers: number): Promise<StackStand> {
  await using made = new AsyncDisposableStack();
  const database = made.use(await createBenchDatabase());
  const git = await startGitServer();
  made.defer(() => git.stop());
  const server = made.use(
    await startServerProcess({ DATABASE_URL: database.connectionString, WORKER_CONCURRENCY: String(workers) }),
  );
  const folder = await mkdtemp('/var/tmp/davit-bench-stacks-');
  await chmod(folder, 0o755);
  made.defer(() => rm(folder, { recursive: true, force: true }));
  const env = await bareEnvironment(folder);
  const module = await readFile(new URL('./bench-module.js', import.meta.url), 'utf8');
  await git.createRepository('modules', { 'bench/module.js': module });
  const source = { url: git.urlOf('modules'), folder: 'bench', specSchema };
  await server.api.done('PUT', '/v1/kinds/Bench/module', source);
  const parts = made.move();
  return {
    server,
    async apply(name, spec) {
      const manifest = JSON.stringify({ apiVersion: 'v1', kind: 'Bench', metadata: { name }, spec });
      const { waves } = await server.api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', { manifest });
      return waves[0]?.[0] ?? '';
    },
    deploy: (id) => server.api.done<Update>('POST', `/v1/cloud-resources/${id}/deploy`, {}),
    async settled({ id, runId }) {
      // Asking again and again, with all of the output each time, was a third of what the server did.
      await followLines(server, runId);
      const { status, reason } = await server.api.done<Update>('GET', `/v1/stack-updates/${id}?output=false`);
      if (status !== 'success') throw new Error(`${id} ended ${status}: ${reason}`);
    },
    async bare(name, { resources, lines }) {
      const argv = [bareProgram, join(folder, name), String(resources), String(lines)];
      // What it writes ends in a file, as it does where somebody wants to read it later.
      await using written = await open(join(folder, 'bare.log'), 'w');
      const child = spawn(process.execPath, argv, { env, stdio: ['ignore', written.fd, 'inherit'] });
      const [code] = (await once(child, 'exit')) as [number | null];
      if (code !== 0) throw new Error(`the bare engine ended with ${code}`);
    },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}
