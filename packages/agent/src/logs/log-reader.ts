import type { FileHandle } from 'node:fs/promises';
import type { LogLine, LogPage, LogQuery } from '../protocol/protocol.ts';
import { formatCursor, parseCursor } from './log-cursor.ts';
import type { LineFilter } from './log-filter.ts';
import { createLineFilter } from './log-filter.ts';
import type { SegmentFile } from './segment-file.ts';
import { ignoreMissing } from './segment-file.ts';
import type { SegmentIndex, Span } from './segment-index.ts';
import { spanEnd, spanOf } from './segment-index.ts';
import { readSpans } from './span-lines.ts';

/** What a reader needs to see of a stream, as it was at one moment. */
export interface LogView {
  segments: readonly SegmentFile[];
  firstSeq: number;
  endSeq: number;
}

/** Read at once: enough for a page of 1,000 usual lines. */
const GROUP_BYTES = 192 * 1024;
const DEFAULT_LIMIT = 1000;

interface Scan {
  lines: LogLine[];
  /** Sequence number up to which (forward: not with it; backward: from it on) everything was looked at. */
  reached: number;
}

/** Something that ends when a search has taken long enough. */
export type Budget = () => boolean;

/**
 * One page. Every page moves on: when the search ran out of time, the page is short or empty and its cursors tell where
 * to go on. Forward, nothing is left once `nextCursor` is the `after` that was asked for; backward, once `previousCursor`
 * is null. A cursor of lines that retention removed is answered from the oldest line on, after a `system` line that says so.
 * @throws InvalidLogCursorError
 */
export async function readPage(view: LogView, query: LogQuery, isSpent: Budget): Promise<LogPage> {
  const filter = createLineFilter(query);
  const limit = query.limit === undefined ? DEFAULT_LIMIT : Number(query.limit);
  const to = query.before === undefined ? view.endSeq : Math.min(parseCursor(query.before), view.endSeq);
  if (query.after === undefined) {
    const { lines, reached } = await scanBackward(view, to, filter, limit, isSpent);
    const previousCursor = reached > view.firstSeq ? formatCursor(reached) : null;
    return { lines, previousCursor, nextCursor: formatCursor(Math.max(to, view.firstSeq) - 1) };
  }
  const start = startAfter(view, query.after);
  const { lines, reached } = await scanForward(view, start.from, to, filter, limit, isSpent);
  const previousCursor = start.from > view.firstSeq ? formatCursor(start.from) : null;
  return { lines: [...start.notice, ...lines], previousCursor, nextCursor: formatCursor(reached - 1) };
}

/** Where reading goes on after a cursor, and what to say when that is not where it stopped. */
export function startAfter(view: LogView, after: string): { from: number; notice: LogLine[] } {
  const from = parseCursor(after) + 1;
  // A cursor from beyond the end belongs to a stream of the same name before this one, on a clock that was ahead.
  if (from > view.endSeq) return { from: view.endSeq, notice: [] };
  if (from >= view.firstSeq) return { from, notice: [] };
  // Nothing was read yet, so nothing is missed.
  if (from === 1) return { from: view.firstSeq, notice: [] };
  return { from: view.firstSeq, notice: [removedNotice(view.firstSeq)] };
}

/** The line that stands for lines which retention removed before they were read. */
export function removedNotice(firstSeq: number): LogLine {
  const content = 'the lines before this one are no longer kept';
  const at = new Date().toISOString();
  return { cursor: formatCursor(firstSeq - 1), at, instance: '', labels: {}, stream: 'system', content };
}

/** All lines from `from` up to the end of a span or of the stream: what followers read. */
export async function readChunk(view: LogView, from: number): Promise<{ lines: LogLine[]; next: number }> {
  const filter = createLineFilter({});
  const { lines, reached } = await scanForward(view, from, view.endSeq, filter, Infinity, () => true);
  return { lines, next: reached };
}

