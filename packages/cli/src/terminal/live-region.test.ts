import { expect, test } from 'vitest';
import { createScreen } from '../../test/support/screen.ts';
import { createLiveRegion } from './live-region.ts';

test('a frame takes the place of the one before, whatever their lengths', () => {
  const screen = createScreen();
  screen.write('before\n');
  const region = createLiveRegion(screen);
  region.draw(['one', 'two', 'three']);
  region.draw(['four']);
  expect(screen.text()).toBe('before\nfour');
  region.draw(['five', 'six']);
  region.clear();
  expect(screen.text()).toBe('before\n');
});

test('lines above a region stay', () => {
  const screen = createScreen();
  const region = createLiveRegion(screen);
  region.draw(['running']);
  region.draw(['running on'], ['✓ done']);
  region.draw([], ['✓ all done']);
  expect(screen.text()).toBe('✓ done\n✓ all done\n');
});

test('what is wider or higher than the terminal is cut, so that it can be erased again', () => {
  const screen = createScreen(12, 4);
  const region = createLiveRegion(screen);
  region.draw(['a line that is too wide', '2', '3', '4', '5']);
  expect(screen.text()).toBe('a line tha…\n2\n3');
  region.clear();
  expect(screen.text()).toBe('');
});
