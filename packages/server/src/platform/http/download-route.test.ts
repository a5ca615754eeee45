import { setImmediate as turn } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import { httpErrors } from './http-errors.ts';
import { downloadRoute } from './route.ts';

const get = { method: 'GET', url: '/v1/file', headers: { authorization: 'Bearer viewer', 'accept-encoding': 'gzip' } };

function createServer(text: () => AsyncIterable<string>) {
  return createTestHttpServer((app) =>
    downloadRoute(app, {
      path: '/v1/file',
      tag: 't',
      summary: 's',
      operationId: 'downloadFile',
      policy: { role: 'viewer' },
      handle: async () => ({ fileName: 'a file.log', text: text() }),
    }),
  );
}

test('a file is sent as it is made, compressed for who takes that', async () => {
  const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}\n`);
  const app = await createServer(async function* () {
    for (const line of lines) {
      await turn();
      yield line;
    }
  });
  const answer = await app.inject(get as never);
  expect(answer).toMatchObject({ statusCode: 200, headers: { 'content-encoding': 'gzip' } });
  expect(answer.headers['content-disposition']).toBe('attachment; filename="a_file.log"');
  expect(gunzipSync(answer.rawPayload).toString()).toBe(lines.join(''));
});

test('an empty file is one, too', async () => {
  const app = await createServer(async function* () {});
  expect(await app.inject(get as never)).toMatchObject({ statusCode: 200 });
});

test('what fails before its first line is an answer like any other, and no file', async () => {
  let isBroken = true;
  const app = await createServer(async function* () {
    await turn();
    if (isBroken) throw httpErrors.ROUTE_NOT_FOUND();
    yield 'line\n';
  });
  const answer = await app.inject(get as never);
  expect(answer.headers['content-disposition']).toBeUndefined();
  expect(answer.headers['content-encoding']).toBeUndefined();
  expect(answer.json()).toMatchObject({ status: 404, code: 'ROUTE_NOT_FOUND' });
  isBroken = false;
  expect(await app.inject(get as never)).toMatchObject({ statusCode: 200 });
});
