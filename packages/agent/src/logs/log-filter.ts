import type { LogLine, LogQuery } from '../protocol/protocol.ts';
import type { LogSource } from './segment-index.ts';

/** The conditions of a query, ready to be asked of a source, of a stretch of time, and of a line. */
export interface LineFilter {
  /** No condition at all. */
  all: boolean;
  /** Wanted text in lower case, or undefined. */
  text: string | undefined;
  /** The one stream that is wanted, or undefined. */
  stream: LogLine['stream'] | undefined;
  source(source: LogSource): boolean;
  /** Whether a line of this stretch of time may be wanted. Both ends belong to it. */
  times(from: number, to: number): boolean;
  line(line: LogLine): boolean;
}

/** `since` belongs to what is wanted, `until` does not; a label without `=` is asked for with any value. */
export function createLineFilter(query: LogQuery): LineFilter {
  const text = query.search === undefined || query.search === '' ? undefined : query.search.toLowerCase();
  const since = query.since === undefined ? -Infinity : Date.parse(query.since);
  const until = query.until === undefined ? Infinity : Date.parse(query.until);
  const wanted = query.label === undefined ? [] : query.label.split(',').map(splitLabel);
  const { stream } = query;
  const source = ({ instance, labels }: LogSource): boolean => {
    if (query.instance !== undefined && instance !== query.instance) return false;
    return wanted.every((label) => {
      const value = Object.hasOwn(labels, label.name) ? labels[label.name] : undefined;
      return value !== undefined && (label.value === undefined || value === label.value);
    });
  };
  const times = (from: number, to: number): boolean => to >= since && from < until;
  const hasSource = query.instance !== undefined || wanted.length > 0 || stream !== undefined;
  return {
    all: text === undefined && !hasSource && since === -Infinity && until === Infinity,
    text,
    stream,
    source,
    times,
    line(line) {
      const at = Date.parse(line.at);
      if (stream !== undefined && line.stream !== stream) return false;
      return times(at, at) && source(line) && (text === undefined || line.content.toLowerCase().includes(text));
    },
  };
}

function splitLabel(label: string): { name: string; value: string | undefined } {
  const equals = label.indexOf('=');
  if (equals === -1) return { name: label, value: undefined };
  return { name: label.slice(0, equals), value: label.slice(equals + 1) };
}
