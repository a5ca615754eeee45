import { readFile } from 'node:fs/promises';
import { type GitServer, startGitServer } from './git-server.ts';
import { type Platform, type PlatformOptions, startPlatform } from './platform.ts';
import { type S3Server, startS3Server } from './s3-server.ts';
import { createSecretWatch, type SecretWatch } from './secret-watch.ts';
import { waitForEnd } from './wait-until.ts';

export interface UpdateView {
  id: string;
  runId: string;
  cloudResourceId: string;
  operation: string;
  status: string;
  reason: string | null;
  hint: string | null;
  errorCode: string | null;
  credential: { name: string; reason: string } | null;
  changes: Record<string, number> | null;
  output: string;
}

/** A platform with a kind `S3Buckets` whose module is in a Git repository, and a real S3 server that it makes buckets in. */
export interface TestStacks {
  platform: Platform;
  s3: S3Server;
  /** Of all that is handed in, and of the secret outputs of the module. */
  secrets: SecretWatch;
  /** YAML of a resource with this name. */
  manifest(name: string, spec?: string): string;
  /** Stores a manifest; ids of its resources, in the order in which they can be deployed. */
  apply(manifest: string): Promise<string[]>;
  ask(resourceId: string, operation: string, body?: object): Promise<UpdateView>;
  get(updateId: string): Promise<UpdateView>;
  settled(updateId: string): Promise<UpdateView>;
  run(resourceId: string, operation: string, body?: object): Promise<UpdateView>;
  bucketsOf(name: string): Promise<string[]>;
  /** Points a kind of AWS at a module with this source, in a repository of its own. */
  addKind(kind: string, source: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const moduleFile = new URL('../fixtures/s3-module/module.js', import.meta.url);
const specSchema = {
  type: 'object',
  properties: {
    endpoint: { type: 'string' },
    buckets: { type: 'integer', minimum: 1, maximum: 50 },
    delayMs: { type: 'integer' },
    gate: { type: 'string' },
    label: { type: 'string' },
  },
  required: ['endpoint'],
  additionalProperties: false,
};

/** Starts all of it, with one credential named `prod`. */
export async function startTestStacks(options: PlatformOptions = {}): Promise<TestStacks> {
  const s3 = await startS3Server();
  const secrets = createSecretWatch();
  const started = await Promise.allSettled([
    startPlatform({ ...options, watch: secrets, environment: { RUN_LEASE: '6s', ...options.environment } }),
    startGitServer(),
  ]);
  const [platform, git] = started.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as [
    Platform?,
    GitServer?,
  ];
  if (platform === undefined || git === undefined) {
    secrets.stop();
    await Promise.all([platform?.[Symbol.asyncDispose](), s3[Symbol.asyncDispose](), git?.stop()]);
    throw new Error('the platform for stacks did not start', { cause: started });
  }
  const { api } = platform;
  await git.createRepository('modules', { 'buckets/module.js': await readFile(moduleFile, 'utf8') });
  await api.done('PUT', '/v1/kinds/S3Buckets/module', {
    url: git.urlOf('modules'),
    folder: 'buckets',
    provider: 'aws',
    specSchema,
  });
  const { accessKeyId, secretAccessKey } = s3;
  const data = { accountId: '123456789012', accessKeyId, secretAccessKey };
  await api.done('POST', '/v1/credentials', { name: 'prod', provider: 'aws', data });

  const get = (id: string) => api.done<UpdateView>('GET', `/v1/stack-updates/${id}`);
  const ask = (id: string, operation: string, body: object = {}) =>
    api.done<UpdateView>('POST', `/v1/cloud-resources/${id}/${operation}`, body);
  const settled = async (id: string) => {
    // A server that is being restarted does not answer: that is part of what is tested.
    const find = () => get(id).catch(() => undefined);
    return await waitForEnd(`the end of ${id}`, async () => {
      const update = await find();
      return update !== undefined && !['queued', 'in_progress'].includes(update.status) && update;
    });
  };
  return {
    platform,
    s3,
    secrets,
    manifest(name, spec = '') {
      secrets.add(`token-of-${name}`);
      return `apiVersion: v1\nkind: S3Buckets\nmetadata: { name: ${name} }\nspec:\n  endpoint: ${s3.endpoint}\n${spec}`;
    },
    async apply(manifest) {
      const { waves } = await api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', { manifest });
      return waves.flat();
    },
    ask,
    get,
    settled,
    run: async (id, operation, body) => await settled((await ask(id, operation, body)).id),
    bucketsOf: async (name) => (await s3.listBuckets()).filter((bucket) => bucket.startsWith(`${name}-`)),
    async addKind(kind, source) {
      await git.createRepository(kind.toLowerCase(), { 'module.js': source });
      await api.done('PUT', `/v1/kinds/${kind}/module`, { url: git.urlOf(kind.toLowerCase()), provider: 'aws' });
    },
    async [Symbol.asyncDispose]() {
      secrets.stop();
      await platform[Symbol.asyncDispose]();
      await Promise.all([s3[Symbol.asyncDispose](), git.stop()]);
    },
  };
}
