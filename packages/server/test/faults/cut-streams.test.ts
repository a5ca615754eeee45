import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { followEvents } from '../support/event-stream.ts';
import { type FaultDrill, startFaultDrill } from '../support/fault-drill.ts';
import { expectNoVisitLost, expectOneTruth } from '../support/one-truth.ts';
import { waitUntil } from '../support/wait-until.ts';

// Who follows a run is cut off, or does not read: nothing of its output is lost or told twice, and the run does not wait for anybody.

interface Line {
  seq: number;
  content: string;
}

let drill: FaultDrill;

beforeAll(async () => {
  drill = await startFaultDrill();
});
afterAll(() => drill?.[Symbol.asyncDispose]());

const streamOf = (runId: string) => `${drill.platform.url}/v1/runs/${runId}/stream`;

/** Prints numbered lines in the build of the next deployments, as fast as they are taken. */
async function buildPrints(command: string): Promise<void> {
  await drill.api.done('PATCH', `/v1/services/${drill.service.id}`, { settings: { build: { buildCommand: command } } });
}

const more = { 'package.json': JSON.stringify({ name: 'drill', private: true, type: 'module' }) };

test('a stream that is cut again and again, and resumed, has every line once', async () => {
  await buildPrints('i=0; while [ ! -e go-build ]; do i=$((i+1)); echo "line $i"; sleep 0.01; done');
  const deployment = await drill.deploy('v2', ['build'], more);
  const seen: Line[] = [];
  let lastEventId: string | undefined;
  /** Takes so many events with lines, and breaks the connection off. */
  async function follow(events: number): Promise<void> {
    let left = events;
    for await (const { id, event, data } of followEvents<Line[]>(streamOf(deployment.runId), {
      token: drill.api.token,
      lastEventId,
    })) {
      if (event === 'end') return;
      if (event !== 'output') continue;
      seen.push(...data);
      lastEventId = id;
      left--;
      if (left === 0) return;
    }
  }
  for (let cut = 0; cut < 5; cut++) await follow(3);
  await drill.letGo(deployment, 'build');
  await follow(Number.POSITIVE_INFINITY);
  expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });
  expect(seen.map(({ seq }) => seq)).toEqual(seen.map((_, at) => at + 1));
  expect(seen.map(({ content }) => content)).toEqual(await drill.api.outputOf(deployment.runId));
  await expectOneTruth(drill, 'v2');
  expectNoVisitLost(drill);
});

test('who opens a stream and does not read holds up nobody, and gets all of it in the end', async () => {
  // More than the connection itself holds, and fewer than a run may write at once.
  const lines = 40_000;
  const filler = 'x'.repeat(300);
  await buildPrints(`echo begins; while [ ! -e go-build ]; do sleep 0.05; done; seq -f '%.0f ${filler}' 1 ${lines}`);
  const deployment = await drill.deploy('v3', ['build'], more);
  const call = get(streamOf(deployment.runId), { headers: { authorization: `Bearer ${drill.api.token}` } });
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  await waitUntil('the build begins', async () => (await drill.api.outputOf(deployment.runId)).includes('begins'));
  await drill.letGo(deployment, 'build');
  expect(await drill.api.settled(deployment.id)).toMatchObject({ status: 'active' });

  let text = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) text += chunk as string;
  const numbers = text
    .split('\n')
    .flatMap((line) => (line.startsWith('data: [') ? (JSON.parse(line.slice('data: '.length)) as Line[]) : []))
    .flatMap(({ content }) => (content.endsWith(` ${filler}`) ? [Number.parseInt(content, 10)] : []));
  expect(numbers.length).toBe(lines);
  expect(numbers.every((number, at) => number === at + 1)).toBe(true);
  expect(text).toContain('event: end');
  await expectOneTruth(drill, 'v3');
  expectNoVisitLost(drill);
});
