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

/** Waits until there are rows, with their texts, wherever a log is seen: a frame may pass between a scroll and what it draws. */
async function drawn(page: Page, log: Locator): Promise<void> {
  await page.waitForFunction(
    (element) => {
      if (element === null) return false;
      const rows = [...element.querySelectorAll('[data-line]')];
      const places = rows.map((row) => row.getBoundingClientRect());
      const box = element.getBoundingClientRect();
      const end = element.firstElementChild?.getBoundingClientRect().bottom ?? box.bottom;
      return (
        Math.min(...places.map(({ top }) => top)) <= box.top + 1 &&
        Math.max(...places.map(({ bottom }) => bottom)) >= Math.min(box.bottom, end) - 1 &&
        // What is not loaded yet has no text at all.
        rows.every((row) => row.querySelector('span[dir=ltr]'))
      );
    },
    await log.elementHandle(),
  );
}

/** Reads a log from its first line to its last as a person would: by scrolling. Fails at a line that is there with two texts. */
export async function readWholeLog(page: Page, log: Locator): Promise<Map<number, string>> {
  const lines = new Map<number, string>();
  await log.evaluate((element) => element.scrollTo(0, 0));
  for (;;) {
    await drawn(page, log);
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
