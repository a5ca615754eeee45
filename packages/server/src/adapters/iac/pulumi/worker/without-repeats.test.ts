import { expect, test } from 'vitest';
import type { Frame } from '../frame.ts';
import { createEventFrames } from './event-frames.ts';
import { withoutRepeats } from './without-repeats.ts';

type Event = Parameters<ReturnType<typeof withoutRepeats>>[0];

const metadata = { urn: 'urn:a', type: 'aws:s3/bucket:Bucket', op: 'create' };
const log = [
  { sequence: 0, timestamp: 1000, resourcePreEvent: { metadata } },
  { sequence: 1, timestamp: 1000, diagnosticEvent: { message: 'still creating', severity: 'info' } },
  { sequence: 2, timestamp: 1000, diagnosticEvent: { message: 'still creating', severity: 'info' } },
  { sequence: 3, timestamp: 1002, resOutputsEvent: { metadata } },
] as unknown as Event[];
/** Each is parsed anew, as it is when a part of a log is read twice. */
const readAgain = () => structuredClone(log);

function framesOf(events: readonly Event[]): Frame[] {
  const frames: Frame[] = [];
  const take = withoutRepeats(createEventFrames((frame) => frames.push(frame)));
  for (const event of events) take(event);
  return frames;
}

test('an event that is handed over twice is told once, in its first place', () => {
  const once = framesOf(log);
  const [first, second, third, last] = readAgain() as [Event, Event, Event, Event];
  expect(framesOf([...log, ...readAgain()])).toEqual(once);
  expect(framesOf([first, first, second, third, second, last, third, last])).toEqual(once);
});

test('what the engine says twice is told twice', () => {
  expect(framesOf(log).filter(({ type }) => type === 'diagnostic')).toHaveLength(2);
});

test('what another command numbers alike is told', () => {
  const other = { sequence: 1, timestamp: 1000, diagnosticEvent: { message: 'another', severity: 'info' } };
  expect(framesOf([...log, other as unknown as Event]).at(-1)).toMatchObject({ message: 'another' });
});
