import { mkdir } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { password } from '../../../server/test/support/test-accounts.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';

let platform: Platform;
let browser: Browser;

beforeAll(async () => {
  platform = await startPlatform();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

/** A picture of the page, where DAVIT_SCREENSHOTS names a folder for them. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['DAVIT_SCREENSHOTS'];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
}

async function signIn(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
}

test('an owner signs in, makes a project, deploys an example, watches it and looks at it in its drawer', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await picture(page, 'sign-in');
  expect(await accessibilityFaults(page)).toEqual([]);
  await signIn(page);

  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill('shop');
  await picture(page, 'new-project');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /make|create/i })
    .click();

  await page.getByText('Nothing runs here yet').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'empty-project');
  await page.getByRole('button', { name: 'New service' }).first().click();
  await page.getByRole('tab', { name: 'Example' }).click();
  await picture(page, 'examples');
  await page
    .getByRole('button', { name: /Deploy .*Node/i })
    .first()
    .click();

  const drawer = page.getByRole('dialog');
  await drawer.getByText('#1').waitFor();
  await drawer.getByText('Active').waitFor({ timeout: 120_000 });
  await picture(page, 'service');
  expect(await accessibilityFaults(page)).toEqual([]);
  await drawer.getByText('#1').click();
  await drawer.getByText('healthy').waitFor();
  await drawer.getByText('Live at').waitFor();
  await picture(page, 'deployment');
  expect(await accessibilityFaults(page)).toEqual([]);

  const address = await drawer.getByRole('link', { name: /localhost/ }).getAttribute('href');
  expect(address).toMatch(/^http:/);
  await page.reload();
  await page.getByRole('dialog').getByText('Live at').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await page.locator('.react-flow__node').getByText('Running').waitFor();
  await picture(page, 'canvas');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('a wrong password is refused in words, and nobody is signed in', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill(`${password} but wrong`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByText(/wrong|not right|incorrect|do not match/i)
    .first()
    .waitFor();
  expect((await context.cookies()).filter(({ name }) => name.includes('access'))).toEqual([]);
});
