import { expect, test } from 'vitest';
import { createOutputQueue } from './output-queue.ts';

const text = new TextEncoder();
const bytes = (value: string) => text.encode(value);

/** A screen that takes the next bytes when it is told to. */
function slowScreen(limit: number) {
  const shown: string[] = [];
  let written: (() => void) | undefined;
  const queue = createOutputQueue({
    limit,
    skippedNote: bytes('<skipped>'),
    write(chunk, onWritten) {
      shown.push(new TextDecoder().decode(chunk));
      written = onWritten;
    },
  });
  function drain(): void {
    while (written !== undefined) {
      const go = written;
      written = undefined;
      go();
    }
  }
  return { queue, shown, drain };
}

test('everything is shown in order, one after the other', () => {
  const { queue, shown, drain } = slowScreen(100);
  for (const part of ['a', 'b', 'c']) queue.push(bytes(part));
  expect(shown).toEqual(['a']);
  drain();
  queue.push(bytes('d'));
  drain();
  expect(shown).toEqual(['a', 'b', 'c', 'd']);
});

test('of a flood the oldest is left out, which is said once; the last is shown', () => {
  const { queue, shown, drain } = slowScreen(10);
  queue.push(bytes('begin'));
  for (let index = 0; index < 50; index += 1) queue.push(bytes(`${index % 10}${index % 10}`));
  queue.push(bytes('end'));
  drain();
  expect(shown.slice(0, 2)).toEqual(['begin', '<skipped>']);
  expect(shown.at(-1)).toBe('end');
  expect(shown.slice(2).join('').length).toBeLessThanOrEqual(10);
  queue.push(bytes('after'));
  drain();
  expect(shown.filter((part) => part === '<skipped>')).toHaveLength(1);
});

test('one chunk larger than the limit is shown whole', () => {
  const { queue, shown, drain } = slowScreen(4);
  queue.push(bytes('x'));
  queue.push(bytes('larger'));
  drain();
  expect(shown).toEqual(['x', 'larger']);
});
