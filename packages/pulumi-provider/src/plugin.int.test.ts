import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';

// The plugin as the real engine starts it.

const pulumi = fileURLToPath(new URL('../../../.cache/tools/pulumi-3.200.0/pulumi', import.meta.url));
const plugin = fileURLToPath(new URL('../bin/pulumi-resource-davit', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-plugin-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<string> {
  const PATH = `${dirname(process.execPath)}:/usr/bin:/bin`;
  const env = { PATH, HOME: folder, PULUMI_HOME: folder, PULUMI_SKIP_UPDATE_CHECK: 'true' };
  return (await promisify(execFile)(pulumi, argv, { env, cwd: folder, maxBuffer: 8 * 1024 ** 2 })).stdout;
}

test('tells the engine its schema, without a davit to call, and the engine finds no fault in it', async () => {
  const text = await run('package', 'get-schema', plugin);
  const schema = JSON.parse(text) as { name: string; resources: object };
  expect(schema.name).toBe('davit');
  expect(Object.keys(schema.resources).toSorted()).toEqual([
    'davit:index:Environment',
    'davit:index:Project',
    'davit:index:Service',
    'davit:index:Variable',
  ]);
  const file = join(folder, 'schema.json');
  await writeFile(file, text);
  await run('schema', 'check', file);
  // A schema that is wrong is found to be.
  await writeFile(file, text.replaceAll('#/types/davit:index:ServiceSourceReference"', '#/types/davit:index:Nothing"'));
  await expect(run('schema', 'check', file)).rejects.toThrow();
});
