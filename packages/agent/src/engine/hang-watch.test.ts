import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { createEngineClient, EngineHangsError } from './engine-client.ts';

type Answer = (response: ServerResponse) => void;

/** An engine that answers with `sign` when it is asked whether it lives, and with `other` else. */
async function startEngine(sign: Answer, other: Answer) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '');
    asked.push(path);
    (path === '/_ping' ? sign : other)(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const engine = createEngineClient({ host: '127.0.0.1', port });
  onTestFinished(() => {
    engine.close();
    server.closeAllConnections();
    server.close();
  });
  return { engine, asked };
}

const silent: Answer = () => undefined;

test('a call of an engine that says nothing ends, and the next one is not even sent', async () => {
  const { engine, asked } = await startEngine(silent, silent);
  await expect(engine.call('/first')).rejects.toThrow(EngineHangsError);
  await expect(engine.stream('/second')).rejects.toThrow(EngineHangsError);
  expect(asked).toEqual(['/first', '/_ping', '/_ping']);
});

test('an engine that gives a sign of life may take its time, and is asked again once it gives one', async () => {
  let isFrozen = true;
  const held: ServerResponse[] = [];
  const sign: Answer = (response) => {
    if (isFrozen) return;
    for (const each of held.splice(0)) each.end('{"slow":true}');
    response.end();
  };
  const { engine } = await startEngine(sign, (response) => void held.push(response));
  await expect(engine.call('/first')).rejects.toThrow(EngineHangsError);
  isFrozen = false;
  held.splice(0);
  expect(await engine.call('/second')).toEqual({ slow: true });
});

test('a stream that has begun may be silent for any time', async () => {
  const { engine, asked } = await startEngine(silent, (response) => {
    response.write('begun');
    setTimeout(() => response.end(', ended'), 1500);
  });
  let text = '';
  for await (const chunk of await engine.stream('/stream')) text += chunk.toString();
  expect([text, asked]).toEqual(['begun, ended', ['/stream']]);
});
