import { expect, test } from 'vitest';
import { startEngines, until } from '../../../test/support/run-engines.ts';
import type { OutputBatch, Run } from './run.ts';
import type { RunEngine } from './run-engine.ts';
import type { RunContext, RunStep } from './run-kind.ts';

/** Kind of a run that writes what the test says. */
function writing<Input>(work: (context: RunContext<Input>) => Promise<void>): RunStep<Input> {
  return {
    name: 'write',
    async run(context) {
      await work(context);
      return null;
    },
  };
}

const numbered = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `line ${from + n}`);

async function follow(engine: RunEngine, id: string, after = 0) {
  const batches: OutputBatch[] = [];
  const states: Run['state'][] = [];
  for await (const update of engine.followOutput(null, id, after, new AbortController().signal)) {
    if (update.type === 'output') batches.push(update.batch);
    else states.push(update.run.state);
  }
  return { batches, states, contents: batches.flatMap((batch) => batch.lines.map((line) => line.content)) };
}

test('readers on any server get every line once and in order, from where they ask, and then the end', async () => {
  await using world = await startEngines();
  let go = false;
  const kind = world.kind('build', [
    writing(async ({ output }) => {
      for (let n = 0; n < 20_000; n += 500) {
        if (!output.write('stdout', numbered(n, n + 500).join('\n'))) await output.flush();
        if (n === 10_000) await until('readers are there', () => go);
      }
    }),
  ]);
  const worker = await world.engine({ kinds: [kind] });
  const elsewhere = await world.engine({ kinds: [kind], concurrency: 0 });
  const id = await world.enqueue(worker, { kind: 'build', subject: 'svc_a' });
  await until('half is there', async () => (await worker.readOutput(null, id, { after: 10_499, limit: 1 })).lines[0]);
  const readers = [
    follow(worker, id),
    follow(elsewhere, id),
    follow(elsewhere, id, 777),
    follow(elsewhere, id, 10_300),
  ];
  go = true;
  const late = world.ended(worker, id).then(() => follow(elsewhere, id, 19_990));
  const [first, second, third, fourth, fifth] = await Promise.all([...readers, late]);
  const all = numbered(0, 20_000);
  expect(first?.contents).toEqual(all);
  expect(second?.contents).toEqual(all);
  expect(third?.contents).toEqual(all.slice(777));
  expect(fourth?.contents).toEqual(all.slice(10_300));
  expect(fifth?.contents).toEqual(all.slice(19_990));
  for (const reader of [first, second, third, fourth, fifth]) expect(reader?.states.at(-1)).toBe('succeeded');
});

test('a reader who stops reading keeps nobody waiting, and still misses nothing', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    writing(async ({ output }) => {
      for (let n = 0; n < 50_000; n += 1_000) {
        output.write('stdout', numbered(n, n + 1_000).join('\n'));
        await output.flush();
      }
    }),
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  const slow = engine.followOutput(null, id, 0, new AbortController().signal)[Symbol.asyncIterator]();
  const contents: string[] = [];
  const take = async () => {
    const { value } = await slow.next();
    if (value?.type === 'output') for (const line of value.batch.lines) contents.push(line.content);
    return value?.type;
  };
  await until('the first lines', async () => (await take()) === 'output');
  await world.ended(engine, id);
  await until('the end', async () => (await take()) === 'end');
  expect(contents).toEqual(numbered(0, 50_000));
});

test('following ends with the signal', async () => {
  await using world = await startEngines();
  const engine = await world.engine({ kinds: [world.kind('build', [])], concurrency: 0 });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  const stop = new AbortController();
  const seen: string[] = [];
  for await (const update of engine.followOutput(null, id, 0, stop.signal)) {
    seen.push(update.type);
    setTimeout(() => stop.abort(), 20);
  }
  expect(new Set(seen)).toEqual(new Set(['state']));
});

