import { expect, onTestFinished, test } from 'vitest';
import { startEngines } from '../../../test/support/run-engines.ts';
import { createTestHttpServer } from '../../../test/support/test-http-server.ts';
import { runErrors } from '../../platform/runs/run-errors.ts';
import { registerRunRoutes } from './run-routes.ts';

const headers = { authorization: 'Bearer viewer' };

interface Line {
  seq: number;
  step: string;
  content: string;
}
interface Page {
  lines: Line[];
  lastSeq: number;
  nextCursor: number | null;
}

/** A server with a run that has ended: `fetch` wrote nothing, `build` failed with `reason`, unless there is none. */
async function startServer(reason?: string) {
  const world = await startEngines();
  onTestFinished(() => world[Symbol.asyncDispose]());
  const fail = async () => {
    if (reason !== undefined) throw runErrors.RUN_TIMED_OUT({ message: reason });
    return null;
  };
  const kind = world.kind('deployment.create', [
    { name: 'fetch', run: async () => null },
    { name: 'build', run: fail },
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const { db, pool } = world.database;
  for (const id of ['org_test', 'org_other']) await db.insertInto('organizations').values({ id, name: id }).execute();

  async function endedRun(organizationId = 'org_test'): Promise<string> {
    const id = await world.enqueue(engine, { kind: 'deployment.create', subject: 'svc_a', organizationId });
    for await (const update of engine.followOutput(organizationId, id, 0, AbortSignal.timeout(45_000))) {
      if (update.type === 'end') break;
    }
    await pool.query('delete from run_output where run_id = $1', [id]);
    return id;
  }
  const app = await createTestHttpServer((server) => registerRunRoutes(server, { engine }));
  const get = (id: string, path: string) => app.inject({ url: `/v1/runs/${id}${path}`, headers });
  return {
    app,
    get,
    endedRun,
    /** Lines `from` to `to`, each made by `content` (SQL over `seq`). */
    write: (id: string, step: string, from: number, to: number, content: string) =>
      pool.query(
        `insert into run_output (run_id, seq, at, step, stream, content)
         select $1, seq, '2026-01-02T03:04:05Z', $2, 'stdout', ${content} from generate_series($3::bigint, $4) as seq`,
        [id, step, from, to],
      ),
    page: async (id: string, query: string) => (await get(id, `/output?${query}`)).json<Page>(),
  };
}

const seqs = (page: Page): number[] => page.lines.map(({ seq }) => seq);

test('output is read back from any line, as it is read forward', async () => {
  const server = await startServer();
  const id = await server.endedRun();
  await server.write(id, 'build', 1, 10, `'line ' || seq`);
  const forward = await server.page(id, 'after=3&limit=3');
  expect([seqs(forward), forward.nextCursor]).toEqual([[4, 5, 6], 6]);
  const end = await server.page(id, 'after=7&limit=3');
  expect([seqs(end), end.nextCursor]).toEqual([[8, 9, 10], null]);
  const back = await server.page(id, 'before=6&limit=3');
  expect([seqs(back), back.nextCursor]).toEqual([[3, 4, 5], 3]);
  const start = await server.page(id, 'before=3&limit=3');
  expect([seqs(start), start.nextCursor]).toEqual([[1, 2], null]);
  expect(seqs(await server.page(id, 'before=9000&limit=2'))).toEqual([9, 10]);
  expect(await server.page(id, 'before=1')).toMatchObject({ lines: [], nextCursor: null });
});

test('a page holds about a megabyte, in either direction, and at least one line', async () => {
  const server = await startServer();
  const id = await server.endedRun();
  await server.write(id, 'build', 1, 40, `repeat('x', 60000)`);
  const forward = await server.page(id, 'after=0');
  expect([seqs(forward).at(0), forward.lines.length < 20, forward.nextCursor]).toEqual([1, true, forward.lines.length]);
  const back = await server.page(id, 'before=41');
  expect([seqs(back).at(-1), back.lines.length < 20, back.nextCursor]).toEqual([40, true, seqs(back)[0]]);
});

test('a page goes in one direction', async () => {
  const server = await startServer();
  const id = await server.endedRun();
  const answer = await server.get(id, '/output?after=1&before=5');
  expect([answer.statusCode, answer.json().errors[0].pointer]).toEqual([400, '/query/before']);
});

test('a search finds every line with the text, whatever its case, over any number of lines', async () => {
  const server = await startServer();
  const id = await server.endedRun();
  await server.write(
    id,
    'build',
    1,
    60_000,
    `case when seq % 20000 = 7 then 'a WARNING: 100%_' || seq else 'line' end`,
  );
  const search = `search=${encodeURIComponent('warning: 100%_')}`;

  async function searchAll(from: string, nameOfCursor: 'after' | 'before', limit: number): Promise<number[]> {
    const found: number[] = [];
    for (let position: string | undefined = from; position !== undefined; ) {
      const page = await server.page(id, `${search}&limit=${limit}&${position}`);
      found.push(...seqs(page));
      position = page.nextCursor === null ? undefined : `${nameOfCursor}=${page.nextCursor}`;
    }
    return found;
  }
  expect(await searchAll('after=0', 'after', 10)).toEqual([7, 20_007, 40_007]);
  expect(await searchAll('after=0', 'after', 1)).toEqual([7, 20_007, 40_007]);
  expect(await searchAll('after=7', 'after', 10)).toEqual([20_007, 40_007]);
  expect((await searchAll('before=60001', 'before', 1)).toSorted((a, b) => a - b)).toEqual([7, 20_007, 40_007]);
  expect(await searchAll('before=20007', 'before', 5)).toEqual([7]);
  // Of `like` these are wild cards; here they are what they are.
  expect((await server.page(id, 'search=l%25e')).lines).toEqual([]);
  expect((await server.page(id, 'search=l_ne')).lines).toEqual([]);
});

test('the lines of one step are read without those of the others', async () => {
  const server = await startServer();
  const id = await server.endedRun();
  await server.write(id, 'fetch', 1, 3, `'cloning'`);
  await server.write(id, 'build', 4, 9, `'step ' || seq`);
  expect(seqs(await server.page(id, 'step=build'))).toEqual([4, 5, 6, 7, 8, 9]);
  expect(seqs(await server.page(id, 'step=fetch&before=3'))).toEqual([1, 2]);
  expect(seqs(await server.page(id, 'step=build&search=P%208'))).toEqual([8]);
  expect((await server.page(id, 'step=none')).lines).toEqual([]);
});

test('the outline says which lines each step wrote and where a failure begins', async () => {
  const server = await startServer('the build failed');
  const id = await server.endedRun();
  await server.write(id, 'fetch', 1, 3, `'error in a word of the step before'`);
  await server.write(
    id,
    'build',
    4,
    99,
    `case when seq = 4 then '0 errors yet' when seq > 50 then 'Error: no such file' else 'ok' end`,
  );
  expect((await server.get(id, '/output/outline')).json()).toEqual({
    lastSeq: 99,
    steps: [
      { name: 'fetch', firstSeq: 1, lastSeq: 3 },
      { name: 'build', firstSeq: 4, lastSeq: 99 },
    ],
    firstErrorSeq: 51,
  });
});

test('a failure of which no line speaks begins at the last line of its step; a success has none', async () => {
  const failed = await startServer('exit code 1');
  const id = await failed.endedRun();
  await failed.write(id, 'build', 1, 5, `'ok'`);
  expect((await failed.get(id, '/output/outline')).json()).toMatchObject({ firstErrorSeq: 5 });
  const fine = await startServer();
  const other = await fine.endedRun();
  expect((await fine.get(other, '/output/outline')).json()).toEqual({ lastSeq: 0, steps: [], firstErrorSeq: null });
  await fine.write(other, 'build', 1, 5, `'error: none really'`);
  expect((await fine.get(other, '/output/outline')).json()).toMatchObject({ lastSeq: 5, firstErrorSeq: null });
});

test('all output is downloaded as plain text, step by step and in order', async () => {
  const server = await startServer();
  const id = await server.endedRun();
  await server.write(id, 'fetch', 1, 1, `e'\\x1b]0;title\\x07cloning \\x1b[31mred\\x1b[0m'`);
  await server.write(id, 'build', 2, 12_000, `'line ' || seq`);
  const answer = await server.get(id, '/output/download');
  expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
  expect(answer.headers['content-disposition']).toBe(`attachment; filename="${id}.log"`);
  const at = '2026-01-02T03:04:05.000Z';
  const lines = Array.from({ length: 11_999 }, (_, i) => `line ${i + 2}`).join('\n');
  expect(answer.body).toBe(`== fetch (${at}) ==\ncloning red\n\n== build (${at}) ==\n${lines}\n`);
});

test("what a program wrote into the reason of a failure cannot act on anybody's terminal", async () => {
  const server = await startServer('\u001b[31mnpm\u001b[0m said\u0007 \u001b]52;c;cm0=\u0007no\r\n at line 3\u202e');
  const id = await server.endedRun();
  const run = (await server.get(id, '')).json<{ reason: string; steps: { detail: string | null }[] }>();
  expect(run.reason).toBe('npm said no\n at line 3');
  expect(run.steps.at(-1)?.detail).toBe(run.reason);
});

test("another organization's output does not exist", async () => {
  const server = await startServer();
  const id = await server.endedRun('org_other');
  for (const path of ['/output', '/output/outline', '/output/download']) {
    const answer = await server.get(id, path);
    expect([path, answer.statusCode, answer.json().code]).toEqual([path, 404, 'RUN_NOT_FOUND']);
  }
});
