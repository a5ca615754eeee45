import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GitServer, type GitServerOptions, startGitServer } from '../../../../test/support/git-server.ts';
import {
  createTestGitSource,
  processesIn,
  refusal,
  type TestGitSource,
} from '../../../../test/support/test-git-source.ts';
import type { FetchRequest, SourceSecret } from '../git-source.ts';

const token = 'ghp_Zm9vYmFy-not-a-real-one';

let git: TestGitSource;
const stops: (() => Promise<void>)[] = [];

beforeEach(async () => {
  git = await createTestGitSource();
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await git[Symbol.asyncDispose]();
});

async function startServer(options: GitServerOptions = {}): Promise<GitServer> {
  const server = await startGitServer(options);
  stops.push(() => server.stop());
  return server;
}

const fetch = (url: string, more: Partial<FetchRequest> = {}) => git.fetch(url, more);

const secret = (more: Partial<Extract<SourceSecret, { kind: 'token' }>> = {}): SourceSecret => ({
  kind: 'token',
  token,
  ...more,
});

/** Whether any file below the source's folder holds the text. */
async function isOnDisk(text: string): Promise<boolean> {
  for (const entry of await readdir(git.home, { recursive: true, withFileTypes: true }))
    if (entry.isFile() && (await readFile(join(entry.parentPath, entry.name))).includes(text)) return true;
  return false;
}

describe('a token', () => {
  it('opens a private repository, and is nowhere on disk afterwards', async () => {
    const server = await startServer({ token });
    const commit = await server.createRepository('app', { a: '1' });
    expect((await fetch(server.urlOf('app'), { secret: secret({ username: 'me@example.org' }) })).commit).toBe(commit);
    const sent = server.requests.find((request) => request.authorization !== undefined)?.authorization ?? '';
    expect(Buffer.from(sent.replace('Basic ', ''), 'base64').toString()).toBe(`me@example.org:${token}`);
    expect(await isOnDisk(token)).toBe(false);
  });

  it('that is wrong, or missing, is told apart', async () => {
    const server = await startServer({ token });
    await server.createRepository('app', { a: '1' });
    expect(await refusal(fetch(server.urlOf('app')))).toMatchObject({ code: 'SOURCE_NOT_FOUND', transient: false });
    const wrong = await refusal(fetch(server.urlOf('app'), { secret: secret({ token: 'wrong' }) }));
    expect(wrong).toMatchObject({ code: 'SOURCE_AUTHENTICATION_FAILED', transient: false });
  });

  it('is never sent to another host that the first one redirects to', async () => {
    const thief = await startServer({ token: 'something-else' });
    await thief.createRepository('app', { a: '1' });
    const server = await startServer({
      intercept(request, response) {
        response.writeHead(302, { location: `${thief.url}${request.url}` }).end();
        return true;
      },
    });
    const error = await refusal(fetch(server.urlOf('app'), { secret: secret() }));
    expect(error.code).toBe('SOURCE_REDIRECT_REFUSED');
    expect(error.message).toContain(thief.url);
    expect(thief.requests).not.toEqual([]);
    expect(thief.requests.every((request) => request.authorization === undefined)).toBe(true);
  });

  it('is not sent along either when the first host took it before it redirected', async () => {
    const thief = await startServer({ token: 'something-else' });
    await thief.createRepository('app', { a: '1' });
    const server = await startServer({
      intercept(request, response) {
        if (request.headers.authorization === undefined)
          response.writeHead(401, { 'www-authenticate': 'Basic realm="a"' }).end();
        else response.writeHead(302, { location: `${thief.url}${request.url}` }).end();
        return true;
      },
    });
    const error = await refusal(fetch(server.urlOf('app'), { secret: secret() }));
    expect(error).toMatchObject({ code: 'SOURCE_AUTHENTICATION_FAILED', transient: false });
    expect(thief.requests).not.toEqual([]);
    expect(server.requests.some((request) => request.authorization !== undefined)).toBe(true);
    expect(thief.requests.every((request) => request.authorization === undefined)).toBe(true);
  });

  it('follows a redirect on its own host', async () => {
    const server = await startServer({
      token,
      intercept(request, response) {
        if (!request.url?.startsWith('/old.git')) return false;
        response.writeHead(301, { location: request.url.replace('/old.git', '/app.git') }).end();
        return true;
      },
    });
    const commit = await server.createRepository('app', { a: '1' });
    expect((await fetch(server.urlOf('old'), { secret: secret() })).commit).toBe(commit);
  });

  it('is masked where the other side repeats it', async () => {
    const server = await startServer({
      intercept(request, response) {
        if (request.headers.authorization === undefined)
          response.writeHead(401, { 'www-authenticate': 'Basic realm="a"' });
        else response.writeHead(403, { 'content-type': 'text/plain' });
        response.end(`your token ${token} is not welcome`);
        return true;
      },
    });
    const error = await refusal(fetch(server.urlOf('app'), { secret: secret() }));
    expect(error.code).toBe('SOURCE_AUTHENTICATION_FAILED');
    expect(git.output.join('\n')).toContain('your token *** is not welcome');
    expect(JSON.stringify([error.message, error.hint, error.details, git.output])).not.toContain(token);
  });

  it('is in no argument of any process while it is used', async () => {
    const commandLines: string[] = [];
    const server = await startServer({
      token,
      // Git waits for the answer while this looks around.
      intercept(request) {
        if (request.headers.authorization === undefined) return false;
        for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name)))
          if (existsSync(`/proc/${pid}/cmdline`)) commandLines.push(readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
        return false;
      },
    });
    await server.createRepository('app', { a: '1' });
    await fetch(server.urlOf('app'), { secret: secret() });
    expect(commandLines.some((line) => line.includes('\0fetch\0'))).toBe(true);
    expect(commandLines.some((line) => line.includes(token))).toBe(false);
  });
});