test('secrets are hidden before they are stored', async () => {
  await using world = await startEngines();
  const secret = 'pässw0rd/+?';
  const kind = world.kind('build', [
    writing(async (context) => {
      const { output } = context;
      output.write('stdout', 'before anybody knew: pässw0rd/+?');
      context.mask([secret]);
      output.write('stderr', `plain ${secret}\nurl ${encodeURIComponent(secret)}`);
      output.write('event', JSON.stringify({ auth: Buffer.from(`user:${secret}`).toString('base64') }));
    }),
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  await world.ended(engine, id);
  const { rows } = await world.database.pool.query<{ content: string }>('select content from run_output order by seq');
  expect(rows.map((row) => row.content)).toEqual([
    'before anybody knew: pässw0rd/+?',
    'plain ••••••',
    'url ••••••',
    expect.stringMatching(/^\{"auth":".{0,8}••••••.{0,3}"\}$/),
  ]);
});

test('what PostgreSQL or a terminal could stumble over does no harm', async () => {
  await using world = await startEngines();
  const texts = [
    'a\tb\\c\\N',
    '\\.',
    'NUL \0 here',
    'half \ud83d of it',
    'one\r\ntwo\rthree',
    '\u001b]0;title\u0007\u001b[2J',
  ];
  const kind = world.kind('build', [
    writing(async ({ output }) => {
      for (const text of texts) output.write('stdout', text);
      output.write('stdout', 'x'.repeat(10 * 1024 * 1024));
    }),
  ]);
  const engine = await world.engine({ kinds: [kind], settings: { outputPendingBytes: 32 * 1024 * 1024 } });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  expect((await world.ended(engine, id)).state).toBe('succeeded');
  const contents = (await world.output(engine, id)).map((line) => line.content);
  expect(contents.slice(0, 7)).toEqual([
    'a\tb\\c\\N',
    '\\.',
    'NUL  here',
    'half � of it',
    'one',
    'two\rthree',
    '\u001b]0;title\u0007\u001b[2J',
  ]);
  expect(contents.slice(7).map((content) => content.length)).toEqual(Array.from({ length: 160 }, () => 65_536));
});

test('a flood is bounded, and the lines that were dropped are counted', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    writing(async ({ output }) => {
      for (let n = 0; n < 100; n++) output.write('stdout', numbered(n * 1_000, (n + 1) * 1_000).join('\n'));
      output.write('system', 'what davit itself says is kept');
    }),
  ]);
  const settings = { outputLinesPerSecond: 1_000, outputWindowSeconds: 2 };
  const engine = await world.engine({ kinds: [kind], settings });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  await world.ended(engine, id);
  const lines = await world.output(engine, id);
  const kept = lines.filter((line) => line.stream === 'stdout');
  expect(kept.slice(0, 2_000).map((line) => line.content)).toEqual(numbered(0, 2_000));
  expect(kept.length).toBeLessThan(100_000);
  expect(lines.map((line) => line.content)).toContain('what davit itself says is kept');
  const dropped = lines
    .map((line) => /^([\d,]+) lines dropped: the run writes more than is kept\.$/.exec(line.content)?.[1] ?? '0')
    .reduce((sum, count) => sum + Number(count.replaceAll(',', '')), 0);
  expect(dropped + kept.length).toBe(100_000);
  expect(lines.map((line) => line.seq)).toEqual(lines.map((_, n) => n + 1));
});

test('a run keeps no more output than it may, and says that it did not', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    writing(async ({ output }) => {
      for (let n = 0; n < 100; n++) output.write('stdout', 'x'.repeat(1_000));
    }),
  ]);
  const engine = await world.engine({ kinds: [kind], settings: { outputMaxBytes: 10_000 } });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  await world.ended(engine, id);
  const lines = await world.output(engine, id);
  expect(lines.slice(-2).map((line) => line.content)).toEqual([
    'Output beyond 10000 bytes is not kept.',
    '90 lines dropped: the run writes more than is kept.',
  ]);
  expect(lines.length).toBe(12);
});

test('a page holds about a megabyte, however long its lines are', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [
    writing(async ({ output }) => {
      for (let n = 0; n < 40; n++) output.write('stdout', String(n).padEnd(60_000, '.'));
    }),
  ]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a' });
  await world.ended(engine, id);
  const { lines } = await engine.readOutput(null, id, { after: 0, limit: 1_000 });
  expect(lines.length).toBe(17);
  expect((await world.output(engine, id)).map((line) => Number.parseInt(line.content, 10))).toEqual(
    Array.from({ length: 40 }, (_, n) => n),
  );
});

test('old output is removed, the run stays and says so', async () => {
  await using world = await startEngines();
  const kind = world.kind('build', [writing(async ({ output }) => void output.write('stdout', 'one\ntwo'))]);
  const engine = await world.engine({ kinds: [kind] });
  const ids = [];
  for (let n = 0; n < 25; n++) ids.push(await world.enqueue(engine, { kind: 'build', subject: `svc_${n}` }));
  for (const id of ids) await world.ended(engine, id);
  const [old = '', recent = ''] = ids.slice(-2);
  await world.database.db
    .updateTable('runs')
    .set({ finishedAt: new Date('2026-01-01') })
    .where('id', '!=', recent)
    .execute();
  expect(await engine.removeOldOutput(new Date('2026-02-01'))).toBe(24);
  expect(await engine.removeOldOutput(new Date('2026-02-01'))).toBe(0);
  expect(await world.output(engine, old)).toEqual([]);
  expect(await engine.getRun(null, old)).toMatchObject({ state: 'succeeded', outputRemovedAt: expect.any(Date) });
  expect((await follow(engine, old)).states).toEqual(['succeeded']);
  expect((await world.output(engine, recent)).length).toBe(2);
});

test('with a run goes its output', async () => {
  await using world = await startEngines();
  const organizationId = await world.createOrganization('acme');
  const kind = world.kind('build', [writing(async ({ output }) => void output.write('stdout', 'one'))]);
  const engine = await world.engine({ kinds: [kind] });
  const id = await world.enqueue(engine, { kind: 'build', subject: 'svc_a', organizationId });
  await until('it ends', async () => (await engine.getRun(organizationId, id)).finishedAt);
  await world.database.db.deleteFrom('organizations').where('id', '=', organizationId).execute();
  expect((await world.database.pool.query('select from run_output')).rowCount).toBe(0);
});
