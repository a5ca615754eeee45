import type { BrowserContext, Page } from 'playwright-core';

/**
 * Keeps what moves by itself, not after somebody has pressed something; told in words, since the elements may be gone when it is read. A word that
 * becomes a longer one, and grows by one edge where it stands, has not moved; what it pushes away has.
 */
const watch = `(() => {
  const shifts = (globalThis.layoutShifts = []);
  const box = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(' ');
  const name = (node) => {
    const element = node instanceof Element ? node : node?.parentElement;
    return element ? element.outerHTML.slice(0, 160) : 'what is gone again';
  };
  const hasMoved = ({ previousRect: before, currentRect: now }) =>
    Math.abs(before.top - now.top) > 1 || (Math.abs(before.left - now.left) > 1 && Math.abs(before.right - now.right) > 1);
  const keep = (entries) => {
    for (const { hadRecentInput, sources } of entries) {
      if (hadRecentInput) continue;
      for (const source of sources.filter(hasMoved))
        shifts.push(name(source.node) + ': from ' + box(source.previousRect) + ' to ' + box(source.currentRect));
    }
  };
  const observer = new PerformanceObserver((list) => keep(list.getEntries()));
  observer.observe({ type: 'layout-shift', buffered: true });
  globalThis.readLayoutShifts = () => {
    keep(observer.takeRecords());
    return shifts.splice(0);
  };
})()`;

/** Has every page of a browser that is opened from now on keep account of what moves in it by itself. */
export async function watchLayoutShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(watch);
}

/** What has moved by itself since the page was loaded, or since it was asked last: nothing, if room was reserved for what came late. */
export async function layoutShifts(page: Page): Promise<string[]> {
  // What was just drawn is told of after the next frame.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  return await page.evaluate<string[]>('readLayoutShifts()');
}
