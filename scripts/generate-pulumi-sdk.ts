/**
 * Writes packages/pulumi-provider/src/sdk/sdk.gen.ts: the classes for Pulumi programs in TypeScript, made of the provider's own
 * schema. With `--check` it writes nothing and fails when the file is not what it would write.
 */
import { execFile } from 'node:child_process';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { packageSchema } from '@davit/pulumi/schema';
import { pulumiSdk } from './pulumi-sdk.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const file = join(root, 'packages/pulumi-provider/src/sdk/sdk.gen.ts');

/** As the repository's formatter writes it. */
async function format(text: string): Promise<string> {
  const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');
  const run = promisify(execFile)(
    process.execPath,
    [biome, 'format', '--stdin-file-path=packages/pulumi-provider/src/sdk/sdk.ts'],
    { cwd: root },
  );
  run.child.stdin?.end(text);
  return (await run).stdout;
}

async function main(check: boolean): Promise<void> {
  const text = await format(pulumiSdk(packageSchema()));
  const before = await readFile(file, 'utf8').catch(() => '');
  if (text === before) return;
  if (check) {
    console.error(`${file} is not what the provider's schema says: node scripts/generate-pulumi-sdk.ts`);
    process.exitCode = 1;
    return;
  }
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

await main(process.argv.includes('--check'));
