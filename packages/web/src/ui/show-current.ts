/** As much of the next one is shown as tells that there is one. Pixels. */
const PEEK = 16;

/**
 * A ref for a row of tabs or links that scrolls sideways: the current one can be seen from the beginning, when it changes, and when the
 * row gets narrower. In between the reader scrolls as they like.
 */
export function showCurrent(row: HTMLElement | null): (() => void) | undefined {
  if (row === null) return undefined;
  const show = (): void => {
    const current = row.querySelector('[aria-current=page], [data-state=active]');
    if (current === null) return;
    const [around, own] = [row.getBoundingClientRect(), current.getBoundingClientRect()];
    // Of this row alone: scrollIntoView() would move what is around it as well.
    row.scrollLeft += Math.min(0, own.left - PEEK - around.left) + Math.max(0, own.right + PEEK - around.right);
  };
  const changes = new MutationObserver(show);
  changes.observe(row, { subtree: true, attributeFilter: ['aria-current', 'data-state'] });
  // Tells of the first size too.
  const sizes = new ResizeObserver(show);
  sizes.observe(row);
  return () => {
    changes.disconnect();
    sizes.disconnect();
  };
}
