import { visibleText } from '../visible-text.ts';
import { type AnsiSegment, parseAnsi } from './ansi.ts';
import type { LogLine } from './log-source.ts';

/** A line of more characters is cut until one asks for all of it. */
export const CUT_AT = 4_096;
/** And this much is the most that is ever drawn of one line: a browser lays out no megabyte in a frame. */
const DRAWN_AT_MOST = 262_144;

/** A line, ready to be drawn. */
export interface LineView {
  segments: AnsiSegment[];
  /** Characters that are not in `segments`. */
  hidden: number;
}

const cutViews = new WeakMap<LogLine, LineView>();

/** What a line looks like; kept with the line, since it is drawn again whenever it scrolls into view. */
export function lineView(line: LogLine, whole: boolean): LineView {
  if (whole) return makeView(line.content, DRAWN_AT_MOST);
  let view = cutViews.get(line);
  if (view === undefined) {
    view = makeView(line.content, CUT_AT);
    cutViews.set(line, view);
  }
  return view;
}

function makeView(content: string, limit: number): LineView {
  const text = collapseProgress(content);
  // Not between the halves of a character of two.
  const end = text.length > limit && /[\ud800-\udbff]/.test(text.charAt(limit - 1)) ? limit - 1 : limit;
  const segments = parseAnsi(text.slice(0, end)).map(({ text, style }) => ({ text: visibleText(text, true), style }));
  return { segments, hidden: Math.max(0, text.length - end) };
}

/** A line that a program wrote over and over by carriage returns (a progress bar): its last state that is not empty. */
export function collapseProgress(content: string): string {
  if (!content.includes('\r')) return content;
  const states = content.split('\r');
  return states.findLast((state) => state !== '') ?? '';
}

/** A piece of a line that may be a match of the search. */
export interface HighlightedSegment extends AnsiSegment {
  match: boolean;
}

/** Cuts the pieces at the matches of a search, which knows no case and may reach over several pieces. */
export function highlightSegments(segments: readonly AnsiSegment[], query: string): HighlightedSegment[] {
  const text = segments.map((segment) => segment.text).join('');
  const matches = query === '' ? [] : matchRanges(text, query);
  if (matches.length === 0) return segments.map((segment) => ({ ...segment, match: false }));
  const result: HighlightedSegment[] = [];
  let at = 0;
  for (const segment of segments) {
    const end = at + segment.text.length;
    let from = at;
    for (const [start, stop] of matches) {
      if (stop <= from || start >= end) continue;
      if (start > from) result.push({ text: text.slice(from, start), style: segment.style, match: false });
      const until = Math.min(stop, end);
      result.push({ text: text.slice(Math.max(start, from), until), style: segment.style, match: true });
      from = until;
    }
    if (from < end) result.push({ text: text.slice(from, end), style: segment.style, match: false });
    at = end;
  }
  return result;
}

function matchRanges(text: string, query: string): [number, number][] {
  const lower = text.toLowerCase();
  // Lower case can be longer than the text (İ): then positions do not fit, and case must.
  const [haystack, needle] = lower.length === text.length ? [lower, query.toLowerCase()] : [text, query];
  const ranges: [number, number][] = [];
  for (let from = haystack.indexOf(needle); from !== -1; from = haystack.indexOf(needle, from + needle.length)) {
    ranges.push([from, from + needle.length]);
  }
  return ranges;
}
