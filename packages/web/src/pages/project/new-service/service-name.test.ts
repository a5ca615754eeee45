import { expect, test } from 'vitest';
import { suggestServiceName } from './service-name.ts';

test.each([
  ['https://host.example/owner/My_Shop.git', 'my-shop'],
  ['git@host.example:owner/shop.git', 'shop'],
  ['https://host.example/owner/shop/?tab=readme', 'shop'],
  ['Shop (copy).tar.gz', 'shop-copy'],
  ['   ', ''],
  ['x'.repeat(60), 'x'.repeat(40)],
])('%s suggests "%s"', (from, name) => {
  expect(suggestServiceName(from)).toBe(name);
});
