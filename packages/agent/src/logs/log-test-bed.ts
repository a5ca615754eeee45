import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LogLine, LogQuery, LogRetention } from '../protocol/protocol.ts';
import type { Collector } from './log-collector.ts';
import type { LogStore } from './log-store.ts';
import { createLogStore } from './log-store.ts';

/** A real store in a temporary folder, with output files that a test writes as an instance would. */
export class LogTestBed {
  readonly warnings: string[] = [];
  /** Offsets that collectors reported as consumed, newest last. */
  readonly consumed: { stream: string; offset: number }[] = [];
  /** What the store takes for the present; the real present until it is set. */
  now: number | undefined;
  readonly #folder: string;
  readonly #options: TestBedOptions;
  #store: LogStore | undefined;

  constructor(folder: string, options: TestBedOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  get store(): LogStore {
    return this.#store as LogStore;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  async write(name: string, content: string | Buffer): Promise<void> {
    await appendFile(this.path(name), content);
  }

  /** Opens the store over the same folder, as a new agent would; the former one is closed. */
  async open(): Promise<void> {
    await this.#store?.close();
    this.#store = await createLogStore({
      ...this.#options,
      folder: this.path('store'),
      logger: { warn: (_fields, message = '') => void this.warnings.push(message) },
      now: () => this.now ?? Date.now(),
    });
  }

  /** Collects `<instance>.out` and `<instance>.err` into a key. */
  collect(instance: string, labels: Record<string, string> = {}, key = 'web'): Collector {
    return this.store.collect({
      key,
      instance,
      labels,
      stdoutPath: this.path(`${instance}.out`),
      stderrPath: this.path(`${instance}.err`),
      onConsumed: (stream, offset) => void this.consumed.push({ stream, offset }),
    });
  }

  /** Every line of a key, read page by page from the oldest one. */
  async all(query: LogQuery = {}, key = 'web'): Promise<LogLine[]> {
    const lines: LogLine[] = [];
    for (let after = '0'.repeat(16); ; ) {
      const page = await this.store.read(key, { ...query, after });
      lines.push(...page.lines);
      if (page.nextCursor === after || page.nextCursor === null) return lines;
      after = page.nextCursor;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#store?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

interface TestBedOptions {
  retention?: LogRetention;
  searchMs?: number;
}

export async function createLogTestBed(options: TestBedOptions = {}): Promise<LogTestBed> {
  const bed = new LogTestBed(await mkdtemp(join(tmpdir(), 'davit-logs-')), options);
  await bed.open();
  return bed;
}

/** Text of lines with those that are partial put together with what follows them. */
export function joinedContents(lines: readonly LogLine[]): string[] {
  const contents: string[] = [];
  let unfinished = '';
  for (const { content, partial } of lines) {
    unfinished += content;
    if (partial === true) continue;
    contents.push(unfinished);
    unfinished = '';
  }
  return unfinished === '' ? contents : [...contents, unfinished];
}

/** Numbers from 0 up to (not with) 1, the same ones for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
