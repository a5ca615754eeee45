import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createEngineClient } from '@davit/agent/engine';
import { expect, onTestFinished, test } from 'vitest';
import { askDigest } from './ask-digest.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const unknown = 'manifest unknown: manifest unknown';
const away = 'Get "https://registry-1.docker.io/v2/": dial tcp: no such host';

/** An engine as it answers who asks for digests: by what it says of each name. */
async function startEngine(said: Record<string, string>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const name = decodeURIComponent(/\/distribution\/([^/]+)\/json$/.exec(request.url ?? '')?.[1] ?? '');
    asked.push(name);
    const answer = said[name] ?? unknown;
    response.statusCode = answer === digest ? 200 : 500;
    response.end(JSON.stringify(answer === digest ? { Descriptor: { digest } } : { message: answer }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const engine = createEngineClient({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
  onTestFinished(async () => {
    engine.close();
    await server[Symbol.asyncDispose]();
  });
  return { asked, ask: (image: string) => askDigest(engine, image, undefined, new AbortController().signal) };
}

test('an image that a mirror of Docker Hub has is asked for once', async () => {
  const { asked, ask } = await startEngine({ 'nginx:1': digest });
  expect(await ask('nginx:1')).toBe(digest);
  expect(asked).toEqual(['nginx:1']);
});

test.each([
  ['nginx:1', 'registry-1.docker.io/library/nginx:1'],
  ['docker.io/team/app:1', 'registry-1.docker.io/team/app:1'],
  [`index.docker.io/team/app@${digest}`, `registry-1.docker.io/team/app@${digest}`],
])('%s is asked for at Docker Hub when a mirror has it not', async (image, atHub) => {
  const { asked, ask } = await startEngine({ [atHub]: digest });
  expect(await ask(image)).toBe(digest);
  expect(asked).toEqual([image, atHub]);
});

test('of two refusals that of Docker Hub is told, unless there is no way there', async () => {
  const refused = 'unauthorized: authentication required';
  const there = await startEngine({ 'registry-1.docker.io/library/nginx:1': refused });
  await expect(there.ask('nginx:1')).rejects.toMatchObject({ fault: 'denied', message: refused });
  const cutOff = await startEngine({ 'registry-1.docker.io/library/nginx:1': away });
  await expect(cutOff.ask('nginx:1')).rejects.toMatchObject({ fault: 'not-found', message: unknown });
});

test('an image of another registry is asked for there alone', async () => {
  const { asked, ask } = await startEngine({});
  await expect(ask('ghcr.io/team/app:1')).rejects.toMatchObject({ fault: 'not-found' });
  expect(asked).toEqual(['ghcr.io/team/app:1']);
});
