import { describe, expect, test } from 'vitest';
import { quantityText, tickText, type Unit } from './quantity-text.ts';

describe('a quantity is written for people', () => {
  test.each<[number, Unit, string]>([
    [0, 'cores', '0 cores'],
    [1, 'cores', '1 core'],
    [0.25, 'cores', '0.25 cores'],
    [0.0123456, 'cores', '0.012 cores'],
    [0.0002, 'cores', '< 0.001 cores'],
    [900, 'bytes', '900 B'],
    [1536, 'bytes', '1.5 KiB'],
    [268_435_456, 'bytes', '256 MiB'],
    [1024 ** 3 - 1, 'bytes', '1 GiB'],
    [5000 * 1024 ** 5, 'bytes', '5000 PiB'],
    [12_345, 'bytes-per-second', '12.1 KiB/s'],
    [3.21, 'per-second', '3.21/s'],
    [1234.5, 'per-second', '1235/s'],
    [0.045, 'share', '4.5 %'],
    [1, 'share', '100 %'],
    [0.4, 'milliseconds', '0.4 ms'],
    [119.6, 'milliseconds', '120 ms'],
    [1234, 'milliseconds', '1.23 s'],
    [90_000, 'milliseconds', '1.5 min'],
    [2, 'count', '2'],
  ])('%d %s: %s', (value, unit, text) => {
    expect(quantityText(value, unit)).toBe(text);
  });

  test('with fewer words at the ticks of an axis', () => {
    expect(tickText(0.5, 'cores')).toBe('0.5');
    expect(tickText(2048, 'bytes-per-second')).toBe('2 KiB');
    expect(tickText(10, 'per-second')).toBe('10');
    expect(tickText(0.5, 'share')).toBe('50 %');
  });
});
