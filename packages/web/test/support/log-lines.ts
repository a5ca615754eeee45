import type { Locator, Page } from 'playwright-core';

/** The lines that a log viewer has drawn, by number. */
export async function drawnLines(log: Locator): Promise<[number: number, text: string][]> {
  return await log
    .locator('[data-line]')
    .evaluateAll((rows) =>
      rows.map((row): [number, string] => [
        Number(row.getAttribute('data-line')),
        row.querySelector('span[dir=ltr]')?.textContent ?? '',
      ]),
    );
}

/** Reads a log from its first line to its last as a person would: by scrolling. Fails at a line that is there with two texts. */
export async function readWholeLog(page: Page, log: Locator): Promise<Map<number, string>> {
  const lines = new Map<number, string>();
  await log.evaluate((element) => element.scrollTo(0, 0));
  for (;;) {
    // What is not loaded yet has no text at all.
    await page.waitForFunction(
      (element) => [...element.querySelectorAll('[data-line]')].every((row) => row.querySelector('span[dir=ltr]')),
      await log.elementHandle(),
    );
    for (const [number, text] of await drawnLines(log)) {
      const before = lines.get(number);
      if (before !== undefined && before !== text) throw new Error(`line ${number} was "${before}", is "${text}"`);
      lines.set(number, text);
    }
    const isEnd = await log.evaluate((element) => {
      const end = element.scrollHeight - element.clientHeight - element.scrollTop < 2;
      element.scrollBy(0, element.clientHeight / 2);
      return end;
    });
    if (isEnd) return lines;
  }
}
