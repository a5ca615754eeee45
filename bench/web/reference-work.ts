import type { Browser } from 'playwright-core';
import { median } from '../deploy/table.ts';

const ROUNDS = 15;

/** What a page's thread does over and over in every kind of work: objects, text, elements, style and layout. */
const work = `(() => {
  const rows = Array.from({ length: 2000 }, (_, index) => ({ id: 'row_' + index, name: 'row ' + index, values: [index, index / 3, null] }));
  const copy = JSON.parse(JSON.stringify(rows)).toSorted((one, other) => other.name.localeCompare(one.name));
  const box = document.createElement('div');
  for (const { name } of copy) box.appendChild(Object.assign(document.createElement('p'), { textContent: name, className: 'row' }));
  document.body.replaceChildren(box);
  return box.offsetHeight;
})()`;

/**
 * Milliseconds of a page's main thread for a fixed piece of work: how fast this machine is now. Figures of different days compare when
 * they are divided by it. CPU time, so that waiting for a core is no part of it.
 */
export async function referenceWork(browser: Browser): Promise<number> {
  const page = await browser.newPage();
  try {
    await page.setContent(
      '<!doctype html><style>.row { margin: 0; padding: 1px 4px; font: 12px sans-serif }</style><body>',
    );
    const session = await page.context().newCDPSession(page);
    await session.send('Performance.enable', { timeDomain: 'threadTicks' });
    const busy = async (): Promise<number> => {
      const { metrics } = await session.send('Performance.getMetrics');
      return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? Number.NaN) * 1000;
    };
    const rounds: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = await busy();
      await page.evaluate(work);
      rounds.push((await busy()) - before);
    }
    // The first are those of a compiler that does not know the work yet.
    return median(rounds.slice(5));
  } finally {
    await page.close();
  }
}
