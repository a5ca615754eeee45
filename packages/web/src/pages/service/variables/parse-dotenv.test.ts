import { describe, expect, test } from 'vitest';
import { parseDotenv } from './parse-dotenv.ts';

describe('a dotenv text that somebody types', () => {
  test('gives its variables: quotes, export, comments and values over several lines', () => {
    const text = ['# said', 'PLAIN=a b # and why', 'export E=1', 'KEY="one', 'TWO=2', 'three"', 'EMPTY=', ''].join(
      '\n',
    );
    expect(parseDotenv(text)).toEqual({
      values: { PLAIN: 'a b', E: '1', KEY: 'one\nTWO=2\nthree', EMPTY: '' },
      faults: [],
    });
  });

  test('tells each line that is none of a variable, by its number and not by what stands in it', () => {
    const { faults } = parseDotenv('A=1\nPASSWORD hunter2\n\nKEY="one\ntwo"\n=3');
    expect(faults).toEqual([
      { line: 2, message: 'This is no NAME=value.' },
      { line: 6, message: 'This is no NAME=value.' },
    ]);
    expect(JSON.stringify(faults)).not.toContain('hunter2');
  });

  test('tells names that cannot be and that are set twice, at their lines', () => {
    const { faults } = parseDotenv('\nPORT=1\nA=1\na.b=2\nA=3\n__proto__=4\nDAVIT_X=5');
    expect(faults.map(({ line }) => line)).toEqual([2, 4, 5, 6, 7]);
    expect(faults[2]?.message).toBe('A is set already, in line 3.');
  });

  test('tells a value that is too long without repeating it', () => {
    expect(parseDotenv(`BIG=${'x'.repeat(70_000)}`).faults).toEqual([
      { line: 1, message: 'The value is longer than 64 KiB.' },
    ]);
    expect(parseDotenv(`BIG=${'x'.repeat(65_536)}`).faults).toEqual([]);
  });
});
