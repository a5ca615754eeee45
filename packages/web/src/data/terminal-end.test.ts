import { describe, expect, test } from 'vitest';
import { parseTerminalExit, terminalEndOf } from './terminal-end.ts';

const close = { code: 1000, reason: '', wasOpen: true, exit: undefined };

describe('the end of a terminal', () => {
  test('is what the server said of the shell, with a code that says more than 0', () => {
    const exit = { code: 5, reason: 'The shell has ended.' };
    expect(terminalEndOf({ ...close, exit })).toEqual({
      kind: 'exited',
      reason: 'The shell has ended. Its exit code is 5.',
    });
    expect(terminalEndOf({ ...close, exit: { ...exit, code: 0 } }).reason).toBe('The shell has ended.');
    expect(terminalEndOf({ ...close, exit: { code: null, reason: 'Stopped.' } }).reason).toBe('Stopped.');
  });

  test('is a refusal when the role or session does not allow it any more', () => {
    expect(terminalEndOf({ ...close, code: 4403, reason: 'Your role no longer allows this.' })).toEqual({
      kind: 'refused',
      reason: 'Your role no longer allows this.',
    });
  });

  test.each([1012, 1006])('is that davit is away (%i)', (code) => {
    expect(terminalEndOf({ ...close, code }).kind).toBe('away');
  });

  test('of one that never opened is no loss of a connection', () => {
    expect(terminalEndOf({ ...close, code: 1006, wasOpen: false }).kind).toBe('not-opened');
  });
});

describe('what the server says in text', () => {
  test('is read', () => {
    expect(parseTerminalExit('{"type":"exit","code":null,"reason":"Gone."}')).toEqual({ code: null, reason: 'Gone.' });
  });

  test.each(['', 'null', '[]', '{"type":"exit"}', '{"type":"other","reason":"x"}'])('%j is nothing known', (text) => {
    expect(parseTerminalExit(text)).toBeUndefined();
  });
});