async function scanForward(
  { segments, endSeq }: LogView,
  from: number,
  to: number,
  filter: LineFilter,
  limit: number,
  isSpent: Budget,
): Promise<Scan> {
  const scan: Scan = { lines: [], reached: from };
  for (const [at, segment] of segments.entries()) {
    const nextSegment = segments[at + 1]?.firstSeq;
    const segmentEnd = Math.min(to, nextSegment ?? endSeq);
    if (segmentEnd <= scan.reached) continue;
    const isThere = await useSegment(segment, async (handle, index) => {
      if (!index.sources.some((source) => filter.source(source))) return;
      for (let first = spanOf(index, scan.reached); first < index.spans.length; ) {
        const span = index.spans[first] as Span;
        if (span.firstSeq >= segmentEnd) break;
        const wanted = isWanted(index, first, filter);
        // Where every line is wanted, their numbers tell how far the page reaches.
        const enough = filter.all ? scan.reached + limit - scan.lines.length : Infinity;
        const fits = (at: number): boolean =>
          spanEnd(index, at) - span.offset <= GROUP_BYTES && (index.spans[at] as Span).firstSeq < enough;
        let last = first;
        if (wanted) while (isWanted(index, last + 1, filter) && fits(last + 1)) last += 1;
        const groupEnd = Math.min(segmentEnd, index.spans[last + 1]?.firstSeq ?? segmentEnd);
        if (wanted) {
          const group = await readSpans(handle, index, { first, last, endSeq: nextSegment ?? index.endSeq }, filter);
          const found = group.first(scan.reached, groupEnd, limit - scan.lines.length);
          for (const line of found) scan.lines.push(line);
        }
        scan.reached = groupEnd;
        if (scan.lines.length >= limit || isSpent()) return;
        first = last + 1;
      }
    });
    const lastLine = scan.lines.at(-1);
    if (scan.lines.length >= limit && lastLine !== undefined) return { ...scan, reached: Number(lastLine.cursor) + 1 };
    if (isThere && scan.reached > from && isSpent()) return scan;
    scan.reached = segmentEnd;
    if (!isThere) scan.lines.push(removedNotice(segmentEnd));
  }
  return scan;
}

async function scanBackward(
  { segments, firstSeq, endSeq }: LogView,
  to: number,
  filter: LineFilter,
  limit: number,
  isSpent: Budget,
): Promise<Scan> {
  const parts: LogLine[][] = [];
  const scan = { found: 0, reached: to };
  const result = (reached: number): Scan => ({ lines: parts.reverse().flat(), reached });
  for (let at = segments.length - 1; at >= 0; at -= 1) {
    const segment = segments[at] as SegmentFile;
    if (segment.firstSeq >= scan.reached) continue;
    const nextSegment = segments[at + 1]?.firstSeq;
    const segmentEnd = Math.min(scan.reached, nextSegment ?? endSeq);
    const isThere = await useSegment(segment, async (handle, index) => {
      if (!index.sources.some((source) => filter.source(source))) return;
      for (let last = spanOf(index, segmentEnd - 1); last >= 0 && index.spans.length > 0; ) {
        const end = spanEnd(index, last);
        const wanted = isWanted(index, last, filter);
        const enough = filter.all ? Math.min(segmentEnd, scan.reached) - (limit - scan.found) : -Infinity;
        const fits = (at: number): boolean =>
          end - (index.spans[at] as Span).offset <= GROUP_BYTES && (index.spans[at + 1] as Span).firstSeq > enough;
        let first = last;
        if (wanted) while (isWanted(index, first - 1, filter) && fits(first - 1)) first -= 1;
        const span = index.spans[first] as Span;
        if (wanted) {
          const group = await readSpans(handle, index, { first, last, endSeq: nextSegment ?? index.endSeq }, filter);
          const found = group.last(span.firstSeq, Math.min(segmentEnd, scan.reached), limit - scan.found);
          parts.push(found);
          scan.found += found.length;
        }
        scan.reached = span.firstSeq;
        if (scan.found >= limit || isSpent()) return;
        last = first - 1;
      }
    });
    const firstLine = parts.findLast((part) => part.length > 0)?.[0];
    if (scan.found >= limit && firstLine !== undefined) return result(Number(firstLine.cursor));
    if (!isThere) break;
    if (isSpent()) return result(scan.reached);
    scan.reached = segment.firstSeq;
  }
  return result(firstSeq);
}

function isWanted(index: SegmentIndex, at: number, filter: LineFilter): boolean {
  const span = index.spans[at];
  return span !== undefined && filter.times(span.minTime, span.maxTime);
}

/** Retention may remove a segment while somebody is about to read it: false says that it is not there any more. */
async function useSegment(
  segment: SegmentFile,
  use: (handle: FileHandle, index: SegmentIndex) => Promise<void>,
): Promise<boolean> {
  const used = segment.with(async (handle, index) => {
    await use(handle, index);
    return true;
  });
  return (await used.catch(ignoreMissing)) ?? false;
}
