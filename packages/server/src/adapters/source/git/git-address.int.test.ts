import { afterEach, expect, test } from 'vitest';
import { startGitServer } from '../../../../test/support/git-server.ts';
import { createTestGitSource, refusal, type TestGitSourceOptions } from '../../../../test/support/test-git-source.ts';
import type { FetchRequest } from '../git-source.ts';

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one[Symbol.asyncDispose]();
});

async function sourceWith(options: TestGitSourceOptions) {
  const source = await createTestGitSource(options);
  open.push(source);
  return source;
}

async function serve(...given: Parameters<typeof startGitServer>) {
  const server = await startGitServer(...given);
  open.push({ [Symbol.asyncDispose]: () => server.stop() });
  return server;
}

test.each([
  'https://127.0.0.1/a/b.git',
  'https://localhost/a/b.git',
  'https://[::1]/a/b.git',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/a/b.git',
  'https://10.0.0.1/a/b.git',
  'https://[::ffff:169.254.169.254]/a/b.git',
  'https://[64:ff9b::a9fe:a9fe]/a/b.git',
  'https://[2002:7f00:1::]/a/b.git',
  'https://2130706433/a/b.git',
  'https://0x7f.1/a/b.git',
  'ssh://git@127.0.0.1/a/b.git',
  'ssh://git@[::1]/a/b.git',
  'git@localhost:a/b.git',
  'git@192.168.0.1:a/b.git',
  'http://172.16.0.1/a/b.git',
  'git://127.0.0.1/a/b.git',
])('%s is not called, since the operator lists no such network', async (url) => {
  const git = await sourceWith({ networks: [] });
  expect(await refusal(git.fetch(url))).toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
});

test('a host that is allowed cannot redirect Git to one that is not', async () => {
  const inside = await serve();
  await inside.createRepository('app', { secret: '1' });
  // The same loopback, by an address that nobody has listed.
  const target = inside.url.replace('127.0.0.1', '127.0.0.2');
  const outside = await serve({
    intercept(request, response) {
      response.writeHead(302, { location: `${target}${request.url}` }).end();
      return true;
    },
  });
  const git = await sourceWith({ networks: ['127.0.0.1'] });
  expect(await refusal(git.fetch(outside.urlOf('app')))).toMatchObject({ code: 'SOURCE_ADDRESS_REFUSED' });
  expect(outside.requests).not.toEqual([]);
  expect(inside.requests).toEqual([]);
});

test('a redirect into a network that the operator lists is followed', async () => {
  const second = await serve();
  const commit = await second.createRepository('app', { a: '1' });
  const first = await serve({
    intercept(request, response) {
      response.writeHead(302, { location: `${second.url}${request.url}` }).end();
      return true;
    },
  });
  const git = await sourceWith({ networks: ['127.0.0.1'] });
  expect((await git.fetch(first.urlOf('app'))).commit).toBe(commit);
});

test('large files are not fetched from an address that the Git host may not name', async () => {
  const oid = 'a'.repeat(64);
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 3\n`;
  const server = await serve({
    intercept(request, response) {
      if (request.url !== '/app.git/info/lfs/objects/batch') return false;
      request.resume();
      const href = 'http://169.254.169.254/latest/meta-data';
      response.writeHead(200, { 'content-type': 'application/vnd.git-lfs+json' });
      response.end(JSON.stringify({ objects: [{ oid, size: 3, actions: { download: { href } } }] }));
      return true;
    },
  });
  await server.createRepository('app', { '.gitattributes': '*.bin filter=lfs', 'a.bin': pointer });
  const git = await sourceWith({ networks: ['127.0.0.1'] });
  const request: Partial<FetchRequest> = { lfs: true };
  expect(await refusal(git.fetch(server.urlOf('app'), request))).toMatchObject({ code: 'OUTBOUND_ADDRESS_REFUSED' });
});
