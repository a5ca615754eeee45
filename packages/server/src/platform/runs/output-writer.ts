import type { Clock } from '../../kernel/clock.ts';
import type { FloodBound } from './output-flood.ts';
import { copyEscape, countLines, toLines } from './output-lines.ts';
import type { EncodedBatch } from './output-store.ts';
import type { OutputLine, OutputStream } from './run.ts';
import { RunInterruption } from './run-kind.ts';
import type { RunSettings } from './run-settings.ts';
import type { SecretMask } from './secret-mask.ts';

export interface OutputWriterOptions {
  runId: string;
  /** Sequence number of the last line that is stored already. */
  lastSeq: number;
  settings: RunSettings;
  clock: Clock;
  mask: SecretMask;
  flood: FloodBound;
  /** Stores a batch, however often it must try; fails only when the lease is lost. */
  store(batch: EncodedBatch): Promise<void>;
}

export interface OutputWriter {
  /** False when much waits to be stored: then wait for `flush`, or lines will be dropped. */
  write(step: string, stream: OutputStream, text: string): boolean;
  /** A line of the engine itself, which is never dropped. */
  note(step: string, text: string): void;
  flush(): Promise<void>;
  /** Says what was dropped, and stores all. */
  close(): Promise<void>;
  /** Forgets what waits: another worker has the run. */
  abandon(): void;
}

interface OpenBatch extends EncodedBatch {
  bytes: number;
  few: OutputLine[] | undefined;
}

/** Content bytes of one batch: a thousand lines of 64 KiB would be too much to hold and to send at once. */
const BATCH_BYTES = 1024 * 1024;
const DROP_NOTE_MS = 1_000;
/** Lines that are stored in one statement; more of them COPY stores faster. */
const FEW_LINES = 32;

/** Collects the lines of one run into batches, and stores one after the other. */
export function createOutputWriter(options: OutputWriterOptions): OutputWriter {
  const { settings, clock, mask, flood } = options;
  const runId = copyEscape(options.runId);
  const highWater = Math.min(BATCH_BYTES, settings.outputPendingBytes / 2);
  const full: OpenBatch[] = [];
  let open: OpenBatch | undefined;
  let seq = options.lastSeq;
  let storedSeq = options.lastSeq;
  let pendingBytes = 0;
  let dropped = { lines: 0, step: '' };
  let toldFull = false;
  let abandoned = false;
  let storing: Promise<void> | undefined;
  let batchTimer: NodeJS.Timeout | undefined;
  let dropTimer: NodeJS.Timeout | undefined;

  async function storeAll(): Promise<void> {
    try {
      for (let batch = full[0]; batch; batch = full[0]) {
        await options.store(batch);
        full.shift();
        storedSeq = batch.lastSeq;
        pendingBytes -= batch.bytes;
      }
    } catch {
      abandon();
    } finally {
      storing = undefined;
    }
  }

  function closeBatch(): void {
    clearTimeout(batchTimer);
    batchTimer = undefined;
    if (open) full.push(open);
    open = undefined;
    if (full.length > 0) storing ??= storeAll();
  }

  function append(step: string, stream: OutputStream, lines: readonly string[]): void {
    if (abandoned) return;
    const at = clock.now().toISOString();
    const middle = `\t${at}\t${copyEscape(step)}\t${stream}\t`;
    for (const line of lines) {
      seq++;
      open ??= { firstSeq: seq, lastSeq: seq, rows: '', bytes: 0, few: [] };
      open.rows += `${runId}\t${seq}${middle}${copyEscape(line)}\n`;
      open.few?.push({ seq, at, step, stream, content: line });
      if (open.few !== undefined && open.few.length > FEW_LINES) open.few = undefined;
      open.lastSeq = seq;
      open.bytes += line.length;
      pendingBytes += line.length;
      if (seq - open.firstSeq + 1 >= settings.outputBatchLines || open.bytes >= BATCH_BYTES) closeBatch();
    }
    if (open) batchTimer ??= setTimeout(closeBatch, settings.outputBatchMs);
  }

  function tellDropped(): void {
    clearTimeout(dropTimer);
    dropTimer = undefined;
    if (dropped.lines === 0) return;
    const count = dropped.lines.toLocaleString('en-US');
    append(dropped.step, 'system', [`${count} lines dropped: the run writes more than is kept.`]);
    dropped = { lines: 0, step: '' };
  }

  function drop(step: string, lines: number): void {
    dropped = { lines: dropped.lines + lines, step };
    if (flood.isFull()) {
      if (!toldFull) append(step, 'system', [`Output beyond ${settings.outputMaxBytes} bytes is not kept.`]);
      toldFull = true;
      return;
    }
    dropTimer ??= setTimeout(() => {
      dropTimer = undefined;
      if (flood.recovered()) tellDropped();
      else drop(step, 0);
    }, DROP_NOTE_MS).unref();
  }

  function write(step: string, stream: OutputStream, text: string): boolean {
    if (abandoned) return true;
    const lines = countLines(text);
    if (lines === 0) return true;
    const behind = pendingBytes >= settings.outputPendingBytes;
    const allowed = stream === 'system' ? lines : behind ? 0 : flood.allow(lines, text.length);
    if (allowed > 0) {
      if (dropped.lines > 0) tellDropped();
      const kept = toLines(mask.hide(text));
      append(step, stream, allowed < lines ? kept.slice(0, allowed) : kept);
    }
    if (allowed < lines) drop(step, lines - allowed);
    return pendingBytes < highWater;
  }

  function isBeingStored(last: number): boolean {
    return storing !== undefined && storedSeq < last && !abandoned;
  }

  async function flush(): Promise<void> {
    closeBatch();
    const last = seq;
    while (isBeingStored(last)) await storing;
    if (abandoned) throw new RunInterruption('lease-lost');
  }

  function abandon(): void {
    abandoned = true;
    clearTimeout(batchTimer);
    clearTimeout(dropTimer);
    full.length = 0;
    open = undefined;
    pendingBytes = 0;
  }

  return {
    write,
    note: (step, text) => append(step, 'system', toLines(mask.hide(text))),
    flush,
    async close() {
      tellDropped();
      await flush();
    },
    abandon,
  };
}
