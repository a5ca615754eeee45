import { expect, test } from 'vitest';
import type { Frame } from '../frame.ts';
import { createEventFrames } from './event-frames.ts';

function framesOf(events: readonly object[]): Frame[] {
  const frames: Frame[] = [];
  const take = createEventFrames((frame) => frames.push(frame));
  for (const [sequence, event] of events.entries()) take({ sequence, timestamp: 1000 + sequence, ...event });
  return frames;
}

test('a resource is told with what it belongs to and how long it took', () => {
  const metadata = { urn: 'urn:child', type: 'aws:s3/bucket:Bucket', op: 'create', new: { parent: 'urn:stack' } };
  const frames = framesOf([{ resourcePreEvent: { metadata } }, { resOutputsEvent: { metadata } }]);
  expect(frames).toMatchObject([
    { type: 'resource', urn: 'urn:child', parent: 'urn:stack', state: 'started', durationMs: null },
    { type: 'resource', urn: 'urn:child', parent: 'urn:stack', state: 'succeeded', durationMs: 1000 },
  ]);
});

test('the download of a plugin is told by tenths', () => {
  const progress = (received: number, done = false) => ({
    progressEvent: { type: 'plugin-download', id: 'aws', message: 'aws 7.0.0', received, total: 1000, done },
  });
  const frames = framesOf([
    progress(0),
    progress(20),
    progress(99),
    progress(100),
    progress(1000),
    progress(1000, true),
  ]);
  expect(frames.map((frame) => frame.type === 'download' && [frame.received, frame.done])).toEqual([
    [0, false],
    [100, false],
    [1000, false],
  ]);
});

test('what the engine says to those who work on it is not told', () => {
  const said = (severity: string) => ({ diagnosticEvent: { message: `of ${severity}`, color: 'never', severity } });
  expect(framesOf([said('debug'), said('warning')])).toMatchObject([{ type: 'diagnostic', message: 'of warning' }]);
});

test('that a plugin of davit’s own is used is no warning to anybody', () => {
  const said = (message: string) => ({ diagnosticEvent: { message, color: 'never', severity: 'warning' } });
  const using = (plugin: string) => said(`using ${plugin} from $PATH at /srv/stacks/a/bin/${plugin}`);
  const frames = framesOf([
    using('pulumi-resource-pulumi-nodejs'),
    using('pulumi-resource-davit'),
    using('pulumi-resource-aws'),
  ]);
  expect(frames).toMatchObject([{ type: 'diagnostic', message: expect.stringContaining('pulumi-resource-aws') }]);
});
