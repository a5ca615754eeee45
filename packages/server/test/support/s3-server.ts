import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.ts';

/** A real S3 server with a key for everything, and one for reading. */
export interface S3Server {
  readonly endpoint: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** May list and read, and nothing else. */
  readonly reader: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Names of all buckets, sorted. */
  listBuckets(): Promise<string[]>;
  createBucket(name: string): Promise<void>;
  deleteBucket(name: string): Promise<void>;
  putObject(bucket: string, name: string, content: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const program = fileURLToPath(new URL('../../../../.cache/tools/seaweedfs/bin/weed', import.meta.url));

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html */
async function signed(
  server: Pick<S3Server, 'endpoint' | 'accessKeyId' | 'secretAccessKey'>,
  method: string,
  path: string,
  body = '',
) {
  const url = new URL(path, server.endpoint);
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const headers = { host: url.host, 'x-amz-content-sha256': sha256(body), 'x-amz-date': time };
  const names = Object.keys(headers).join(';');
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}`);
  const canonical = [method, url.pathname, '', ...lines, '', names, sha256(body)].join('\n');
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonical)].join('\n');
  const start = hmac(`AWS4${server.secretAccessKey}`, time.slice(0, 8));
  const key = ['us-east-1', 's3', 'aws4_request'].reduce(hmac, start);
  const signature = hmac(key, text).toString('hex');
  const authorization = `AWS4-HMAC-SHA256 Credential=${server.accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  return await fetch(url, { method, headers: { ...headers, authorization }, ...(body === '' ? {} : { body }) });
}

async function waitForAnswer(process: ChildProcess, server: Parameters<typeof signed>[0]): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && process.exitCode === null) {
    // It answers before it can keep anything.
    const made = await signed(server, 'PUT', '/probe').catch(() => undefined);
    const gone = made?.ok ? await signed(server, 'DELETE', '/probe').catch(() => undefined) : undefined;
    if (gone?.ok) return;
    await sleep(200);
  }
  throw new Error('the S3 server did not start');
}

/** Starts SeaweedFS with its S3 gateway on loopback, in a folder of its own. */
export async function startS3Server(): Promise<S3Server> {
  for (let tries = 1; ; tries++) {
    try {
      return await tryToStart();
    } catch (error) {
      // It needs eight ports by number: on a machine that does much else, one may be taken before it is there.
      if (tries === 5) throw error;
    }
  }
}

function createKey() {
  return {
    accessKeyId: `AKIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(20).toString('hex'),
  };
}

const credentialsOf = ({ accessKeyId, secretAccessKey }: ReturnType<typeof createKey>) => [
  { accessKey: accessKeyId, secretKey: secretAccessKey },
];

async function tryToStart(): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'davit-s3-'));
  const owner = createKey();
  const reader = createKey();
  const identities = [
    { name: 'test', credentials: credentialsOf(owner), actions: ['Admin', 'Read', 'Write', 'List'] },
    { name: 'reader', credentials: credentialsOf(reader), actions: ['Read', 'List'] },
  ];
  await writeFile(join(folder, 's3.json'), JSON.stringify({ identities }));
  const ports: number[] = [];
  for (let count = 0; count < 8; count++) ports.push(await freePort());
  const [s3, master, masterGrpc, volume, volumeGrpc, filer, filerGrpc, s3Grpc] = ports;
  const argv = [
    'server',
    `-dir=${folder}`,
    '-ip=127.0.0.1',
    '-s3',
    `-s3.port=${s3}`,
    `-s3.port.grpc=${s3Grpc}`,
    // Catalogues at fixed ports, of which a machine has one.
    '-s3.port.iceberg=0',
    '-s3.port.lance=0',
    `-s3.config=${join(folder, 's3.json')}`,
    '-master.telemetry=false',
    '-s3.iam=false',
    // As S3 itself.
    '-s3.allowDeleteBucketNotEmpty=false',
    `-master.port=${master}`,
    `-master.port.grpc=${masterGrpc}`,
    '-master.volumeSizeLimitMB=64',
    `-volume.port=${volume}`,
    `-volume.port.grpc=${volumeGrpc}`,
    '-volume.max=100',
    `-filer.port=${filer}`,
    `-filer.port.grpc=${filerGrpc}`,
  ];
  const child = spawn(program, argv, { cwd: folder, stdio: 'ignore', env: { PATH: '/usr/bin:/bin', HOME: folder } });
  const gone = once(child, 'exit');
  const server = { endpoint: `http://127.0.0.1:${s3}`, ...owner, reader };
  const dispose = async () => {
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitForAnswer(child, server);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    ...server,
    async listBuckets() {
      const text = await (await signed(server, 'GET', '/')).text();
      return [...text.matchAll(/<Name>([^<]+)<\/Name>/g)].map(([, name = '']) => name).sort();
    },
    async createBucket(name) {
      const answer = await signed(server, 'PUT', `/${name}`);
      if (!answer.ok) throw new Error(`bucket ${name} was not created: ${answer.status}`);
    },
    async deleteBucket(name) {
      const answer = await signed(server, 'DELETE', `/${name}`);
      if (!answer.ok) throw new Error(`bucket ${name} was not deleted: ${answer.status}`);
    },
    async putObject(bucket, name, content) {
      const answer = await signed(server, 'PUT', `/${bucket}/${name}`, content);
      if (!answer.ok) throw new Error(`${bucket}/${name} was not stored: ${answer.status}`);
    },
    [Symbol.asyncDispose]: dispose,
  };
}
