import { expect, test } from 'vitest';
import { createLiveRegion } from './live-region.ts';

/** As much of a terminal as a region uses: writing, going up, erasing to the end. */
function createScreen(columns = 40, rows = 10) {
  const lines = [''];
  let row = 0;
  let column = 0;
  return {
    columns,
    rows,
    text: () => lines.join('\n'),
    write(text: string) {
      for (const [part] of text.matchAll(/\u001b\[[?0-9]*[A-Za-z]|[\s\S]/gu)) {
        const up = /^\u001b\[(\d+)A$/.exec(part)?.[1];
        if (up !== undefined) row -= Number(up);
        else if (part === '\u001b[J') lines.splice(row, lines.length, (lines[row] ?? '').slice(0, column));
        else if (part === '\r') column = 0;
        else if (part === '\n') {
          row += 1;
          column = 0;
          lines[row] ??= '';
        } else if (!part.startsWith('\u001b')) {
          lines[row] = (lines[row] ?? '').slice(0, column) + part + (lines[row] ?? '').slice(column + 1);
          column += 1;
        }
      }
    },
  };
}

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
