import type { Page } from 'playwright-core';
import { accessibilityFaults } from './axe.ts';
import { picture } from './picture.ts';

/** By how many pixels the page is wider than its window: more than none means that it scrolls sideways. */
async function overflowOf(page: Page): Promise<number> {
  return await page.locator('html').evaluate((html) => html.scrollWidth - html.clientWidth);
}

/**
 * What is wrong with the page as it stands, in light and dark, 1440 and 390 px wide (axe), and 360 px (no scrolling sideways); leaves
 * it as wide as it was. `name` is what pictures of it are called.
 */
export async function lookFaults(page: Page, name: string): Promise<string[]> {
  const faults: string[] = [];
  const before = page.viewportSize() ?? { width: 1440, height: 900 };
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await picture(page, `${name}-${colorScheme}-${width}`);
      faults.push(...(await accessibilityFaults(page)).map((fault) => `${colorScheme}, ${width} px: ${fault}`));
    }
  }
  await page.setViewportSize({ width: 360, height: 900 });
  const overflow = await overflowOf(page);
  if (overflow > 0) faults.push(`at 360 px the page is ${overflow} px too wide`);
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  return faults;
}
