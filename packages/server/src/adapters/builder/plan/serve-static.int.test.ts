import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../../test/support/free-port.ts';
import { waitUntil } from '../../../../test/support/wait-until.ts';
import { createStaticServer } from './static-server.ts';

let folder: string;
let site: string;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'davit-static-')));
  site = join(folder, 'release/site');
  await mkdir(site, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const put = (path: string, content: string) => writeFile(join(site, path), content);

async function start(
  fallback: string | null = null,
): Promise<{ child: ChildProcess; port: number; errors: () => string }> {
  const server = createStaticServer(join(folder, 'toolchains'));
  const { process: program } = await server.processFor(join(folder, 'release'), { folder: 'site', fallback });
  const port = await freePort();
  const [, ...argv] = program.argv;
  const child = spawn(process.execPath, argv, { env: { PORT: String(port) }, stdio: ['ignore', 'ignore', 'pipe'] });
  let text = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  onTestFinished(async () => {
    if (child.exitCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  });
  return { child, port, errors: () => text };
}

async function get({ port }: { port: number }, path: string, init: RequestInit = {}) {
  const response = await waitUntil('the site answers', () =>
    fetch(`http://127.0.0.1:${port}${path}`, init).catch(() => undefined),
  );
  return { status: response.status, body: await response.text(), headers: response.headers };
}

/** Of a path as it is: fetch() would take the dots out of it. */
async function statusOf({ port }: { port: number }, path: string): Promise<number | undefined> {
  const [response] = (await once(request({ host: '127.0.0.1', port, path }).end(), 'response')) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

describe('the server of static sites', () => {
  test('serves files and folders, and 404.html with its status where there is nothing', async () => {
    await put('index.html', 'home');
    await put('404.html', 'nothing here');
    const server = await start();
    expect(await get(server, '/')).toMatchObject({ status: 200, body: 'home' });
    const missing = await get(server, '/missing');
    expect(missing).toMatchObject({ status: 404, body: 'nothing here' });
    expect(missing.headers.get('content-type')).toContain('text/html');
    expect((await get(server, '/', { method: 'POST' })).status).toBe(405);
  });

  test('answers unknown paths with the fallback of an application that routes by itself', async () => {
    await put('index.html', 'app');
    expect(await get(await start('index.html'), '/some/page')).toMatchObject({ status: 200, body: 'app' });
  });

  test('shows nothing above its folder and no dot files', async () => {
    await put('index.html', 'home');
    await put('.env', 'SECRET=1');
    await writeFile(join(folder, 'release/secret'), 'SECRET=1');
    const server = await start();
    await get(server, '/');
    for (const path of ['/.env', '/../secret', '/../site/../secret', '/%2e%2e/secret', '/..%2fsecret'])
      expect(await statusOf(server, path), path).toBe(404);
  });

  test('lets names with a hash be kept for ever, and nothing else', async () => {
    await mkdir(join(site, 'assets'));
    await put('assets/app-Bx81kq_2.js', '1');
    await put('index.html', 'home');
    const server = await start();
    expect((await get(server, '/assets/app-Bx81kq_2.js')).headers.get('cache-control')).toContain('immutable');
    expect((await get(server, '/')).headers.get('cache-control')).toBe('no-cache');
  });

  test('serves links that stay inside', async () => {
    await put('page.html', 'page');
    await symlink('page.html', join(site, 'alias.html'));
    expect(await get(await start(), '/alias.html')).toMatchObject({ status: 200, body: 'page' });
  });

  test.each([
    ['out of the folder', '/proc/self/environ'],
    ['to a folder outside', '..'],
    ['in a circle', '.'],
    ['nowhere', 'not-there'],
  ])('does not start with a link that leads %s, and names it', async (_, target) => {
    await put('index.html', 'home');
    await symlink(target, join(site, 'link'));
    const { child, errors } = await start();
    const [code] = (await once(child, 'close')) as [number];
    expect(code).toBe(1);
    expect(errors()).toMatch(/^link is a link that leads out/);
  });

  test('is laid out anew after it could not be', async () => {
    await put('index.html', 'home');
    await writeFile(join(folder, 'toolchains'), 'a file in the way');
    const server = createStaticServer(join(folder, 'toolchains'));
    const ask = () => server.processFor(folder, { folder: 'site', fallback: null });
    await expect(ask()).rejects.toThrow();
    await rm(join(folder, 'toolchains'));
    expect((await ask()).process.name).toBe('web');
  });
});
