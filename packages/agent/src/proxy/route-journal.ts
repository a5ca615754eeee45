import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';
import { type RouteSpec, routeSpec } from '../protocol/protocol.ts';
import type { ProxyLogger } from './proxy-logger.ts';

const VERSION = 1;
const header = z.object({ format: z.literal('davit-routes'), version: z.int() });
const record = z.strictObject({ host: z.string(), route: routeSpec.nullable() });

/** Rewritten when the changes appended since the last rewrite are both more than this and more than the table itself. */
const COMPACT_BYTES = 256 * 1024;

interface Change {
  host: string;
  route: RouteSpec | null;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * The routes on disk: a file of one JSON record a line to which changes are appended, rewritten now and then. Changes
 * that come while the disk is busy share one write and one fsync, so that 10,000 of them cost a handful of each.
 */
export interface RouteJournal {
  /** What is durable now. */
  readonly entries: ReadonlyMap<string, RouteSpec>;
  /** Resolves when the change is on disk; a failed one (disk full) leaves everything as it was. `null` removes. */
  write(host: string, route: RouteSpec | null): Promise<void>;
  /** Waits for the changes under way, then closes the file. */
  close(): Promise<void>;
}

/** Opens or makes the file. @throws when it cannot be written, or was written by a newer davit. */
export async function openRouteJournal(file: string, logger: ProxyLogger): Promise<RouteJournal> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const journal = new FileJournal(file, await load(file, logger));
  await journal.compact();
  return journal;
}

class FileJournal implements RouteJournal {
  readonly entries: Map<string, RouteSpec>;
  readonly #file: string;
  #handle: FileHandle | undefined;
  #size = 0;
  #compactedSize = 0;
  #waiting: Change[] = [];
  #writing: Promise<void> | undefined;
  #closed = false;

  constructor(file: string, entries: Map<string, RouteSpec>) {
    this.#file = file;
    this.entries = entries;
  }

  write(host: string, route: RouteSpec | null): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('The routing table is closed.'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ host, route, resolve, reject });
      this.#writing ??= this.#drain().finally(() => {
        this.#writing = undefined;
      });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#handle?.close();
    this.#handle = undefined;
  }

  /** Writes the whole table to a new file that takes the old one's place. Also drops a line torn by a crash. */
  async compact(): Promise<void> {
    const temporary = `${this.#file}.tmp`;
    const lines = [`${JSON.stringify({ format: 'davit-routes', version: VERSION })}\n`];
    for (const [host, route] of this.entries) lines.push(line(host, route));
    const content = Buffer.from(lines.join(''));
    const handle = await open(temporary, 'w', 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
      await rename(temporary, this.#file);
      await syncFolder(dirname(this.#file));
    } catch (error) {
      await handle.close();
      // The old file may have lost its name already; the next change starts with a new one.
      await this.#handle?.close();
      this.#handle = undefined;
      throw error;
    }
    await this.#handle?.close();
    this.#handle = handle;
    this.#size = this.#compactedSize = content.length;
  }

  async #drain(): Promise<void> {
    // Changes asked for in the same turn of the event loop share the first write too.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      try {
        await this.#commit(batch);
        for (const change of batch) change.resolve();
      } catch (error) {
        for (const change of batch) change.reject(error);
      }
    }
  }

  async #commit(batch: Change[]): Promise<void> {
    const grown = this.#size - this.#compactedSize;
    // No handle: an earlier append failed half-way, and its rest must not be glued to the next line.
    if (!this.#handle || (grown > COMPACT_BYTES && grown > this.#compactedSize)) await this.compact();
    const content = Buffer.from(batch.map(({ host, route }) => line(host, route)).join(''));
    const handle = this.#handle;
    if (!handle) throw new Error('The routing table has no file.');
    try {
      let written = 0;
      while (written < content.length) {
        const { bytesWritten } = await handle.write(content, written, content.length - written, this.#size + written);
        written += bytesWritten;
      }
      await handle.datasync();
    } catch (error) {
      this.#handle = undefined;
      await handle.close().catch(() => {});
      throw error;
    }
    this.#size += content.length;
    for (const { host, route } of batch) {
      if (route) this.entries.set(host, route);
      else this.entries.delete(host);
    }
  }
}

function line(host: string, route: RouteSpec | null): string {
  return `${JSON.stringify({ host, route })}\n`;
}

async function load(file: string, logger: ProxyLogger): Promise<Map<string, RouteSpec>> {
  const entries = new Map<string, RouteSpec>();
  const content = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  if (content === '') return entries;
  // What follows the last newline was being written when the agent died; nobody was told that it is durable.
  const lines = content.split('\n').slice(0, -1);
  const first = header.safeParse(parseJson(lines[0] ?? ''));
  if (first.success && first.data.version > VERSION) {
    throw new Error(`The routing table ${file} was written by a newer davit (version ${first.data.version}).`);
  }
  let unreadable = first.success ? 0 : 1;
  for (const text of lines.slice(1)) {
    const parsed = record.safeParse(parseJson(text));
    if (!parsed.success) unreadable += 1;
    else if (parsed.data.route) entries.set(parsed.data.host, parsed.data.route);
    else entries.delete(parsed.data.host);
  }
  if (unreadable > 0) logger.error({ file, unreadable }, 'lines of the routing table are damaged and were left out');
  return entries;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
