import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { startEngines, until } from '../../../test/support/run-engines.ts';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import type { RunContext } from '../../platform/runs/run-kind.ts';
import { registerRunRoutes } from './run-routes.ts';

const developer = { authorization: 'Bearer developer' };
const viewer = { authorization: 'Bearer viewer' };

interface SseFrame {
  id: string | undefined;
  event: string | undefined;
  data: unknown;
}

/** Opens a stream, which has then said how the run stands. */
async function openStream(url: string, headers: Record<string, string> = {}): Promise<Response> {
  const answer = await fetch(url, { headers: { ...viewer, ...headers } });
  expect(answer.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  return answer;
}

/** The events of a stream until its end. */
async function readStream(answer: Response): Promise<SseFrame[]> {
  const frames = (await answer.text()).split('\n\n').filter((frame) => frame !== '' && !frame.startsWith(':'));
  return frames.map((frame) => {
    const field = (name: string) =>
      frame
        .split('\n')
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2);
    return { id: field('id'), event: field('event'), data: JSON.parse(field('data') ?? 'null') as unknown };
  });
}

/** A server, an engine, and a kind of run whose only step waits for the test. */
async function startServer() {
  const world = await startEngines();
  onTestFinished(() => world[Symbol.asyncDispose]());
  let context: RunContext<unknown> | undefined;
  const finish = Promise.withResolvers<void>();
  const kind = world.kind('build', [
    {
      name: 'compile',
      async run(given) {
        context = given;
        await Promise.race([
          finish.promise,
          new Promise((_, reject) => given.signal.addEventListener('abort', reject)),
        ]);
      },
    },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  for (const id of ['org_test', 'org_other']) {
    await world.database.db.insertInto('organizations').values({ id, name: id }).execute();
  }
  const app = await createTestHttpServer((server) => registerRunRoutes(server, { engine }));
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return {
    app,
    base: `http://127.0.0.1:${port}/v1/runs`,
    finish: () => finish.resolve(),
    enqueue: (organizationId: string) => world.enqueue(engine, { kind: 'build', subject: 'svc_a', organizationId }),
    context: () => until('the step runs', () => context),
  };
}

test('a stream gives each line once and in order, from where the reader was, and ends with the run', async () => {
  const server = await startServer();
  const id = await server.enqueue('org_test');
  const context = await server.context();
  context.output.write('stdout', 'one\ntwo\nthree');
  await context.output.flush();
  const whole = await openStream(`${server.base}/${id}/stream`);
  const rest = await openStream(`${server.base}/${id}/stream`, { 'last-event-id': '2' });
  const asked = await openStream(`${server.base}/${id}/stream?after=3`);
  context.output.write('stderr', 'four');
  await context.output.flush();
  server.finish();
  const wholeFrames = await readStream(whole);

  const contentsOf = (frames: SseFrame[]) =>
    frames
      .filter((frame) => frame.event === 'output')
      .flatMap((frame) => (frame.data as { content: string }[]).map((line) => line.content));
  expect(contentsOf(wholeFrames)).toEqual(['one', 'two', 'three', 'four']);
  expect(contentsOf(await readStream(rest))).toEqual(['three', 'four']);
  expect(contentsOf(await readStream(asked))).toEqual(['four']);
  expect(wholeFrames.filter((frame) => frame.event === 'output').at(-1)?.id).toBe('4');
  expect(wholeFrames.find((frame) => frame.event === 'state')?.data).toMatchObject({
    state: 'running',
    steps: [{ name: 'compile', state: 'running' }],
  });
  expect(wholeFrames.at(-1)).toMatchObject({
    event: 'end',
    data: { id, state: 'succeeded', reason: expect.any(String) },
  });
});

test('output is read in pages by line number', async () => {
  const server = await startServer();
  const id = await server.enqueue('org_test');
  const context = await server.context();
  context.output.write('stdout', 'one\ntwo\nthree');
  await context.output.flush();
  const page = async (query: string) =>
    (await server.app.inject({ url: `/v1/runs/${id}/output?${query}`, headers: viewer })).json();
  expect(await page('limit=2')).toMatchObject({ lines: [{ seq: 1, content: 'one' }, { seq: 2 }], lastSeq: 2 });
  expect(await page('after=2')).toMatchObject({
    lines: [{ seq: 3, step: 'compile', stream: 'stdout', content: 'three' }],
    lastSeq: 3,
    state: 'running',
  });
  expect(await page('after=3')).toMatchObject({ lines: [], lastSeq: 3 });
  expect(await page('after=-1')).toMatchObject({ status: 400 });
  expect(await page('limit=0')).toMatchObject({ status: 400 });
});

test('a run can be looked at and canceled, and is not canceled twice', async () => {
  const server = await startServer();
  const id = await server.enqueue('org_test');
  await server.context();
  const get = async () => (await server.app.inject({ url: `/v1/runs/${id}`, headers: viewer })).json();
  expect(await get()).toMatchObject({ id, state: 'running', currentStep: 'compile', steps: [{ name: 'compile' }] });
  const cancel = (headers: object) =>
    server.app.inject({ method: 'POST', url: `/v1/runs/${id}/cancel`, headers: { ...headers } });
  expect((await cancel(viewer)).statusCode).toBe(403);
  const canceled = await cancel(developer);
  expect(canceled.statusCode).toBe(202);
  expect(canceled.json()).toMatchObject({ id, cancelRequestedBy: 'usr_developer' });
  const run = await until('the run is canceled', async () => {
    const now = await get();
    return now.state === 'canceled' && now;
  });
  expect(run).toMatchObject({ reason: 'Canceled on request.', steps: [{ name: 'compile', state: 'canceled' }] });
  expect((await cancel(developer)).statusCode).toBe(202);
});

test('a run that has ended cannot be canceled', async () => {
  const server = await startServer();
  const id = await server.enqueue('org_test');
  server.finish();
  await readStream(await openStream(`${server.base}/${id}/stream`));
  const answer = await server.app.inject({ method: 'POST', url: `/v1/runs/${id}/cancel`, headers: developer });
  expect([answer.statusCode, answer.json().code]).toEqual([409, 'RUN_ALREADY_ENDED']);
});

test("another organization's run does not exist, whatever is asked of it", async () => {
  const server = await startServer();
  const id = await server.enqueue('org_other');
  await server.context();
  for (const [method, path] of [
    ['GET', ''],
    ['GET', '/output'],
    ['GET', '/stream'],
    ['POST', '/cancel'],
  ] as const) {
    const answer = await server.app.inject({ method, url: `/v1/runs/${id}${path}`, headers: developer });
    expect([path, answer.statusCode, answer.json().code]).toEqual([path, 404, 'RUN_NOT_FOUND']);
  }
});

test('a Last-Event-ID that is none of ours is refused', async () => {
  const server = await startServer();
  const id = await server.enqueue('org_test');
  const headers = { ...viewer, 'last-event-id': 'x' };
  const answer = await server.app.inject({ url: `/v1/runs/${id}/stream`, headers });
  expect([answer.statusCode, answer.json().code]).toEqual([400, 'CURSOR_INVALID']);
});
