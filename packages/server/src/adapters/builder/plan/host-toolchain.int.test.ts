import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Toolchain } from '@davit/build-plan';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { findHostToolchain } from './host-toolchain.ts';

let folder: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'davit-host-tools-')));
  await chmod(folder, 0o755);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

/** A program of the machine, as a script that prints. */
async function install(path: string, script: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
}

const python = (version: string) =>
  `case "$1" in --version) echo "Python ${version}";; *) echo "${folder}/python";; esac`;
const toolchain = (changes: Partial<Toolchain> = {}): Toolchain => ({
  name: 'python',
  wanted: '>=3.11',
  source: '.python-version',
  from: 'host',
  ...changes,
});
const find = (changes: Partial<Toolchain> = {}, seesPrivateFolders = true, path = join(folder, 'python', 'bin')) =>
  findHostToolchain(toolchain(changes), { environment: { PATH: path }, seesPrivateFolders });

describe('a toolchain of the host', () => {
  test('is found with its version, its programs and the folder that a sandbox must show', async () => {
    await install('python/bin/python3', python('3.12.4'));
    const root = join(folder, 'python');
    expect(await find()).toEqual({
      name: 'python',
      version: '3.12.4',
      binFolders: [join(root, 'bin')],
      readable: [root],
    });
  });

  test('is found where it says that it is, not where a version manager put its signpost', async () => {
    await install('shims/python3', python('3.12.4'));
    await install('python/bin/python3', python('3.12.4'));
    const found = await find({}, true, `relative:${join(folder, 'shims')}`);
    expect(found.binFolders).toEqual([join(folder, 'python', 'bin')]);
  });

  test('that is not there is an error with the version, who asks for it and how to install it', async () => {
    await expect(find()).rejects.toMatchObject({
      code: 'BUILD_TOOLCHAIN_MISSING',
      message: 'The source asks for Python >=3.11 (.python-version); this machine has none.',
      hint: expect.stringContaining('apt-get install python3'),
    });
  });

  test('of another version is an error that names both', async () => {
    await install('python/bin/python3', python('3.9.2'));
    await expect(find()).rejects.toMatchObject({
      code: 'BUILD_TOOLCHAIN_MISSING',
      message: 'The source asks for Python >=3.11 (.python-version); this machine has 3.9.2.',
    });
  });

  test('may be a later program of the list, where the first is too old or broken', async () => {
    await install('python/bin/python3', 'echo "not found" >&2; exit 127');
    await install('python/bin/python', python('3.13.0'));
    expect((await find()).version).toBe('3.13.0');
  });

  test.each([
    ['java', 'echo \'openjdk version "21.0.4" 2024-07-16\' >&2', '21.x', '21.0.4'],
    ['maven', "printf '\\033[1mApache Maven 3.9.9\\033[m\\n'", '*', '3.9.9'],
    ['go', 'case $1 in version) echo "go version go1.24rc1 linux/amd64";; esac', '>=1.24', '1.24.0'],
  ] as const)('of %s tells its version in its own way', async (name, script, wanted, version) => {
    const programs = { java: 'java', maven: 'mvn', go: 'go' };
    await install(`python/bin/${programs[name]}`, script);
    expect((await find({ name, wanted })).version).toBe(version);
  });

  test('in a folder that only its owner may enter is refused where builds have another user and no sandbox', async () => {
    await install('python/bin/python3', python('3.12.4'));
    await chmod(folder, 0o700);
    await expect(find({}, false)).rejects.toMatchObject({
      code: 'BUILD_TOOLCHAIN_UNREACHABLE',
      message: expect.stringContaining(folder),
    });
    expect((await find({}, true)).version).toBe('3.12.4');
  });
});
