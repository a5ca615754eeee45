import { expect, test } from 'vitest';
import { bytesTogether } from './image-layers.ts';

const base = { Created: 100, CreatedBy: 'ADD rootfs.tar /', Size: 1000 };
const install = { Created: 200, CreatedBy: 'RUN npm ci', Size: 300 };
const copy = (created: number) => ({ Created: created, CreatedBy: 'COPY . .', Size: 20 });
const label = (text: string) => ({ Created: 400, CreatedBy: `LABEL build=${text}`, Size: 0 });

test('a layer that two images have counts once', () => {
  const one = [label('one'), copy(300), install, base];
  const other = [label('two'), copy(301), install, base];
  expect(bytesTogether([one])).toBe(1320);
  expect(bytesTogether([one, other])).toBe(1340);
});

test('images that differ in their labels alone take nothing more', () => {
  expect(
    bytesTogether([
      [label('one'), base],
      [label('two'), base],
    ]),
  ).toBe(1000);
});

test('the same instruction upon another base is another layer', () => {
  const newer = { ...base, Created: 150 };
  expect(
    bytesTogether([
      [install, base],
      [install, newer],
    ]),
  ).toBe(2600);
});
