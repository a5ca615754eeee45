/**
 * Instance logs against their peers in the same run: storing, against a bare program that reads a pipe and writes a JSON
 * record a line; a page of 1,000 lines, against the same page from rows in PostgreSQL. Prints the table of bench/README.md.
 *
 *     node bench/logs/instance-logs.ts
 */
import { deepStrictEqual } from 'node:assert';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import type { LogStore } from '../../packages/agent/src/logs/log-store.ts';
import { createLogStore } from '../../packages/agent/src/logs/log-store.ts';
import { createPostgresLogs } from './postgres-page.ts';

const LINES = 1_000_000;
const ROUNDS = 5;
const PAGE = 1000;
const PAGES = 500;
const LABELS = { deployment: 'dep_4f1c', service: 'web' };
const flood = [fileURLToPath(new URL('flood-process.ts', import.meta.url)), String(LINES)];

const median = (values: number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** The floor: what a program of twenty lines does. Returns milliseconds. */
async function storeBare(folder: string): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, flood, { stdio: ['ignore', 'pipe', 'inherit'] });
  const file = createWriteStream(join(folder, 'bare.jsonl'));
  let rest = '';
  for await (const chunk of child.stdout.setEncoding('utf8')) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    let records = '';
    for (const content of lines) {
      const at = new Date().toISOString();
      records += `${JSON.stringify({ at, instance: 'web-1', labels: LABELS, stream: 'stdout', content })}\n`;
    }
    if (!file.write(records)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
  return performance.now() - started;
}

/** The same lines through a collector, until the last one is stored and synced. Returns milliseconds. */
async function storeDavit(store: LogStore, folder: string): Promise<number> {
  const paths = { stdoutPath: join(folder, 'web.out'), stderrPath: join(folder, 'web.err') };
  await store.remove('web');
  await rm(paths.stdoutPath, { force: true });
  const started = performance.now();
  const output = openSync(paths.stdoutPath, 'a');
  const child = spawn(process.execPath, flood, { stdio: ['ignore', output, 'inherit'] });
  closeSync(output);
  const collector = store.collect({
    key: 'web',
    instance: 'web-1',
    labels: LABELS,
    ...paths,
    onConsumed: () => undefined,
  });
  await once(child, 'exit');
  await collector.drain();
  const elapsed = performance.now() - started;
  await collector.stop();
  const page = await store.read('web', { limit: 1 });
  if (!page.lines[0]?.content.startsWith(`request ${LINES - 1} `)) throw new Error('lines are missing');
  return elapsed;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Both pages in turn, so that what else the machine does falls on both. Milliseconds. */
async function comparePages(store: LogStore, key: string): Promise<{ davit: number; postgres: number }> {
  const lines = (await store.read(key, { limit: 10_000 })).lines;
  const rows = await createPostgresLogs(lines);
  try {
    deepStrictEqual(await rows.newestPage(PAGE), (await store.read(key, { limit: PAGE })).lines);
    const times = { davit: [] as number[], postgres: [] as number[] };
    for (let at = 0; at < PAGES; at += 1) {
      times.postgres.push(await timed(() => rows.newestPage(PAGE)));
      times.davit.push(await timed(() => store.read(key, { limit: PAGE })));
    }
    return { davit: median(times.davit), postgres: median(times.postgres) };
  } finally {
    await rows.close();
  }
}

/** A service that says little: each line arrives, and is stored, by itself. */
async function storeOneByOne(store: LogStore, key: string): Promise<void> {
  for (let at = 0; at < 10_000; at += 1) {
    const content = `request ${at} GET /api/v1/items/${at} answered 200 in 12 ms for user 4f1c, 1830 bytes`;
    await store.append(key, { instance: 'web-1', labels: LABELS, content, stream: 'stdout' });
  }
}

const folder = await mkdtemp(join(tmpdir(), 'davit-bench-logs-'));
const logger = { warn: console.warn };
const store = await createLogStore({ folder: join(folder, 'store'), logger });
try {
  const times = { bare: [] as number[], davit: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    times.bare.push(await storeBare(folder));
    times.davit.push(await storeDavit(store, folder));
  }
  await storeOneByOne(store, 'quiet');
  const flooded = await comparePages(store, 'web');
  const quiet = await comparePages(store, 'quiet');

  const rate = (ms: number): string => `${Math.round(LINES / ms).toLocaleString('en')},000 lines/s`;
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  const bare = median(times.bare);
  const davit = median(times.davit);
  console.log(`| measured | davit | peer | ratio | goal |
| --- | --- | --- | --- | --- |
| ${LINES.toLocaleString('en')} lines printed and stored | ${rate(davit)} | pipe + JSON record a line: ${rate(bare)} | ${(bare / davit).toFixed(2)} times as fast | ≥ 0.5 |
| page of 1,000 lines of a flood | ${ms(flooded.davit)} | rows in PostgreSQL: ${ms(flooded.postgres)} | ${(flooded.davit / flooded.postgres).toFixed(2)} times the time | ≤ 0.25 |
| page of 1,000 lines that came one by one | ${ms(quiet.davit)} | rows in PostgreSQL: ${ms(quiet.postgres)} | ${(quiet.davit / quiet.postgres).toFixed(2)} times the time | ≤ 0.25 |`);
} finally {
  await store.close();
  await rm(folder, { recursive: true, force: true });
}
