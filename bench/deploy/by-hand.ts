import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { answered } from './answered.ts';
import { git } from './source-repository.ts';

const quiet = { stdio: 'ignore' } as const;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

async function startAndWait(folder: string, version: string): Promise<ChildProcess> {
  const port = await freePort();
  const child = spawn('node', ['server.js'], { cwd: folder, env: { ...process.env, PORT: String(port) }, ...quiet });
  await answered({ host: '127.0.0.1', port, headers: {} }, version);
  return child;
}

async function end(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

/** What somebody types the first time: clone, npm ci, start. Milliseconds to the first answer. */
export async function firstByHand(url: string, folder: string, version: string): Promise<number> {
  const begin = performance.now();
  execFileSync('git', ['clone', '--quiet', '--depth', '1', url, folder], quiet);
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder, ...quiet });
  const child = await startAndWait(folder, version);
  const took = performance.now() - begin;
  await end(child);
  rmSync(folder, { recursive: true, force: true });
  return took;
}

/** The least that a redeployment is: fetch, git archive, link the cached dependencies, start, switch. Milliseconds. */
export async function redeployFloor(mirror: string, cache: string, folder: string, version: string): Promise<number> {
  const begin = performance.now();
  git(mirror, 'fetch', '--quiet', '--depth', '1', 'origin', 'main');
  mkdirSync(folder, { recursive: true });
  const archive = join(folder, '..', 'source.tar');
  git(mirror, 'archive', '--output', archive, 'FETCH_HEAD');
  execFileSync('tar', ['-xf', archive, '-C', folder], quiet);
  execFileSync('cp', ['-a', '--link', join(cache, 'node_modules'), join(folder, 'node_modules')], quiet);
  const child = await startAndWait(folder, version);
  const current = join(folder, '..', 'current');
  rmSync(current, { force: true });
  symlinkSync(folder, current);
  const took = performance.now() - begin;
  await end(child);
  rmSync(folder, { recursive: true, force: true });
  return took;
}
