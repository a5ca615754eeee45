/** A line of a log that counts its lines from 1, without a gap. */
export interface NumberedLine {
  readonly number: number;
  readonly content: string;
  readonly stream: 'stdout' | 'stderr' | 'system' | 'event';
  /** ISO 8601. */
  readonly at: string;
  /** Who wrote it. */
  readonly label: string;
}

export interface PagedLinesOptions {
  /** The lines after a number, in order; fewer than `limit` where they are long, none where they are gone. */
  load: (after: number, limit: number) => Promise<readonly NumberedLine[]>;
  /** Called when lines came. */
  onChange: () => void;
  /** What could not be loaded is asked for again after this. */
  retryMs?: number;
}

/** The lines of a log that are in memory: what was looked at last. */
export interface PagedLines {
  /** How many lines there are, loaded or not. */
  readonly last: number;
  get: (number: number) => NumberedLine | undefined;
  /** Takes lines that came by another way. Twice the same does nothing. */
  put: (lines: readonly NumberedLine[]) => void;
  /** There are lines up to this one. */
  extend: (last: number) => void;
  /** Loads what is missing of these (both ends included); takes the place of what was wanted before. */
  want: (from: number, to: number) => void;
  stop: () => void;
}

export const PAGE_LINES = 500;
/** 150,000 lines: some 50 MB of a browser's memory, and far more than anybody scrolls back at once. */
const KEPT_PAGES = 300;
/** A browser has six connections for an origin; events and other questions need some. */
const LOADS_AT_ONCE = 2;

interface Page {
  readonly lines: (NumberedLine | undefined)[];
  /** Nothing is there any more: not to be asked for again. */
  isGone: boolean;
}

/** Keeps a window of a log of any length. Lines are held by number, so that none can be there twice or in the wrong place. */
export function createPagedLines({ load, onChange, retryMs = 1000 }: PagedLinesOptions): PagedLines {
  const pages = new Map<number, Page>();
  const loading = new Set<number>();
  let last = 0;
  let wanted = { from: 1, to: 0 };
  let pausedBy: ReturnType<typeof setTimeout> | undefined;
  let isStopped = false;

  const pageOf = (number: number): number => Math.floor((number - 1) / PAGE_LINES);

  /** The number of the first line that a page lacks. */
  function firstMissing(index: number): number | undefined {
    const start = index * PAGE_LINES + 1;
    const end = Math.min(last, start + PAGE_LINES - 1);
    const page = pages.get(index);
    if (page?.isGone === true) return undefined;
    for (let number = start; number <= end; number += 1) {
      if (page?.lines[number - start] === undefined) return number;
    }
    return undefined;
  }

  function forgetOldest(): void {
    for (const index of pages.keys()) {
      if (pages.size <= KEPT_PAGES) return;
      const isWanted = index >= pageOf(wanted.from) && index <= pageOf(wanted.to);
      if (!isWanted) pages.delete(index);
    }
  }

  /** The page, which becomes the one that is forgotten last. */
  function touch(index: number): Page {
    const page = pages.get(index) ?? { lines: [], isGone: false };
    pages.delete(index);
    pages.set(index, page);
    return page;
  }

  function keep(lines: readonly NumberedLine[]): void {
    let index = -1;
    let page: Page | undefined;
    for (const line of lines) {
      if (page === undefined || pageOf(line.number) !== index) {
        index = pageOf(line.number);
        page = touch(index);
      }
      // The object that is there stays: what was worked out of it is kept with it.
      page.lines[(line.number - 1) % PAGE_LINES] ??= line;
      last = Math.max(last, line.number);
    }
    forgetOldest();
    if (lines.length > 0) onChange();
  }

  async function loadPage(index: number, from: number): Promise<void> {
    const end = (index + 1) * PAGE_LINES;
    try {
      const lines = await load(from - 1, end - from + 1);
      if (isStopped) return;
      if (lines.length === 0) touch(index).isGone = true;
      keep(lines);
    } catch {
      // Whoever asked sees why elsewhere (the banner while davit is away, or the page's own queries).
      pausedBy ??= setTimeout(() => {
        pausedBy = undefined;
        pump();
      }, retryMs);
    } finally {
      loading.delete(index);
      pump();
    }
  }

  function pump(): void {
    if (isStopped || pausedBy !== undefined) return;
    const end = pageOf(Math.min(last, wanted.to));
    for (let index = pageOf(Math.max(1, wanted.from)); index <= end; index += 1) {
      if (loading.size >= LOADS_AT_ONCE) return;
      const from = loading.has(index) ? undefined : firstMissing(index);
      if (from === undefined) continue;
      loading.add(index);
      void loadPage(index, from);
    }
  }

  return {
    get last() {
      return last;
    },
    get: (number) => pages.get(pageOf(number))?.lines[(number - 1) % PAGE_LINES],
    put: keep,
    extend(next) {
      last = Math.max(last, next);
      pump();
    },
    want(from, to) {
      wanted = { from, to };
      for (let index = pageOf(Math.max(1, from)); index <= pageOf(to); index += 1) if (pages.has(index)) touch(index);
      pump();
    },
    stop() {
      isStopped = true;
      clearTimeout(pausedBy);
    },
  };
}
