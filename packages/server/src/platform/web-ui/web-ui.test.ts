import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sealUi } from '../../../../web/bin/seal-ui.ts';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import { silentLogger } from '../../kernel/logger.ts';
import { route } from '../http/route.ts';
import { createWebUi } from './web-ui.ts';

const html = '<!doctype html><title>davit</title><script type="module" src="/assets/index-a1.js"></script>';
const script = `console.log(${JSON.stringify('davit '.repeat(500))});`;
const navigation = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

let parent: string;
let dist: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'davit-dist-'));
  dist = join(parent, 'dist');
});
afterEach(() => rm(parent, { recursive: true }));

async function writeBuild(folder: string, page = html): Promise<void> {
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), page);
  await writeFile(join(folder, 'assets', 'index-a1.js'), script);
  await writeFile(join(folder, 'assets', 'font-b2.woff2'), 'a font');
  await writeFile(join(folder, 'favicon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  await writeFile(join(folder, '.secret'), 'hidden');
  await sealUi(folder, page);
}

function startServer() {
  return createTestHttpServer(
    (app) =>
      route(app, {
        method: 'POST',
        path: '/auth/login',
        tag: 'auth',
        operationId: 'login',
        summary: 'Sign in',
        policy: { public: true },
        response: z.strictObject({}),
        handle: async () => ({}),
      }),
    { webUi: createWebUi({ folder: dist, logger: silentLogger }) },
  );
}

describe('a page of the UI', () => {
  test('has a policy that lets in nothing but the UI itself', async () => {
    await writeBuild(dist);
    const app = await startServer();
    const { statusCode, body, headers } = await app.inject({ url: '/' });
    expect([statusCode, body]).toEqual([200, html]);
    expect(headers['content-security-policy']).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; manifest-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    );
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'permissions-policy': expect.stringContaining('camera=()'),
      'cross-origin-resource-policy': 'same-origin',
    });
  });

  test('is answered for every path of the UI that a browser goes to', async () => {
    await writeBuild(dist);
    const app = await startServer();
    for (const url of ['/sign-in', '/projects/prj_1?tab=logs', '/index.html', '/v1things']) {
      expect((await app.inject({ url, headers: navigation })).body).toBe(html);
    }
    const head = await app.inject({ method: 'HEAD', url: '/sign-in', headers: navigation });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  test('is not sent again to who has it', async () => {
    await writeBuild(dist);
    const app = await startServer();
    const { headers } = await app.inject({ url: '/' });
    const again = await app.inject({ url: '/', headers: { 'if-none-match': String(headers['etag']) } });
    expect([again.statusCode, again.body]).toEqual([304, '']);
  });
});

describe('no page is answered', () => {
  test('to a program, nor below the API, where an unknown path stays a problem and a wrong method its own', async () => {
    await writeBuild(dist);
    const app = await startServer();
    for (const url of ['/v1', '/v1/nothing', '/v1/click-deploy/x', '/auth/nothing', '/health/x', '/assets/gone.js']) {
      const answer = await app.inject({ url, headers: navigation });
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 404, 'ROUTE_NOT_FOUND']);
    }
    expect((await app.inject({ url: '/sign-in', headers: { accept: 'application/json' } })).statusCode).toBe(404);
    expect((await app.inject({ url: '/auth/login', headers: navigation })).statusCode).toBe(405);
    expect((await app.inject({ method: 'POST', url: '/sign-in', headers: navigation })).statusCode).toBe(404);
  });
});

describe('a file of the UI', () => {
  test('is kept for ever by its hashed name, and sent as it was compressed when it was built', async () => {
    await writeBuild(dist);
    const app = await startServer();
    const get = (encoding: string) =>
      app.inject({ url: '/assets/index-a1.js', headers: { 'accept-encoding': encoding } });
    const brotli = await get('gzip, deflate, br, zstd');
    expect(brotli.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': 'text/javascript; charset=utf-8',
      'content-encoding': 'br',
      vary: expect.stringContaining('accept-encoding'),
    });
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(script);
    expect(gunzipSync((await get('gzip')).rawPayload).toString()).toBe(script);
    const refusing = await get('br;q=0, gzip;q=0.0');
    expect(refusing.body).toBe(script);
    const font = await app.inject({ url: '/assets/font-b2.woff2', headers: { 'accept-encoding': 'br' } });
    expect(font.body).toBe('a font');
    expect((await app.inject({ url: '/favicon.svg' })).headers['cache-control']).toBe('no-cache');
  });

  test('is one that was built: nothing hidden, nothing outside, nothing of the build itself', async () => {
    await writeBuild(dist);
    await writeFile(join(parent, 'outside.txt'), 'outside');
    await symlink('/etc/passwd', join(dist, 'assets', 'passwd'));
    const app = await startServer();
    const urls = ['/.secret', '/davit-ui.json', '/assets/passwd', '/../outside.txt', '/%2e%2e/outside.txt'];
    for (const url of [...urls, '/assets/..%2f.secret', '/index.html.br', '//etc/passwd']) {
      expect((await app.inject({ url })).statusCode, url).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('where there is no whole build', () => {
  test('the page says how to get one, and shows it as soon as it is there', async () => {
    const app = await startServer();
    const missing = await app.inject({ url: '/', headers: navigation });
    expect(missing.statusCode).toBe(503);
    expect(missing.body).toContain('npm run build -w packages/web');
    expect(missing.headers['content-security-policy']).toContain("default-src 'none'");
    await writeBuild(join(parent, 'new'));
    await rename(join(parent, 'new'), dist);
    expect((await app.inject({ url: '/', headers: navigation })).body).toBe(html);
  });

  test('half of one is not served', async () => {
    await mkdir(dist);
    await writeFile(join(dist, 'index.html'), html);
    expect((await (await startServer()).inject({ url: '/' })).statusCode).toBe(503);
  });

  test('one that was changed after it was built is not served', async () => {
    await writeBuild(dist);
    await writeFile(join(dist, 'assets', 'index-a1.js'), 'somebody else’s');
    expect((await (await startServer()).inject({ url: '/' })).statusCode).toBe(503);
  });

  test('one whose list names files elsewhere is not served', async () => {
    await writeBuild(dist);
    const files = { 'index.html': { size: 1, sha256: '' }, '../outside.txt': { size: 1, sha256: '' } };
    await writeFile(join(dist, 'davit-ui.json'), JSON.stringify({ fingerprint: 'x', files }));
    expect((await (await startServer()).inject({ url: '/' })).statusCode).toBe(503);
  });

  test('the one before is served on', async () => {
    await writeBuild(dist);
    const app = await startServer();
    expect((await app.inject({ url: '/' })).body).toBe(html);
    await rename(dist, join(parent, 'old'));
    expect((await app.inject({ url: '/' })).body).toBe(html);
    await writeBuild(dist, '<!doctype html><title>new</title>');
    expect((await app.inject({ url: '/' })).body).toContain('new');
  });
});
