import { ansiCss } from './ansi-style.ts';
import { highlightSegments, type LineView } from './line-view.ts';

/** The text of a line, which is told what to say. */
export interface LineContent {
  readonly element: HTMLElement;
  /** `query` is marked where it is found; `whole` says whether all of a very long line was asked for. */
  show: (view: LineView, query: string, whole: boolean) => void;
  setClass: (classes: string) => void;
}

/** Marks the button that shows all of a long line, for whoever listens to clicks in the log. */
export const SHOW_ALL = 'data-show-all';

/** Most lines are plain: for them one text takes the place of another, and no element is made. */
export function createLineContent(): LineContent {
  const element = document.createElement('span');
  // A log line reads from left to right, whatever is in it.
  element.dir = 'ltr';
  const text = element.appendChild(document.createTextNode(''));
  let isPlain = true;
  let shown = '';
  let classes = '';

  return {
    element,
    show(view, query, whole) {
      const plain = plainText(view, query);
      if (plain === undefined) {
        element.replaceChildren(...styledNodes(view, query, whole));
        isPlain = false;
        return;
      }
      if (!isPlain) element.replaceChildren(text);
      isPlain = true;
      if (plain !== shown) text.data = plain;
      shown = plain;
    },
    setClass(next) {
      if (next !== classes) element.className = next;
      classes = next;
    },
  };
}

/** The text of a line in which nothing is coloured, marked or left out. */
function plainText({ segments, hidden }: LineView, query: string): string | undefined {
  const [segment] = segments;
  if (segments.length !== 1 || hidden > 0 || query !== '' || segment === undefined) return undefined;
  return ansiCss(segment.style) === undefined ? segment.text : undefined;
}

function styledNodes({ segments, hidden }: LineView, query: string, whole: boolean): Node[] {
  const nodes: Node[] = highlightSegments(segments, query).map(({ text, style, match }) => {
    const css = ansiCss(style);
    if (css === undefined && !match) return document.createTextNode(text);
    const piece = document.createElement(match ? 'mark' : 'span');
    piece.textContent = text;
    if (match) piece.className = 'rounded-[2px] bg-warning/35 text-inherit';
    Object.assign(piece.style, css);
    return piece;
  });
  // A line with nothing in it must still be a line when it is copied.
  if (segments.length === 0) nodes.push(document.createElement('br'));
  if (hidden > 0) nodes.push(whole ? createRest(hidden) : createShowAll(hidden));
  return nodes;
}

function createRest(hidden: number): HTMLElement {
  const rest = document.createElement('span');
  rest.className = 'ml-2 select-none text-subtle';
  rest.textContent = `… ${hidden.toLocaleString()} more characters: download the log to read them`;
  return rest;
}

function createShowAll(hidden: number): HTMLElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.tabIndex = -1;
  button.className =
    'ml-2 select-none rounded-sm bg-selected px-1.5 font-sans text-accent-text text-xs hover:underline';
  button.textContent = `Show all (${hidden.toLocaleString()} more characters)`;
  button.setAttribute(SHOW_ALL, '');
  return button;
}
