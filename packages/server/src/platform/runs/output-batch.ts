import type { OutputBatch, OutputLine } from './run.ts';

/** Lines as a batch; undefined when there are none. */
export function toBatch(lines: readonly OutputLine[]): OutputBatch | undefined {
  const [first] = lines;
  const last = lines.at(-1);
  if (!first || !last) return undefined;
  return { firstSeq: first.seq, lastSeq: last.seq, lines };
}

/** The part of a batch that comes after line `after`. */
export function batchAfter(batch: OutputBatch, after: number): OutputBatch | undefined {
  if (batch.firstSeq > after) return batch;
  return toBatch(batch.lines.slice(after - batch.firstSeq + 1));
}
