import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestStacks, type TestStacks } from '../../../server/test/support/test-stacks.ts';

// What a person does with cloud resources at a terminal, against a real platform, Pulumi and an S3 server.

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url));

let stacks: TestStacks;
let folder: string;
beforeAll(async () => {
  stacks = await startTestStacks();
  folder = await mkdtemp(join(tmpdir(), 'davit-manifests-'));
});
afterAll(async () => {
  await stacks[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function davit(...argv: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const { PATH = '', HOME = '' } = process.env;
  const { url, api } = stacks.platform;
  const env = { PATH, HOME, XDG_CONFIG_HOME: folder, NO_COLOR: '1', DAVIT_URL: url, DAVIT_TOKEN: api.token };
  const child = spawn(process.execPath, [main, ...argv], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

test('a folder of manifests is deployed in order, seen, and taken back', async () => {
  await writeFile(
    join(folder, 'a-taker.yaml'),
    stacks.manifest('taker', '  label:\n    valueFrom: { kind: S3Buckets, name: giver, fieldPath: bucketName }\n'),
  );
  await writeFile(join(folder, 'b-giver.yaml'), stacks.manifest('giver', '  buckets: 2\n'));

  const valid = await davit('resource', 'validate', '-f', folder);
  expect(valid.stdout).toBe('Valid. In this order:\n1. S3Buckets/giver\n2. S3Buckets/taker\n');

  const deployed = await davit('deploy', '-f', folder);
  expect(deployed.code).toBe(0);
  expect(deployed.stderr).toContain('Credential prod: ');
  expect(deployed.stderr).toContain('making 2 bucket(s) for giver');
  expect(deployed.stderr).toContain('✓ apply');
  expect(deployed.stdout).toContain('S3Buckets/giver: 3 create');
  expect(deployed.stdout).toMatch(/^token +\(secret\)$/m);
  expect(await stacks.s3.listBuckets()).toEqual(['giver-1', 'giver-2', 'taker-1']);

  const { stdout: shown } = await davit('resource', 'get', 'giver');
  expect(shown).toMatch(/^bucketName +giver-1$/m);
  expect((await davit('resource', 'list', '--quiet')).stdout.trim().split('\n')).toHaveLength(2);

  const preview = await davit('resource', 'preview', 'taker', '--json');
  expect(JSON.parse(preview.stdout)).toMatchObject({ operation: 'preview', status: 'success', changes: { same: 2 } });

  const { stdout: updates } = await davit('stack-update', 'list', '--resource', 'giver');
  expect(updates).toMatch(/^stu_\S+ +deploy +success /);
  const id = updates.split(' ')[0] ?? '';
  expect((await davit('stack-update', 'logs', id)).stdout).toContain('making 2 bucket(s) for giver');

  for (const name of ['taker', 'giver']) expect((await davit('resource', 'delete', name, '--yes')).code).toBe(0);
  expect(await stacks.s3.listBuckets()).toEqual([]);
  expect((await davit('resource', 'list')).stdout).toBe('There is no cloud resource yet.\n');
});

describe('what is wrong', () => {
  test('in a manifest is told with its place, and exit code 2', async () => {
    await writeFile(join(folder, 'wrong.yaml'), stacks.manifest('wrong', '  bukkets: 2\n'));
    const { code, stderr } = await davit('deploy', '-f', 'wrong.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('line 6, column 3, spec.bukkets: there is no such field; did you mean "buckets"?');
  });

  test('with a name is told, and exit code 4', async () => {
    expect(await davit('resource', 'preview', 'nothing')).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('"nothing"'),
    });
  });
});

test('kinds are listed and explained', async () => {
  const kinds = (await davit('resource', 'kinds', '--quiet')).stdout.trim().split('\n');
  expect(kinds).toEqual(expect.arrayContaining(['AwsS3Bucket', 'S3Buckets']));
  expect(kinds).toEqual(kinds.toSorted());
  const { stdout } = await davit('resource', 'explain', 'AwsS3Bucket');
  expect(stdout).toMatch(/^ {2}region +string +required +Where the bucket is\.$/m);
  expect(stdout).toMatch(/^ {2}versioning +boolean +default true /m);
  expect(stdout).toContain('kind: AwsS3Bucket');
});
