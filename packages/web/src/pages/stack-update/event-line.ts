import { nameOfUrn, parseStackEvent } from '../../data/stack-progress.ts';
import type { LogLine } from '../../ui/log-viewer/index.ts';
import { eventText } from './resource-words.ts';

// A line is worded once: the viewer keeps what it works out of it by its identity.
const worded = new WeakMap<LogLine, LogLine>();

/** An event, which is JSON in the output, in words; every other line as it is. */
export function presentLine(line: LogLine): LogLine {
  if (line.stream !== 'event') return line;
  const before = worded.get(line);
  if (before !== undefined) return before;
  const event = parseStackEvent(line.content);
  const urn = event !== undefined && 'urn' in event ? event.urn : null;
  const content = event === undefined ? line.content : eventText(event, urn === null ? '' : nameOfUrn(urn));
  const made = { ...line, content };
  worded.set(line, made);
  return made;
}
