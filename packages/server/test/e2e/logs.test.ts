import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../support/api-caller.ts';
import { deployFiles, nodeServer } from '../support/deploy-files.ts';
import { followEvents, type ReceivedEvent } from '../support/event-stream.ts';
import { type Platform, startPlatform } from '../support/platform.ts';
import { visit } from '../support/visit.ts';
import { waitUntil } from '../support/wait-until.ts';

// What instances print is kept, found again and followed, whatever it is.

interface LogLine {
  cursor: string;
  content: string;
  instance: string;
  labels: Record<string, string>;
  stream: string;
}
interface LogPage {
  lines: LogLine[];
  previousCursor: string | null;
  nextCursor: string | null;
}

let platform: Platform;
let projectId: string;

beforeAll(async () => {
  platform = await startPlatform();
  projectId = (await platform.api.createProject('logs')).id;
});

afterAll(() => platform[Symbol.asyncDispose]());

const create = (name: string, input: object = {}) => platform.api.createService(projectId, { name, ...input });

const read = (service: ServiceView, query: Record<string, string> = {}) =>
  platform.api.done<LogPage>('GET', `/v1/services/${service.id}/logs?${new URLSearchParams(query).toString()}`);

const contentsOf = ({ lines }: LogPage) => lines.map(({ content }) => content);

/** Waits until the logs hold a line. */
const logged = (service: ServiceView, content: string) =>
  waitUntil(`"${content}" in the logs`, async () => contentsOf(await read(service)).includes(content));

describe('the logs of a service', () => {
  test('go on over its deployments; they are searched, narrowed and paged', async () => {
    const { api } = platform;
    const service = await create('history');
    const files = (version: string) =>
      nodeServer(
        `'${version}'`,
        `console.log('${version}: ready'); console.error('${version}: Careful'); console.log('ž 🚀');`,
      );
    const first = await deployFiles(api, service.id, files('one'));
    await logged(service, 'one: ready');
    await deployFiles(api, service.id, files('two'));
    await logged(service, 'two: ready');

    const contents = contentsOf(await read(service));
    expect(contents.indexOf('one: ready')).toBeLessThan(contents.indexOf('two: ready'));
    expect(contents).toContain('ž 🚀');

    const found = await read(service, { search: 'CAREFUL' });
    expect(contentsOf(found)).toEqual(['one: Careful', 'two: Careful']);
    expect(found.lines[0]).toMatchObject({ stream: 'stderr', labels: { deployment: first.id, process: 'web' } });
    expect(contentsOf(await read(service, { search: 'ready', deployment: first.id }))).toEqual(['one: ready']);

    const pages: string[] = [];
    for (let page = await read(service, { limit: '2' }); ; ) {
      pages.unshift(...contentsOf(page));
      if (page.previousCursor === null || page.lines.length === 0) break;
      page = await read(service, { limit: '2', before: page.previousCursor });
    }
    expect(pages).toEqual(contents);
  });

  test('are followed; who was cut off goes on at the next line', async () => {
    const { api, url } = platform;
    const service = await create('ticker', { kind: 'worker' });
    const ticker = `let n = 0; setInterval(() => console.log('tick ' + ++n), 10);`;
    await deployFiles(api, service.id, { 'package.json': '{"scripts":{"start":"node main.js"}}', 'main.js': ticker });

    const seen: string[] = [];
    let lastEventId: string | undefined;
    for (let connection = 0; connection < 4; connection++) {
      const before = seen.length;
      const follow = followEvents<LogLine[]>(`${url}/v1/services/${service.id}/logs/stream`, {
        token: api.token,
        lastEventId,
      });
      for await (const { id, data } of follow) {
        seen.push(...data.map(({ content }) => content));
        lastEventId = id;
        if (seen.length >= before + 20) break;
      }
    }
    const start = Number(seen[0]?.replace('tick ', ''));
    expect(seen).toEqual(seen.map((_, index) => `tick ${start + index}`));
  });

  test('are followed from now on and by what is searched for', async () => {
    const { api, url } = platform;
    const service = await create('doorbell');
    await deployFiles(api, service.id, nodeServer(`(console.log('visited', request.url), 'ok')`));
    await logged(service, 'listening');
    const stream = `${url}/v1/services/${service.id}/logs/stream?search=ring`;
    const follow = followEvents<LogLine[]>(stream, { token: api.token });
    let heard: ReceivedEvent<LogLine[]> | undefined;
    const first = follow.next().then(({ value }) => {
      heard = value ?? undefined;
    });
    // What was visited before somebody follows is history: so until something is heard, there is another visit.
    const event = await waitUntil('the ring to be heard', async () => {
      await visit(service.url, '/knock');
      await visit(service.url, '/ring');
      return heard;
    });
    expect(event.data[0]?.content).toBe('visited /ring');
    await first;
    await follow.return(undefined);
  });
});

