import type { Locator, Page } from 'playwright-core';

/** The row of a table that has this text. */
export const rowOf = (page: Page, text: string): Locator => page.getByRole('row').filter({ hasText: text });

/** Chooses an option of a box that opens a list. */
export async function choose(page: Page, box: Locator, option: RegExp): Promise<void> {
  await box.click();
  await page.getByRole('option', { name: option }).click();
}

/** Presses Tab until `target` has the focus, as somebody without a mouse would. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there.');
}

/** The status of a write that the browser of `page` sends with its cookies, past all buttons. */
export async function statusOf(page: Page, method: string, path: string, data: object = {}): Promise<number> {
  return (await page.request.fetch(path, { method, data, headers: { origin: new URL(page.url()).origin } })).status();
}
