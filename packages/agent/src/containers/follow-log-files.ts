import { watch } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogFrame } from '../engine/engine.ts';
import { LogFileChain } from './log-file-chain.ts';
import type { LogMark } from './log-place.ts';
import { readRecords } from './log-records.ts';

const CHUNK_BYTES = 512 * 1024;
/** Where a machine has no watches left, news are found this late. */
const LOOK_MS = 1000;
/** News within this time are read together, however often the engine writes. */
const GATHER_MS = 25;

/** A part of a log, in its order. */
export interface LogPart {
  frames: readonly LogFrame[];
  /** Something may be missing before these. */
  isAfterGap: boolean;
  /** Whether the log was found at the mark that was asked for, so that all of it is new. */
  isResumed: boolean;
  /** Where the log goes on behind them. */
  mark: LogMark | undefined;
}

export interface FollowLogFilesOptions {
  path: string;
  /** Where to go on, if it is still there. */
  from: LogMark | undefined;
  /** Whether to wait for more at the end. */
  follow: boolean;
  signal: AbortSignal;
}

/** Waits until the file at a path changes, or for a while. */
async function waitForNews(path: string, isNew: () => boolean | Promise<boolean>, signal: AbortSignal): Promise<void> {
  const changed = new AbortController();
  const either = AbortSignal.any([signal, changed.signal]);
  let watcher: ReturnType<typeof watch> | undefined;
  try {
    watcher = watch(path, { persistent: false }, () => changed.abort());
    watcher.on('error', () => watcher?.close());
  } catch {
    // No watches left, or the file is just being exchanged.
  }
  try {
    // What was written before the watch was there made no event.
    if (!(await isNew())) await sleep(LOOK_MS, undefined, { signal: either, ref: false }).catch(() => undefined);
  } finally {
    watcher?.close();
  }
  await sleep(GATHER_MS, undefined, { signal, ref: false }).catch(() => undefined);
}

/**
 * Reads a container's log from the files of the engine's driver `json-file`, from a mark on or from the oldest file. The
 * engine's own answer leaves lines out without a word when it rotates faster than it reads; the files say when one is gone.
 */
export async function* followLogFiles({ path, from, follow, signal }: FollowLogFilesOptions): AsyncGenerator<LogPart> {
  const chain = new LogFileChain(path);
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let offset = 0;
  let isAfterGap = false;
  try {
    await chain.look(from?.file);
    const isResumed = from !== undefined && chain.current?.id === from.file;
    if (isResumed) offset = from.offset;
    while (!signal.aborted) {
      // Also in the middle of a file: one that is not opened in time is lost.
      if (chain.hasNews()) await chain.look();
      const { current, hasNext } = chain;
      if (current === undefined) return;
      const { bytesRead } = await current.handle.read(buffer, 0, buffer.length, offset);
      const { frames, bytes, isDamaged } = readRecords(buffer.subarray(0, bytesRead));
      isAfterGap ||= isDamaged;
      if (bytes > 0) {
        offset += bytes;
        yield { frames, isAfterGap, isResumed, mark: { file: current.id, offset } };
        isAfterGap = false;
      } else if (bytesRead === buffer.length) {
        // No record is as long.
        offset += bytesRead;
        isAfterGap = true;
      } else if (hasNext) {
        // The engine writes to it no more; half a record at its end is what it could not write.
        await chain.next();
        offset = 0;
        isAfterGap ||= bytesRead > 0 || chain.current?.isAfterGap === true;
      } else if (follow) {
        const end = offset + bytesRead;
        await waitForNews(path, async () => chain.hasNews() || (await current.handle.stat()).size > end, signal);
      } else {
        return;
      }
    }
  } finally {
    await chain.close();
  }
}
