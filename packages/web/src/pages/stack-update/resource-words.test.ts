import { expect, test } from 'vitest';
import { nameOfUrn } from '../../data/stack-progress.ts';
import { presentLine } from './event-line.ts';
import { changeText, listChanges, resourceText } from './resource-words.ts';

const live = { isLive: true, isOnlyLooking: false };

test('a resource is told in words, as it is and as it was left', () => {
  expect(resourceText({ operation: 'create', state: 'started' }, live)).toBe('creating');
  expect(resourceText({ operation: 'create', state: 'succeeded' }, live)).toBe('created');
  expect(resourceText({ operation: 'update', state: 'failed' }, live)).toBe('updating failed');
  expect(resourceText({ operation: 'delete', state: 'started' }, { ...live, isLive: false })).toBe(
    'was deleting when it ended',
  );
  expect(resourceText({ operation: 'create', state: 'succeeded' }, { isLive: false, isOnlyLooking: true })).toBe(
    'to create',
  );
  expect(resourceText({ operation: 'of-tomorrow', state: 'succeeded' }, live)).toBe('of-tomorrow');
});

test('changes come with what weighs most first, and what stays the same last', () => {
  const list = listChanges({ same: 3, delete: 1, create: 2, update: 0 });
  expect(list.map(({ operation, count }) => changeText(operation, count, true))).toEqual([
    '2 to create',
    '1 to delete',
    '3 unchanged',
  ]);
});

test('an event is one line of the output in words; the same line stays the same object', () => {
  const urn = 'urn:pulumi:prod::shop::aws:s3/bucket:Bucket::archive::of::names';
  const event = { type: 'resource', urn, operation: 'create', state: 'succeeded', durationMs: 2100 };
  const line = { content: JSON.stringify(event), stream: 'event' as const };
  expect(presentLine(line).content).toBe('archive::of::names: created in 2.1 s');
  expect(presentLine(line)).toBe(presentLine(line));
  expect(nameOfUrn(urn)).toBe('archive::of::names');
  const printed = { content: JSON.stringify(event), stream: 'stdout' as const };
  expect(presentLine(printed)).toBe(printed);
  const masked = { content: '{"type":***', stream: 'event' as const };
  expect(presentLine(masked).content).toBe('{"type":***');
});
