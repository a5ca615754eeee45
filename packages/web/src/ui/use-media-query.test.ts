import { beforeEach, expect, test, vi } from 'vitest';
import { mediaQueryList } from './use-media-query.ts';

beforeEach(() => {
  vi.stubGlobal('window', { matchMedia: vi.fn((media: string) => ({ media })) });
  return () => vi.unstubAllGlobals();
});

test('the browser is asked once for each query, however often it is drawn', () => {
  const narrow = mediaQueryList('(max-width: 1px)');
  const wide = mediaQueryList('(min-width: 1px)');
  expect(mediaQueryList('(max-width: 1px)')).toBe(narrow);
  expect(mediaQueryList('(min-width: 1px)')).toBe(wide);
  expect([narrow.media, wide.media]).toEqual(['(max-width: 1px)', '(min-width: 1px)']);
  expect(window.matchMedia).toHaveBeenCalledTimes(2);
});
