import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { createOutputQueue } from './output-queue.ts';
import { terminalTheme } from './terminal-theme.ts';

export interface ScreenOptions {
  /** Bytes that are typed or pasted, or that a program was answered with. */
  onInput: (bytes: Uint8Array) => void;
  onResize: (size: { cols: number; rows: number }) => void;
  onSelection: (hasSelection: boolean) => void;
  /** The user wants to leave the terminal by keyboard. */
  onLeave: () => void;
  onCopy: () => void;
}

/** What a terminal is shown on. */
export interface Screen {
  readonly size: { readonly cols: number; readonly rows: number };
  show: (bytes: Uint8Array) => void;
  /** A line of davit's own, apart from what the programs print. */
  note: (text: string) => void;
  /** Empties it, for another shell. */
  reset: () => void;
  /** Whether keys go to a shell: when not, Tab and Esc do what they do anywhere. */
  setOpen: (isOpen: boolean) => void;
  setReaderMode: (isOn: boolean) => void;
  refreshTheme: () => void;
  focus: () => void;
  selection: () => string;
  dispose: () => void;
}

// A program in an instance is not the user: it may not put a link (8) or the clipboard (52) into their hands, nor rename the page.
const IGNORED_OSC = [0, 1, 2, 8, 52];

const encoder = new TextEncoder();
const noteBytes = (text: string) => encoder.encode(`\u001b[0m\r\n\u001b[90m[${text}]\u001b[0m\r\n`);

/** Puts a terminal into an element, as large as that. */
export function createScreen(element: HTMLElement, options: ScreenOptions): Screen {
  let isOpen = false;
  const terminal = new Terminal({
    theme: terminalTheme(),
    fontFamily: getComputedStyle(element).fontFamily,
    fontSize: 13,
    scrollback: 5000,
    // Whatever colours a program chooses, they can be read on either theme (WCAG AA).
    minimumContrastRatio: 4.5,
    // No link is ever opened; the default would ask, in a dialog of the browser.
    linkHandler: { activate: () => undefined },
    disableStdin: true,
    logLevel: 'off',
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  for (const code of IGNORED_OSC) terminal.parser.registerOscHandler(code, () => true);
  terminal.attachCustomKeyEventHandler((event) => handleKey(event));
  terminal.onData((text) => options.onInput(encoder.encode(text)));
  // Mouse reports of the old sort: one byte a character.
  terminal.onBinary((text) => options.onInput(Uint8Array.from(text, (character) => character.charCodeAt(0))));
  terminal.onResize(({ cols, rows }) => options.onResize({ cols, rows }));
  terminal.onSelectionChange(() => options.onSelection(terminal.hasSelection()));
  terminal.open(element);
  terminal.textarea?.setAttribute('aria-label', 'Terminal. Ctrl F6 leaves it.');
  const queue = createOutputQueue({
    write: (bytes, onWritten) => terminal.write(bytes, onWritten),
    skippedNote: noteBytes('more was printed than can be shown: a part is left out'),
  });
  const observer = new ResizeObserver(() => fit.fit());
  observer.observe(element);
  fit.fit();

  function handleKey(event: KeyboardEvent): boolean {
    if (event.type !== 'keydown') return true;
    if (event.key === 'F6' && event.ctrlKey) {
      event.preventDefault();
      options.onLeave();
      return false;
    }
    if (event.ctrlKey && event.shiftKey && event.code === 'KeyC') {
      event.preventDefault();
      options.onCopy();
      return false;
    }
    if (!isOpen) return false;
    // They are the shell's: Esc must not close what is around the terminal, and Tab completes.
    if (event.key === 'Escape' || event.key === 'Tab') event.stopPropagation();
    if (event.key === 'Tab' && !event.ctrlKey) event.preventDefault();
    return true;
  }

  return {
    get size() {
      return { cols: terminal.cols, rows: terminal.rows };
    },
    show: (bytes) => queue.push(bytes),
    note: (text) => queue.push(noteBytes(text)),
    reset: () => terminal.reset(),
    setOpen(next) {
      isOpen = next;
      terminal.options.disableStdin = !next;
      terminal.options.cursorBlink = next;
    },
    setReaderMode(isOn) {
      terminal.options.screenReaderMode = isOn;
    },
    refreshTheme() {
      terminal.options.theme = terminalTheme();
    },
    focus: () => terminal.focus(),
    selection: () => terminal.getSelection(),
    dispose() {
      observer.disconnect();
      terminal.dispose();
    },
  };
}
