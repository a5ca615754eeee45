import { clsx } from 'clsx';
import { createLineContent } from './line-content.ts';
import { lineView } from './line-view.ts';
import type { LogLine } from './log-source.ts';

/** What all rows of a log have in common. */
export interface RowShape {
  readonly wrap: boolean;
  readonly timestamps: boolean;
  /** Without them the time is what links to the line. */
  readonly numbers: boolean;
  readonly labels: boolean;
  /** Numbers are links. */
  readonly linked: boolean;
  /** Digits of the longest number. */
  readonly digits: number;
}

/** What one row shows. */
export interface RowContent {
  readonly number: number;
  /** Undefined while it is not loaded. */
  readonly line: LogLine | undefined;
  readonly query: string;
  /** The line of the current match. */
  readonly current: boolean;
  readonly selected: boolean;
  /** All of a very long line was asked for. */
  readonly whole: boolean;
  /** The address of the line. */
  readonly href: string;
}

/** One line of a log. */
export interface LogRow {
  readonly element: HTMLElement;
  show: (content: RowContent) => void;
  /** Pixels from the top of what the rows are in; only where nothing wraps. */
  placeAt: (top: number) => void;
}

/*
 * Pieces of text one after another, as wide as others by spaces: a box for each would cost a layout of its own (measured: a quarter of the layout of a frame).
 * The number has one, since it is a link that is no part of the text. The decoration is set since Tailwind has it inherited, for which a browser styles all that is in a row anew whenever the row moves.
 */
const NUMBER =
  'inline-block shrink-0 select-none whitespace-pre pr-[1.5ch] pl-[0.5ch] text-subtle [text-decoration:none]';
const TIME = 'shrink-0 select-none whitespace-pre text-subtle';
const LABEL = 'shrink-0 select-none whitespace-pre text-info-text';
/** Of a label that may be too long. Only that is clipped: each clip is one more thing to sort in every frame. */
const LONG_LABEL = `${LABEL} inline-block w-[14ch] truncate pr-[2ch]`;
/** Characters. */
const LABEL_WIDTH = 14;
const TIME_WIDTH = 14;

function createPiece<K extends 'a' | 'span' | 'bdi'>(name: K, classes: string): HTMLElementTagNameMap[K] {
  return Object.assign(document.createElement(name), { className: classes });
}

/**
 * A row is made once and told what to say: to exchange a text costs a third of a row that is drawn anew, and nothing is touched that says what it said. Made
 * of as few boxes as can be; none of them is flexible or clipped where nothing wraps (measured: each costs a part of every frame in which lines are shown).
 */
export function createLogRow({ wrap, timestamps, numbers, labels, linked, digits }: RowShape): LogRow {
  const element = document.createElement('div');
  const number = element.appendChild(createPiece(linked ? 'a' : 'span', NUMBER));
  const numberText = number.appendChild(document.createTextNode(''));
  if (number instanceof HTMLAnchorElement) {
    // No tab stop a line: by keyboard lines are chosen with j and k.
    number.tabIndex = -1;
    number.draggable = false;
  } else if (numbers) number.ariaHidden = 'true';
  const time = timestamps ? element.appendChild(createPiece('span', TIME)) : undefined;
  const label = labels ? element.appendChild(createPiece('bdi', LABEL)) : undefined;
  const content = createLineContent();
  const waiting = createPiece('span', 'mt-1.25 inline-block h-2 w-2/5 min-w-40 rounded-sm bg-selected');
  waiting.ariaHidden = 'true';
  element.append(waiting);
  const basis = wrap
    ? 'flex min-h-[18px] min-w-full items-start'
    : 'absolute inset-x-0 h-[18px] whitespace-pre *:align-top';
  const contentBasis = wrap ? 'min-w-0 whitespace-pre-wrap pr-4 [overflow-wrap:anywhere]' : 'whitespace-pre pr-4';
  let shown: RowContent | undefined;
  let look: { isError?: boolean; current?: boolean; selected?: boolean } = {};
  let top: number | undefined;

  function showNumber({ number: value, line, selected, href }: RowContent): void {
    const clock = numbers || line?.at === undefined ? '' : clockTime(line.at);
    const text = numbers ? String(value).padStart(digits) : clock.padEnd(TIME_WIDTH - 2);
    if (numberText.data !== text) {
      numberText.data = text;
      if (linked) number.ariaLabel = numbers ? `Line ${value}` : `Line of ${clock}`;
    }
    if (!linked) return;
    if (shown?.href !== href) number.setAttribute('href', href);
    if (shown?.selected === selected) return;
    number.className = clsx(NUMBER, 'hover:text-accent-text', selected && 'font-medium text-accent-text');
  }

  function showLine({ line, query, whole }: RowContent): void {
    if (line === shown?.line && query === shown?.query && whole === shown.whole) return;
    if (time !== undefined) time.textContent = (line?.at === undefined ? '' : clockTime(line.at)).padEnd(TIME_WIDTH);
    if (label !== undefined && line?.label !== shown?.line?.label) showLabel(label, line?.label ?? '');
    if (line === undefined) {
      if (waiting.parentNode === null) content.element.replaceWith(waiting);
      return;
    }
    content.setClass(isQuiet(line) ? `${contentBasis} text-subtle italic` : contentBasis);
    content.show(lineView(line, whole), query, whole);
    if (waiting.parentNode !== null) waiting.replaceWith(content.element);
  }

  return {
    element,
    show(next) {
      const { line, current, selected } = next;
      if (shown?.number !== next.number) element.dataset['line'] = String(next.number);
      if (selected !== (shown?.selected ?? false)) element.toggleAttribute('data-selected', selected);
      const isError = line?.stream === 'stderr';
      if (look.isError !== isError || look.current !== current || look.selected !== selected) {
        look = { isError, current, selected };
        element.className = clsx(
          basis,
          'hover:bg-hover/70',
          isError && 'bg-danger-soft/40',
          current && 'bg-warning-soft',
          selected && 'bg-accent-soft shadow-[inset_2px_0_0_var(--color-accent)]',
        );
      }
      showNumber(next);
      showLine(next);
      shown = next;
    },
    placeAt(next) {
      if (next !== top) element.style.top = `${next}px`;
      top = next;
    },
  };
}

const isQuiet = ({ stream }: LogLine): boolean => stream === 'system' || stream === 'event';

function showLabel(element: HTMLElement, label: string): void {
  const fits = label.length < LABEL_WIDTH && /^[ -~]*$/.test(label);
  element.textContent = fits ? label.padEnd(LABEL_WIDTH) : label;
  element.className = fits ? LABEL : LONG_LABEL;
}

/** Time of day to the millisecond, in the reader's zone. */
function clockTime(at: string | number): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '';
  const pad = (value: number, length = 2): string => String(value).padStart(length, '0');
  return `${pad(date.getHours())}:${pad(date.getMinutes())}:${pad(date.getSeconds())}.${pad(date.getMilliseconds(), 3)}`;
}
