import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openOutputs, sealOutputs } from './sealed-outputs.ts';
import { readTenantFile } from './tenant-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'davit-tenant-')));
  await writeFile(join(folder, 'secret'), 'of somebody else');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a plain file is read', async () => {
  expect(await readTenantFile(join(folder, 'secret'))).toBe('of somebody else');
});

test('a link in place of the file is not followed', async () => {
  await symlink(join(folder, 'secret'), join(folder, 'link'));
  expect(await readTenantFile(join(folder, 'link'))).toBeNull();
});

test('a link in place of a folder above it is not followed', async () => {
  await mkdir(join(folder, 'real'));
  await writeFile(join(folder, 'real', 'state'), 'x');
  await symlink(join(folder, 'real'), join(folder, 'linked'));
  expect(await readTenantFile(join(folder, 'linked', 'state'))).toBeNull();
  expect(await readTenantFile(join(folder, 'real', 'state'))).toBe('x');
});

test('a folder, and nothing, are no file', async () => {
  expect(await readTenantFile(folder)).toBeNull();
  expect(await readTenantFile(join(folder, 'nothing'))).toBeNull();
});

test('sealed outputs open under their own passphrase only, and only whole', () => {
  const sealed = sealOutputs('one', 'a secret');
  expect(openOutputs('one', sealed)).toBe('a secret');
  expect(openOutputs('other', sealed)).toBeUndefined();
  expect(openOutputs('one', sealed.slice(4))).toBeUndefined();
  expect(openOutputs('one', '')).toBeUndefined();
});
