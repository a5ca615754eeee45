import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { removeServerFile, writeServerFile } from './server-file.ts';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'davit-server-file-'));
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }));
});

const facts = { url: 'http://localhost:4000', port: 4000, version: '0.1.0' };
const file = () => join(dataDir, 'server.json');
const read = async () => JSON.parse(await readFile(file(), 'utf8')) as Record<string, unknown>;

test('names the process with its start, so that a reused pid is no server; nothing else is left', async () => {
  await writeServerFile(dataDir, facts);
  expect(await read()).toMatchObject({ ...facts, pid: process.pid });
  if (process.platform === 'linux') {
    const [, ...fields] = (await readFile('/proc/self/stat', 'utf8')).split(') ');
    expect((await read()).startTime).toBe(Number(fields.at(-1)?.split(' ')[19]));
  }
  expect(await readdir(dataDir)).toEqual(['server.json']);
});

test('is taken back by the server that wrote it, and twice does no harm', async () => {
  await writeServerFile(dataDir, facts);
  await removeServerFile(dataDir);
  await removeServerFile(dataDir);
  expect(await readdir(dataDir)).toEqual([]);
});

test('stays where another server has taken over meanwhile', async () => {
  await writeFile(file(), JSON.stringify({ ...facts, pid: process.pid + 1 }));
  await removeServerFile(dataDir);
  expect(await read()).toMatchObject({ pid: process.pid + 1 });
});

test.each(['', '{"pid":', 'null'])('that is damaged (%j) keeps no server from stopping', async (content) => {
  await writeFile(file(), content);
  await removeServerFile(dataDir);
  expect(await readFile(file(), 'utf8')).toBe(content);
});
