import { expect, it } from 'vitest';
import { memoryOfOneInstance, shareOfMemory } from './memory-share.ts';

const gibibyte = 1024 ** 3;

it.each([
  [24, 18],
  [4, 3],
  [3, 2],
  [2, 1],
  [1, 0.5],
])('of a machine of %d GiB an instance gets at most %d', (total, most) => {
  expect(memoryOfOneInstance(total * gibibyte)).toBe(most * gibibyte);
  expect(memoryOfOneInstance(total * gibibyte)).toBeLessThanOrEqual(shareOfMemory(total * gibibyte));
});
