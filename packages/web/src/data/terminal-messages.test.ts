import { expect, test } from 'vitest';
import { inMessages } from './terminal-messages.ts';

test('what is typed is one message, and a large paste several, whole and in order', () => {
  expect(inMessages(new Uint8Array())).toEqual([]);
  expect(inMessages(Uint8Array.of(1, 2))).toEqual([Uint8Array.of(1, 2)]);
  const paste = Uint8Array.from({ length: 200_001 }, (_, index) => index % 251);
  const messages = inMessages(paste);
  for (const message of messages) expect(message.length).toBeLessThan(64 * 1024);
  expect(messages.flatMap((message) => [...message])).toEqual([...paste]);
});
