import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadConfig } from './config.ts';
import { loadSecrets } from './secret-files.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'davit-secrets-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

const load = (env: Record<string, string> = {}) => loadSecrets(loadConfig({ DATA_DIR: dataDir, ...env }));

test('secrets that are not given are made once, readable by davit alone', async () => {
  const first = await load();
  expect(first.rootKey).toHaveLength(32);
  expect(first.jwtSecret.length).toBeGreaterThanOrEqual(32);
  expect(await load()).toEqual(first);
  for (const name of ['root-key', 'jwt-secret']) expect((await stat(join(dataDir, name))).mode & 0o777).toBe(0o600);
});

test('servers that make them at the same time agree, and leave nothing else', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => load()));
  expect(new Set(all.map(({ rootKey, jwtSecret }) => rootKey.toString('hex') + jwtSecret)).size).toBe(1);
  expect((await readdir(dataDir)).sort()).toEqual(['jwt-secret', 'root-key']);
});

test('those that are given are used, and not written down', async () => {
  const given = { ROOT_KEY: Buffer.alloc(32, 1).toString('base64'), JWT_SECRET: 'j'.repeat(40) };
  expect(await load(given)).toEqual({ rootKey: Buffer.alloc(32, 1), jwtSecret: 'j'.repeat(40) });
  expect(await readdir(dataDir)).toEqual([]);
});

test('the root key may be in a file, with the line end that editors add', async () => {
  const path = join(dataDir, 'key');
  await writeFile(path, `${Buffer.alloc(32, 2).toString('hex')}\r\n`, { mode: 0o600 });
  expect((await load({ ROOT_KEY_FILE: path })).rootKey).toEqual(Buffer.alloc(32, 2));
});

test('a secret that others can read is refused', async () => {
  await load();
  await chmod(join(dataDir, 'root-key'), 0o644);
  await expect(load()).rejects.toMatchObject({
    code: 'SECRET_FILE_EXPOSED',
    hint: expect.stringContaining('chmod 600'),
  });
});

test('a secret file that lost its content is refused, not made anew', async () => {
  await load();
  await writeFile(join(dataDir, 'root-key'), '');
  await expect(load()).rejects.toMatchObject({ code: 'SECRET_FILE_EMPTY' });
  await writeFile(join(dataDir, 'root-key'), 'short\n');
  await expect(load()).rejects.toMatchObject({ code: 'CONFIG_INVALID', message: expect.not.stringContaining('short') });
  expect(await readFile(join(dataDir, 'root-key'), 'utf8')).toBe('short\n');
});
