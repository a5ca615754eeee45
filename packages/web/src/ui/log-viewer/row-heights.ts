const BLOCK = 1_024;

/**
 * Heights of rows, and where each begins. All rows have the same height until one is measured; then heights are kept one by one, with sums of blocks:
 * at 1,000,000 rows a look-up adds at most 977 + 1,024 numbers (a few microseconds), and a change touches two.
 */
export interface RowHeights {
  readonly count: number;
  readonly total: number;
  /** Of all rows, while none was measured that is higher or lower than the others. */
  readonly evenHeight: number | undefined;
  heightOf: (index: number) => number;
  /** Pixels before the row. */
  offsetOf: (index: number) => number;
  /** The row at a distance from the top; the last row for what lies beyond. */
  indexAt: (offset: number) => number;
  /** Returns how much higher the row is now. */
  measure: (index: number, height: number) => number;
  /** More or fewer rows, at the end. */
  resize: (count: number) => void;
  /** Rows before the first. */
  prepend: (count: number) => void;
  /** Forgets what was measured. */
  reset: () => void;
}

export function createRowHeights(defaultHeight: number): RowHeights {
  let count = 0;
  let heights: Uint16Array | undefined;
  let blocks: number[] = [];
  let total = 0;

  const sumBlocks = (): void => {
    blocks = [];
    total = 0;
    for (let from = 0; from < count; from += BLOCK) {
      let sum = 0;
      for (let index = from; index < Math.min(count, from + BLOCK); index += 1) sum += heights?.[index] ?? 0;
      blocks.push(sum);
      total += sum;
    }
  };
  const copyTo = (size: number, at: number): void => {
    if (heights === undefined) return;
    // Twice as much room as needed, so that a log that grows by lines is not copied by lines.
    const next = size <= heights.length && at === 0 ? heights : new Uint16Array(Math.max(size * 2, BLOCK));
    if (next !== heights) next.set(heights.subarray(0, Math.min(count, size - at)), at);
    next.fill(defaultHeight, 0, at);
    next.fill(defaultHeight, Math.min(size, count + at), size);
    heights = next;
  };

  return {
    get count() {
      return count;
    },
    get total() {
      return heights === undefined ? count * defaultHeight : total;
    },
    get evenHeight() {
      return heights === undefined ? defaultHeight : undefined;
    },
    heightOf: (index) => heights?.[index] ?? defaultHeight,
    offsetOf(index) {
      if (heights === undefined) return index * defaultHeight;
      const block = Math.floor(index / BLOCK);
      let sum = 0;
      for (let each = 0; each < block; each += 1) sum += blocks[each] ?? 0;
      for (let each = block * BLOCK; each < index; each += 1) sum += heights[each] ?? 0;
      return sum;
    },
    indexAt(offset) {
      const last = Math.max(0, count - 1);
      if (heights === undefined) return Math.max(0, Math.min(last, Math.floor(offset / defaultHeight)));
      let rest = offset;
      let block = 0;
      for (; block < blocks.length - 1 && rest >= (blocks[block] ?? 0); block += 1) rest -= blocks[block] ?? 0;
      let index = block * BLOCK;
      for (; index < last && rest >= (heights[index] ?? 0); index += 1) rest -= heights[index] ?? 0;
      return index;
    },
    measure(index, height) {
      const rounded = Math.min(65_535, Math.round(height));
      const difference = rounded - (heights?.[index] ?? defaultHeight);
      if (difference === 0 || index >= count) return 0;
      if (heights === undefined) {
        heights = new Uint16Array(Math.max(count * 2, BLOCK)).fill(defaultHeight);
        sumBlocks();
      }
      heights[index] = rounded;
      const block = Math.floor(index / BLOCK);
      blocks[block] = (blocks[block] ?? 0) + difference;
      total += difference;
      return difference;
    },
    resize(next) {
      if (next === count) return;
      copyTo(next, 0);
      const grown = next > count && heights !== undefined;
      const before = count;
      count = next;
      if (grown) {
        for (let index = before; index < next; index += 1) {
          const block = Math.floor(index / BLOCK);
          blocks[block] = (blocks[block] ?? 0) + defaultHeight;
        }
        total += (next - before) * defaultHeight;
      } else sumBlocks();
    },
    prepend(added) {
      if (added <= 0) return;
      copyTo(count + added, added);
      count += added;
      sumBlocks();
    },
    reset() {
      heights = undefined;
      blocks = [];
      total = 0;
    },
  };
}
