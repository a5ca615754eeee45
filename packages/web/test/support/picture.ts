import { mkdir } from 'node:fs/promises';
import type { Page } from 'playwright-core';

/** A picture of the page, where DAVIT_SCREENSHOTS names a folder for them. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['DAVIT_SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}
