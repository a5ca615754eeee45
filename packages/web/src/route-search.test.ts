import { describe, expect, test } from 'vitest';
import { parseEntrySearch, parseProjectSearch } from './route-search.ts';

describe('where one goes after signing in', () => {
  test.each(['/', '/projects/prj_1?service=srv_1', '/account#x'])('%s is an address of this UI', (next) => {
    expect(parseEntrySearch({ next })).toEqual({ next });
  });

  test.each([
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'https://evil.example',
    'javascript:alert(1)',
    '',
    7,
  ])('%j leads elsewhere and is left out', (next) => {
    expect(parseEntrySearch({ next })).toEqual({});
  });
});

describe('the state of a project page', () => {
  test('is taken from the address', () => {
    const search = {
      environment: 'env_1',
      service: 'srv_1',
      tab: 'logs',
      deployment: 'dep_1',
      line: 12,
      step: 'build',
      range: '24h',
    };
    expect(parseProjectSearch(search)).toEqual(search);
  });

  test('leaves out what does not fit', () => {
    expect(parseProjectSearch({ tab: 'nonsense', line: -1, service: { a: 1 }, more: 'x' })).toEqual({});
    expect(parseProjectSearch({ line: 'many' })).toEqual({});
    expect(parseProjectSearch({ range: '2h' })).toEqual({});
  });

  test('takes an id that looks like a number for a text', () => {
    expect(parseProjectSearch({ service: 12 })).toEqual({ service: '12' });
  });
});
