import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

/** For what a page does by itself after an answer: on a machine that does much else, that may take its time. */
export const soon = { timeout: 60_000 };

/** Waits until something has the focus: a dialog or a list takes it a moment after it is there, and what is typed before is lost. */
export async function focused(target: Locator): Promise<void> {
  await expect.poll(() => target.evaluate((element) => element.matches(':focus')), soon).toBe(true);
}

/** Finds a command in the palette and presses Enter once it is the one that Enter chooses. */
export async function runCommand(page: Page, search: string, name: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(search);
  await page.getByRole('option', { name, selected: true }).waitFor();
  await page.keyboard.press('Enter');
}

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
