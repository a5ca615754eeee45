import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { forgetOwners } from '../../../server/test/support/forget-owners.ts';
import { freePort } from '../../../server/test/support/free-port.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { focused, soon } from '../support/page-acts.ts';

const password = 'correct horse battery';
let platform: Platform;
let browser: Browser;

beforeAll(async () => {
  // A server that comes back does so at its address: the page that waits for it knows no other.
  platform = await startPlatform({ environment: { PORT: String(await freePort()) } });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

async function signIn(page: Page, email = 'owner@example.com'): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Ends the browser's session from elsewhere, as an owner of a lost laptop does. */
async function endSessionOf(page: Page): Promise<void> {
  const { sessionId } = (await (await page.request.get('/auth/me')).json()) as { sessionId: string };
  await platform.api.done('DELETE', `/v1/sessions/${sessionId}`);
}

test('who is not signed in is asked to, and then gets where they wanted to go', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/account?tab=x');
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await signIn(page);
  await page.getByRole('heading', { name: 'Account' }).waitFor();
  expect(await page.title()).toContain('Account');
  expect(await accessibilityFaults(page)).toEqual([]);
  const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));
  expect(kept).not.toMatch(/ey[A-Za-z0-9_-]{10}|dvr_/);
  const cookies = await context.cookies();
  expect(cookies.length).toBeGreaterThan(0);
  expect(cookies.filter(({ httpOnly, sameSite }) => !httpOnly || sameSite !== 'Strict')).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('a session that ends in the middle of a form is renewed over it: what was typed stays, and is sent', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page);
  await page.getByRole('button', { name: 'New project' }).first().click();
  const form = page.getByRole('dialog', { name: 'New project' });
  await form.getByLabel('Name').fill('kept');
  await form.getByLabel('Description').fill('typed before the session ended');
  await endSessionOf(page);
  await form.getByRole('button', { name: 'Make project' }).click();

  const again = page.getByRole('dialog', { name: 'Your session has ended' });
  await again.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await again.getByLabel('Password', { exact: true }).fill('not the password');
  await again.getByRole('button', { name: 'Sign in' }).click();
  await again.getByText(/password is wrong/).waitFor();
  await again.getByLabel('Password', { exact: true }).fill(password);
  await again.getByRole('button', { name: 'Sign in' }).click();

  await page.waitForURL(/\/projects\//);
  const { items } = await platform.api.done<{ items: { name: string; description: string }[] }>('GET', '/v1/projects');
  expect(items.find(({ name }) => name === 'kept')?.description).toBe('typed before the session ended');
  expect(context.faults).toEqual([]);
});

test('what the server refuses stands at its field', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page);
  await page.getByRole('button', { name: 'New project' }).first().click();
  const form = page.getByRole('dialog', { name: 'New project' });
  await form.getByLabel('Name').fill('Not A Name');
  await form.getByRole('button', { name: 'Make project' }).click();
  await expect
    .poll(() => form.getByLabel('Name').getAttribute('aria-invalid'), { ...soon, message: 'refused before it is sent' })
    .toBe('true');
  await form.getByLabel('Name').fill('kept');
  await form.getByRole('button', { name: 'Make project' }).click();
  await form
    .getByRole('alert')
    .getByText(/Request/)
    .waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a dialog that a menu opens has the focus, and a project goes once its name is typed', async () => {
  await platform.api.done('POST', '/v1/projects', { name: 'to-go' });
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page);
  await page.getByRole('button', { name: 'More about to-go' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete project?' });
  await dialog.waitFor();
  await focused(dialog.getByRole('textbox'));
  expect(await dialog.getByRole('button', { name: 'Delete project' }).isDisabled()).toBe(true);
  await page.keyboard.type('to-go');
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await page.getByRole('link', { name: 'to-go' }).waitFor({ state: 'detached' });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('while the server is away a banner says so; when it is back the page goes on, still signed in', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page);
  await page.getByRole('link', { name: 'kept' }).click();
  await page.waitForURL(/\/projects\//);
  await page.getByText('Nothing runs here yet').waitFor();
  await platform.kill();
  await page.getByText('davit is away').waitFor();
  await platform.start();
  await page.getByText('davit is away').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Account and sessions' }).click();
  await page.getByRole('row').getByText('This one').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('whoever signs out is out, in every page of that browser', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await signIn(page);
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await page.getByRole('button', { name: 'Account' }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.goBack();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  expect((await page.request.get('/auth/me')).status()).toBe(401);
});

test('the first one to come with the claim token owns the installation', async () => {
  await forgetOwners(platform.database);
  await platform.restart();
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Claim this installation' }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByLabel('Claim token').fill('wrong');
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.locator('input[autocomplete=new-password]').fill('short');
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('At least 10 characters.', { exact: true }).waitFor();
  await page.locator('input[autocomplete=new-password]').fill(password);
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('The claim token is wrong or was used already.').waitFor();
  const token = (await readFile(join(platform.dataDir, 'claim-token'), 'utf8')).trim();
  await page.getByLabel('Claim token').fill(token);
  await page.getByRole('button', { name: 'Claim' }).click();
  await page.getByText('No projects yet').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});