describe('output that is meant to do harm', () => {
  const escapes = '\u001b]0;owned\u0007\u001b[2J\u001b[31mred\u001b[0m \u0000nul \u009b6n done';
  const longLine = 10 * 1024 * 1024;
  const script = `
    process.stdout.write(${JSON.stringify(escapes)} + '\\n');
    process.stdout.write('x'.repeat(${longLine}) + '\\n');
    process.stdout.write(Buffer.from([0xff, 0xfe, 0xc3, 0x28, 0x0a]));
    console.log('still here');`;

  test('of an instance is kept as it was, in pieces, and hurts nobody', async () => {
    const { api } = platform;
    const service = await create('loud');
    const deployment = await deployFiles(api, service.id, nodeServer(`'fine'`, script));
    expect(deployment).toMatchObject({ status: 'active' });
    await logged(service, 'still here');

    const kept: string[] = [];
    for (let page = await read(service, { limit: '5000' }); page.lines.length > 0; ) {
      kept.unshift(...contentsOf(page));
      if (page.previousCursor === null) break;
      page = await read(service, { limit: '5000', before: page.previousCursor });
    }
    expect(kept.find((line) => line.endsWith('done'))).toContain('\u001b[31mred\u001b[0m');
    const pieces = kept.filter((line) => /^x+$/.test(line));
    expect(pieces.join('')).toHaveLength(longLine);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect((await visit(service.url)).body).toBe('fine');
    expect(await api.done('GET', '/health/ready')).toMatchObject({ status: expect.anything() });
  });

  test('of a build does not keep it from its end', async () => {
    const { api } = platform;
    const service = await create('noisy', { settings: { build: { buildCommand: 'node noise.js' } } });
    const deployment = await deployFiles(api, service.id, { ...nodeServer(`'built'`), 'noise.js': script });
    expect(deployment).toMatchObject({ status: 'active' });
    const output = await api.outputOf(deployment.runId);
    expect(output).toContain('still here');
    const text = output.find((line) => line.endsWith('done'));
    expect(text).toContain('\u001b[31mred\u001b[0m');
    expect(text).not.toContain('\u0000');
    expect((await visit(service.url)).body).toBe('built');
  });

  test('a flood of lines ends with a line that says how many were dropped', async () => {
    const { api } = platform;
    const flood = 'for (let n = 0; n < 400000; n++) console.log("line " + n);';
    const service = await create('flood', { settings: { build: { buildCommand: 'node flood.js && echo "the end"' } } });
    const deployment = await deployFiles(api, service.id, { ...nodeServer(`'dry'`), 'flood.js': flood });
    expect(deployment).toMatchObject({ status: 'active' });
    const output = await api.outputOf(deployment.runId);
    expect(output.length).toBeLessThan(400_000);
    expect(output.join('\n')).toMatch(/\d+ lines dropped/);
    expect(output).toContain(`Live at ${service.url}`);
  });
});
