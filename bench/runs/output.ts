/**
 * Output of runs: lines stored and tailed by 10 readers, with the memory it takes; 100 readers over HTTP against batched
 * Server-Sent Events with nothing behind them; and what a flood does to the API. Prints the table of bench/README.md.
 *
 *     node --expose-gc bench/runs/output.ts
 */
import type { AddressInfo } from 'node:net';
import { registerRunRoutes } from '../../packages/server/src/features/runs/index.ts';
import { silentLogger } from '../../packages/server/src/kernel/logger.ts';
import { createHttpServer } from '../../packages/server/src/platform/http/http-server.ts';
import { createRunEngine, type RunEngine } from '../../packages/server/src/platform/runs/run-engine.ts';
import { startBareStream } from './bare-stream.ts';
import { type BenchDatabase, createBenchDatabase } from './bench-database.ts';
import { runProgram } from './child.ts';
import { createWriter, flooded, linesOf } from './output-kinds.ts';
import { percentile, table, whole } from './statistics.ts';

const LINES = 1_000_000;
const READERS = 10;
const STREAM_LINES = 50_000;
const STREAM_READERS = 100;
const FLOOD = { perSecond: 100_000, seconds: 10 };
const ASKING = { perSecond: 100, seconds: 9 };
const ROUNDS = 3;
const ORGANIZATION = 'org_bench';

let begin: () => Promise<void> = async () => {};

async function enqueue(database: BenchDatabase, engine: RunEngine, kind: string, input: object): Promise<string> {
  const run = { kind, organizationId: ORGANIZATION, subject: kind, input, askedBy: null };
  return (await database.db.transaction().execute((trx) => engine.enqueue(trx, run))).id;
}

/** Reads to the end; how many lines there were, each the one after the last. */
async function tail(engine: RunEngine, id: string): Promise<number> {
  let last = 0;
  for await (const update of engine.followOutput(ORGANIZATION, id, 0, new AbortController().signal)) {
    if (update.type !== 'output') continue;
    if (update.batch.firstSeq !== last + 1) throw new Error(`gap after line ${last}`);
    last = update.batch.lastSeq;
  }
  return last;
}

function heapMiB(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / 1024 / 1024;
}

async function measureTail(database: BenchDatabase, engine: RunEngine) {
  const id = await enqueue(database, engine, 'bench.write', { lines: LINES });
  const heaps: number[] = [];
  const timer = setInterval(() => heaps.push(heapMiB()), 1_000);
  const start = performance.now();
  const counts = await Promise.all(Array.from({ length: READERS }, () => tail(engine, id)));
  const seconds = (performance.now() - start) / 1_000;
  clearInterval(timer);
  if (counts.some((count) => count !== LINES)) throw new Error(`lines are missing: ${counts.join(' ')}`);
  const half = heaps.length >> 1;
  return {
    perSecond: LINES / seconds,
    early: percentile(heaps.slice(0, half), 0.5),
    late: percentile(heaps.slice(half), 0.5),
    peak: Math.max(...heaps),
  };
}

type Read = { lines: number; bytes: number };

/** Lines a second that all readers together were given. */
async function streamDavit(database: BenchDatabase, engine: RunEngine, port: number): Promise<number> {
  const ready = Promise.withResolvers<number>();
  begin = async () => {
    // Every reader has its connection and its first event before the first line is written.
    while ((await engine.listRuns(ORGANIZATION, { limit: 1 })).length === 0 || readers() < STREAM_READERS) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    ready.resolve(performance.now());
  };
  const id = await enqueue(database, engine, 'bench.write', { lines: STREAM_LINES });
  const command = { port, path: `/v1/runs/${id}/stream`, readers: STREAM_READERS };
  const read = await runProgram<Read>('sse-readers.ts', command);
  begin = async () => {};
  if (read.lines !== STREAM_LINES * STREAM_READERS) throw new Error(`${read.lines} lines arrived`);
  return read.lines / ((performance.now() - (await ready.promise)) / 1_000);
}

