import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { buffer, text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { problemOf } from '../../../test/support/problem-of.ts';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import { uploadRoute } from './route.ts';

const developer = { authorization: 'Bearer developer' };

test('an upload is a stream with a limit of its own', async () => {
  const app = await createTestHttpServer((app) =>
    uploadRoute(app, {
      method: 'POST',
      path: '/v1/uploads',
      tag: 't',
      summary: 's',
      operationId: 'upload',
      policy: { role: 'developer' },
      contentTypes: ['application/x-tar', 'application/gzip'],
      bodyLimit: 3 * 1024 * 1024,
      response: z.strictObject({ bytes: z.int() }),
      status: 201,
      async handle({ body }) {
        let bytes = 0;
        for await (const chunk of body) bytes += (chunk as Buffer).length;
        return { bytes };
      },
    }),
  );
  const send = (bytes: number, type = 'application/x-tar') => ({
    method: 'POST',
    url: '/v1/uploads',
    headers: { ...developer, 'content-type': type },
    payload: Buffer.alloc(bytes),
  });
  expect((await app.inject(send(3 * 1024 * 1024) as never)).json()).toEqual({ bytes: 3 * 1024 * 1024 });
  expect(await problemOf(app, send(3 * 1024 * 1024 + 1))).toMatchObject({ status: 413, code: 'BODY_TOO_LARGE' });
  expect(await problemOf(app, send(1, 'application/octet-stream'))).toMatchObject({ status: 415 });
  expect(await problemOf(app, send(1, 'application/json'))).toMatchObject({ code: 'JSON_MALFORMED' });
});

test.each([
  ['sends too much', 'developer', 413],
  ['may not send', 'viewer', 403],
  ['is nobody', 'nobody', 401],
])('a client that %s, and goes on sending, gets its answer', async (_what, who, status) => {
  const app = await createTestHttpServer((app) =>
    uploadRoute(app, {
      method: 'POST',
      path: '/v1/uploads',
      tag: 't',
      summary: 's',
      operationId: 'upload',
      policy: { role: 'developer' },
      contentTypes: ['application/x-tar'],
      bodyLimit: 1000,
      response: z.strictObject({}),
      async handle({ body }) {
        await buffer(body);
        return {};
      },
    }),
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
  const answers = text(socket);
  const size = 8 * 1024 * 1024;
  const type = 'Content-Type: application/x-tar';
  const head = [
    'POST /v1/uploads HTTP/1.1',
    'Host: davit',
    `Authorization: Bearer ${who}`,
    type,
    `Content-Length: ${size}`,
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.write(Buffer.alloc(size));
  // On the same connection: it is only read when all of the body before it was.
  socket.write('GET /health HTTP/1.1\r\nHost: davit\r\nConnection: close\r\n\r\n');
  expect([...(await answers).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => Number(code))).toEqual([status, 200]);
});
