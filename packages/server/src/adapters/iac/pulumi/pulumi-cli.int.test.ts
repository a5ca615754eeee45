import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { refusal } from '../../../../test/support/test-git-source.ts';
import { findPulumi, pulumiFolders } from './pulumi-cli.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'davit-cli-'));
});
afterEach(() => rm(folder, { recursive: true }));

const never = new AbortController().signal;

/** A folder with a `pulumi` that says this of its version. */
async function withPulumi(name: string, version: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(path);
  await writeFile(join(path, 'pulumi'), `#!/bin/sh\necho '${version}'\n`, { mode: 0o755 });
  return path;
}

test('the CLI is the first on the PATH, with its version', async () => {
  const [one, other] = [await withPulumi('one', 'v3.200.1'), await withPulumi('other', 'v3.150.0')];
  expect(await findPulumi(pulumiFolders(`${folder}:${one}:${other}`), never)).toEqual({
    folder: one,
    version: '3.200.1',
  });
  expect(await findPulumi([other], never)).toEqual({ folder: other, version: '3.150.0' });
});

test('one that is missing is said in a line, with what to install', async () => {
  expect(await refusal(findPulumi([folder, 'not/absolute'], never))).toMatchObject({
    code: 'IAC_ENGINE_MISSING',
    hint: expect.stringMatching(/^Install Pulumi 3\.150 or newer .*https:\/\/www\.pulumi\.com\/docs\/install\)\.$/),
  });
});

test.each([
  ['v3.149.9', '3.149.9'],
  ['v2.25.2', '2.25.2'],
  ['something else', 'something else'],
])('one that says %s is too old, and so is said', async (version, shown) => {
  const path = await withPulumi('old', version);
  expect(await refusal(findPulumi([path], never))).toMatchObject({
    code: 'IAC_ENGINE_TOO_OLD',
    message: `${path}/pulumi is Pulumi ${shown}: too old.`,
    hint: expect.stringContaining('Install Pulumi 3.150 or newer'),
  });
});