describe('over https', () => {
  async function makeCertificate() {
    const files = ['key.pem', 'cert.pem'].map((name) => join(git.home, name));
    const [key = '', cert = ''] = files;
    const subject = ['-subj', '/CN=git', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const args = [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      ...subject,
      '-keyout',
      key,
      '-out',
      cert,
    ];
    await promisify(execFile)('openssl', args);
    return { certFile: cert, tls: { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') } };
  }

  it('a certificate that nobody vouches for is refused, one of a named authority is not', async () => {
    const { tls, certFile } = await makeCertificate();
    const server = await startServer({ tls, token });
    const commit = await server.createRepository('app', { a: '1' });
    const url = server.urlOf('app');
    await using strict = await createTestGitSource({ allowInsecure: false });
    expect(await refusal(strict.fetch(url, { secret: secret() }))).toMatchObject({
      code: 'SOURCE_TLS_FAILED',
      transient: false,
    });
    expect(server.requests).toEqual([]);
    await using trusting = await createTestGitSource({
      allowInsecure: false,
      environment: { GIT_SSL_CAINFO: certFile },
    });
    expect((await trusting.fetch(url, { secret: secret() })).commit).toBe(commit);
  });

  it('is never left for plain http', async () => {
    const plain = await startServer();
    await plain.createRepository('app', { a: '1' });
    const { tls, certFile } = await makeCertificate();
    const server = await startServer({
      tls,
      intercept(request, response) {
        response.writeHead(302, { location: `${plain.url}${request.url}` }).end();
        return true;
      },
    });
    await using trusting = await createTestGitSource({ environment: { GIT_SSL_CAINFO: certFile } });
    expect((await refusal(trusting.fetch(server.urlOf('app')))).code).toBe('SOURCE_REDIRECT_REFUSED');
    expect(plain.requests).toEqual([]);
  });
});

describe('when davit itself is killed in the middle of a fetch', () => {
  it('Git ends too, and the next fetch works', async () => {
    const asked = Promise.withResolvers<void>();
    let silent = true;
    const server = await startServer({
      intercept(request) {
        if (!silent || !request.url?.includes('git-upload-pack')) return false;
        asked.resolve();
        return true;
      },
    });
    const commit = await server.createRepository('app', { a: '1' });
    const script = `
      const { tarArchives } = await import(${JSON.stringify(new URL('../archive/tar-archives.ts', import.meta.url).href)});
      const { createGitSource } = await import(${JSON.stringify(new URL('git-cli-source.ts', import.meta.url).href)});
      const { createSourceNetwork } = await import(${JSON.stringify(new URL('../../../app-network.ts', import.meta.url).href)});
      const network = createSourceNetwork({ outboundNetworks: ['127.0.0.0/8'] });
      const logger = { debug() {}, info() {}, warn() {}, error() {}, child: () => logger };
      const source = createGitSource({ archives: tarArchives, folder: ${JSON.stringify(dirname(git.copy))}, allowInsecure: true, logger, environment: { PATH: process.env.PATH }, network });
      await source.fetch({ serviceKey: 'svc_1', url: ${JSON.stringify(server.urlOf('app'))}, reference: { branch: 'main' }, signal: new AbortController().signal });
    `;
    const davit = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    await asked.promise;
    const folder = git.copy;
    expect(await processesIn(folder)).not.toEqual([]);
    davit.kill('SIGKILL');
    await once(davit, 'close');
    await expect.poll(() => processesIn(folder), { timeout: 20_000 }).toEqual([]);
    silent = false;
    expect((await fetch(server.urlOf('app'))).commit).toBe(commit);
  });
});
