import type { ITheme } from '@xterm/xterm';
import { themeColor } from '../../../ui/theme.ts';

const ansi = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white',
  'brightBlack',
  'brightRed',
  'brightGreen',
  'brightYellow',
  'brightBlue',
  'brightMagenta',
  'brightCyan',
  'brightWhite',
] as const satisfies readonly (keyof ITheme)[];

/** The colours of a terminal as the page's theme is now. */
export function terminalTheme(): ITheme {
  return {
    background: themeColor('--color-sunken'),
    foreground: themeColor('--color-fg'),
    cursor: themeColor('--color-accent-text'),
    cursorAccent: themeColor('--color-sunken'),
    selectionBackground: themeColor('--color-accent-line'),
    ...Object.fromEntries(ansi.map((name, index) => [name, themeColor(`--color-ansi-${index}`)])),
  };
}
