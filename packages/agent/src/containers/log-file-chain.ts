import { type BigIntStats, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** A log driver that keeps more files than this was set up by somebody else. */
const MOST_FILES = 20;
/** So many files are held open, also when the engine has removed them: what is read more slowly than it is printed for longer has a gap. */
const HELD_FILES = 8;

/** One file of a log, whatever it is called by now. */
export interface HeldFile {
  readonly id: string;
  readonly handle: FileHandle;
  /** Between the file before and this one may have been others. */
  isAfterGap: boolean;
}

/** File systems give a number again to the next file, so the time of birth (0 where there is none) belongs to it. */
const idOf = ({ dev, ino, birthtimeNs }: BigIntStats): string => `${dev}:${ino}:${birthtimeNs}`;

/** Which files there are now, from the newest on. Undefined: the engine is just exchanging the newest. */
function listFiles(path: string): string[] | undefined {
  const ids: string[] = [];
  for (let number = 0; number <= MOST_FILES; number++) {
    // Synchronous: this asks the kernel's cache in 3 µs, an asynchronous call takes ten times that from the thread pool.
    const found = statSync(number === 0 ? path : `${path}.${number}`, { bigint: true, throwIfNoEntry: false });
    if (found === undefined && number === 0) return undefined;
    if (found === undefined) break;
    ids.push(idOf(found));
  }
  return ids;
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return undefined;
  }
}

/**
 * The files of one log, in the order in which they were written. The engine calls the newest by the log's name, moves it to
 * `.1` when it is full, that to `.2`, and removes the last. A file that was seen once is held open, so that nothing of it is
 * lost however often it is moved, or removed.
 */
export class LogFileChain {
  readonly #path: string;
  #files: HeldFile[] = [];
  /** The newest file that was seen; those after it are news. */
  #newest: string | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  /** The file to read from; undefined before {@link look} has found one. */
  get current(): HeldFile | undefined {
    return this.#files[0];
  }

  /** Whether newer files wait behind the current one. */
  get hasNext(): boolean {
    return this.#files.length > 1;
  }

  /** Whether the log goes by another file than the newest that is known. Cheap. */
  hasNews(): boolean {
    const found = statSync(this.#path, { bigint: true, throwIfNoEntry: false });
    return found !== undefined && idOf(found) !== this.#newest;
  }

  /** Takes in the files that came since the last look; the first look begins at the file `from`, else at the oldest. */
  async look(from?: string): Promise<void> {
    for (;;) {
      const ids = listFiles(this.#path);
      if (ids === undefined || ids[0] === this.#newest) return;
      // Of what is listed, everything from here on is older than what is wanted.
      const known = ids.indexOf(this.#newest ?? from ?? '');
      const isResumed = this.#newest === undefined && known !== -1;
      const wanted = known === -1 ? ids : ids.slice(0, isResumed ? known + 1 : known);
      const opened = await this.#open(wanted);
      // They moved on while they were opened.
      if (opened === undefined) continue;
      const [first] = opened;
      if (first !== undefined && this.#newest !== undefined && known === -1) first.isAfterGap = true;
      this.#files.push(...opened);
      this.#newest = ids[0];
      await this.#dropOldest();
      return;
    }
  }

  /** Goes on to the file behind the current one, which has been read to its end. */
  async next(): Promise<void> {
    await this.#files.shift()?.handle.close();
  }

  async close(): Promise<void> {
    for (const { handle } of this.#files.splice(0)) await handle.close();
    this.#newest = undefined;
  }

  /** Opens files by their places, the oldest first; undefined when one is not the one that was found there. */
  async #open(ids: readonly string[]): Promise<HeldFile[] | undefined> {
    const opened: HeldFile[] = [];
    for (const [number, id] of [...ids.entries()].toReversed()) {
      const handle = await openIfThere(number === 0 ? this.#path : `${this.#path}.${number}`);
      if (handle !== undefined) opened.push({ id, handle, isAfterGap: false });
      if (handle === undefined || idOf(await handle.stat({ bigint: true })) !== id) {
        for (const each of opened) await each.handle.close();
        return undefined;
      }
    }
    return opened;
  }

  async #dropOldest(): Promise<void> {
    const dropped = this.#files.splice(1, Math.max(0, this.#files.length - HELD_FILES));
    for (const { handle } of dropped) await handle.close();
    const [, next] = this.#files;
    if (next !== undefined && dropped.length > 0) next.isAfterGap = true;
  }
}
