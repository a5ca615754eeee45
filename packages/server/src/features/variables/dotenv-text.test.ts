import { describe, expect, test } from 'vitest';
import { parseDotenv } from './dotenv-text.ts';

const faultsOf = (text: string): string[] => {
  try {
    parseDotenv(text);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'VARIABLE_DOTENV_INVALID' });
    return (error as { fields: { detail: string }[] }).fields.map(({ detail }) => detail);
  }
};

describe('a dotenv text', () => {
  test('gives its variables: quotes, export, comments and values over several lines', () => {
    const text = [
      '# a comment',
      'PLAIN=value # with a comment',
      'export EXPORTED=1',
      "SINGLE='$HOME \\n stays'",
      'DOUBLE="line\\nbreak"',
      'KEY="-----BEGIN-----',
      'MIIC= not a variable',
      '-----END-----"',
      'EMPTY=',
      '',
    ];
    const expected = {
      PLAIN: 'value',
      EXPORTED: '1',
      SINGLE: '$HOME \\n stays',
      DOUBLE: 'line\nbreak',
      KEY: '-----BEGIN-----\nMIIC= not a variable\n-----END-----',
      EMPTY: '',
    };
    expect(parseDotenv(text.join('\n'))).toEqual(expected);
    expect(parseDotenv(text.join('\r\n'))).toEqual(expected);
  });

  test('may be empty, or nothing but comments', () => {
    expect(parseDotenv('')).toEqual({});
    expect(parseDotenv('\n# nothing\n')).toEqual({});
  });

  test('with a line that is no variable is refused: nothing vanishes silently', () => {
    expect(faultsOf('A=1\nB 2\n\nKEY="one\ntwo"\n=3')).toEqual(['line 2 is no NAME=value', 'line 6 is no NAME=value']);
  });

  test('tells where it is wrong without repeating what may be a secret', () => {
    expect(faultsOf('PASSWORD hunter2').join()).not.toContain('hunter2');
    expect(faultsOf(`BIG=${'x'.repeat(70_000)}`)).toEqual(['the value of BIG is too long or has a NUL']);
  });

  test.each([
    ['PORT=1', 'PORT is set by davit itself'],
    ['DAVIT_X=1', 'DAVIT_X is set by davit itself'],
    ['a.b=1', '"a.b" is no name for a variable'],
    ['1A=1', '"1A" is no name for a variable'],
  ])('does not set %s', (text, fault) => {
    expect(faultsOf(text)).toEqual([fault]);
  });
});