async function streamBare(): Promise<number> {
  const frames: string[] = [];
  for (let at = 0; at < STREAM_LINES; at += 1_000) {
    const lines = linesOf(at, at + 1_000)
      .split('\n')
      .map((content, n) => ({
        seq: at + n + 1,
        at: new Date().toISOString(),
        step: 'write',
        stream: 'stdout',
        content,
      }));
    frames.push(`\nid: ${at + 1_000}\nevent: output\ndata: ${JSON.stringify(lines)}\n\n`);
  }
  const server = await startBareStream(frames, STREAM_READERS);
  const reading = runProgram<Read>('sse-readers.ts', { port: server.port, path: '/', readers: STREAM_READERS });
  await server.everybody;
  const start = performance.now();
  const read = await reading;
  server.close();
  if (read.lines !== STREAM_LINES * STREAM_READERS) throw new Error(`${read.lines} lines arrived`);
  return read.lines / ((performance.now() - start) / 1_000);
}

/** p99 of the API in milliseconds, with nothing to do and under a flood, in turn. */
async function measureFlood(database: BenchDatabase, engine: RunEngine, port: number, path: string) {
  const ask = async () => percentile(await runProgram<number[]>('api-caller.ts', { port, path, ...ASKING }), 0.99);
  await ask();
  const rounds: [flood: number, idle: number][] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const idle = await ask();
    const id = await enqueue(database, engine, 'bench.flood', FLOOD);
    rounds.push([await ask(), idle]);
    while ((await engine.getRun(ORGANIZATION, id)).finishedAt === null)
      await new Promise((done) => setTimeout(done, 100));
  }
  return middle(rounds);
}

/** The round whose ratio is the median. */
function middle(rounds: readonly [number, number][]): [number, number] {
  return rounds.toSorted((a, b) => a[0] / a[1] - b[0] / b[1])[rounds.length >> 1] ?? [Number.NaN, Number.NaN];
}

await using database = await createBenchDatabase();
await database.db.insertInto('organizations').values({ id: ORGANIZATION, name: 'bench' }).execute();
const kinds = [createWriter(() => begin()), flooded];
const options = { database, logger: silentLogger, concurrency: 4, kinds, ownerName: 'bench' };
const unbounded = { outputLinesPerSecond: 1_000_000, outputMaxBytes: Number.MAX_SAFE_INTEGER };
const principal = { kind: 'user', userId: 'usr_bench', organizationId: ORGANIZATION, role: 'owner' } as const;

async function serve(engine: RunEngine) {
  const app = await createHttpServer({
    logger: silentLogger,
    authenticate: async () => ({ ...principal, sessionId: null, apiTokenId: null }),
  });
  registerRunRoutes(app, { engine });
  await app.listen({ host: '127.0.0.1', port: 0 });
  return { app, port: (app.server.address() as AddressInfo).port };
}

let readers = () => 0;

const fast = createRunEngine({ ...options, settings: unbounded });
await fast.start();
const tailed = await measureTail(database, fast);
const streams = await serve(fast);
readers = () => streams.app.httpContext.streams.size;
const ratios: [davit: number, bare: number][] = [];
for (let round = 0; round < ROUNDS; round++) {
  ratios.push([await streamDavit(database, fast, streams.port), await streamBare()]);
}
await streams.app.close();
await fast.stop(1_000);

const bounded = createRunEngine(options);
await bounded.start();
const api = await serve(bounded);
const looked = await enqueue(database, bounded, 'bench.write', { lines: 10 });
const [flood, idle] = await measureFlood(database, bounded, api.port, `/v1/runs/${looked}`);
await api.app.close();
await bounded.stop(1_000);

const [davit, bare] = middle(ratios);
console.log(
  table(
    ['measured', 'davit', 'peer', 'ratio', 'goal'],
    [
      [
        `${whole(LINES)} lines stored and tailed by ${READERS} readers`,
        `${whole(tailed.perSecond)} lines/s`,
        '',
        '',
        '≥ 50,000 lines/s',
      ],
      [
        'heap meanwhile, second half',
        `${tailed.late.toFixed(0)} MiB (peak ${tailed.peak.toFixed(0)})`,
        `first half: ${tailed.early.toFixed(0)} MiB`,
        `${(tailed.late / tailed.early).toFixed(2)} times as much`,
        'flat',
      ],
      [
        `${STREAM_READERS} readers over HTTP, all together`,
        `${whole(davit)} lines/s`,
        `bare batched SSE: ${whole(bare)} lines/s`,
        `${(davit / bare).toFixed(2)} times as fast`,
        '≥ 0.5',
      ],
      [
        `API under a flood of ${whole(FLOOD.perSecond)} lines/s, p99`,
        `${flood.toFixed(1)} ms`,
        `idle: ${idle.toFixed(1)} ms`,
        `${(flood / idle).toFixed(2)} times the time`,
        '< 3',
      ],
    ],
  ),
);
