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
    for (const line of ['many', '0', '5-', '5-0', '1-2-3', 1.5]) expect(parseProjectSearch({ line })).toEqual({});
    expect(parseProjectSearch({ range: '2h' })).toEqual({});
  });

  test('names one line or several, whichever end comes first', () => {
    expect(parseProjectSearch({ line: '7' })).toEqual({ line: 7 });
    expect(parseProjectSearch({ line: '10-20' })).toEqual({ line: '10-20' });
    expect(parseProjectSearch({ line: '20-10' })).toEqual({ line: '10-20' });
    expect(parseProjectSearch({ line: '7-7' })).toEqual({ line: 7 });
  });

  test('takes an id that looks like a number for a text', () => {
    expect(parseProjectSearch({ service: 12 })).toEqual({ service: '12' });
  });
});
