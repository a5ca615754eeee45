import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { choose, focused, soon } from '../support/page-acts.ts';
import { picture } from '../support/picture.ts';

// What is refused is told where it was typed: of a list of names, which name and why.

let platform: Platform;
let browser: Browser;
let drawerOf: (tab: string) => string;
let serviceId: string;

beforeAll(async () => {
  platform = await startPlatform({ environment: { BASE_DOMAIN: 'apps.test' } });
  const { id } = await platform.api.createProject('shop');
  ({ id: serviceId } = await platform.api.createService(id, { name: 'web' }));
  drawerOf = (tab) => `/projects/${id}?service=${serviceId}&tab=${tab}`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

/** What is said to be wrong with a field, as a screen reader finds it. */
const faultOf = (field: Locator): Promise<string> =>
  field.evaluate((element) => {
    const ids = (element.getAttribute('aria-describedby') ?? '').split(' ').filter((id) => id.endsWith('-error'));
    return ids.map((id) => document.getElementById(id)?.textContent ?? '').join(' ');
  });

/** Answers a write as a server would that has something against one of its fields. */
async function refuse(page: Page, path: string, pointer: string, detail: string): Promise<void> {
  await page.route(path, async (route) => {
    if (route.request().method() !== 'POST') return await route.continue();
    await route.fulfill({
      status: 400,
      contentType: 'application/problem+json',
      headers: { 'x-request-id': 'req_refused' },
      body: JSON.stringify({
        type: 'about:blank',
        title: 'Bad Request',
        detail: 'Some fields are not right.',
        status: 400,
        code: 'INVALID_INPUT',
        hint: 'Correct them.',
        requestId: 'req_refused',
        errors: [{ pointer, detail }],
      }),
    });
  });
}

test('a response header that may not be set is told by its name at the headers, and goes when it is corrected', async () => {
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await page.goto(drawerOf('settings'));
  const drawer = page.getByRole('dialog');
  const headers = drawer.getByLabel('Response headers');
  const save = drawer.getByRole('button', { name: 'Save', exact: true });
  await headers.fill('X-Fine: yes\nContent-Length: 5');
  await save.click();
  await expect
    .poll(() => faultOf(headers), soon)
    .toBe('Content-Length: Is a field that davit or the application must set itself.');
  await focused(headers);
  expect(await headers.getAttribute('aria-invalid')).toBe('true');
  await picture(page, 'settings-refused-light-1440');
  expect(await accessibilityFaults(page)).toEqual([]);

  const form = 'A name of letters, digits and dashes, and a value of printable ASCII characters.';
  await headers.fill('X Y: z');
  await save.click();
  await expect.poll(() => faultOf(headers), soon).toBe(`X Y: ${form}`);
  await headers.fill('X-Empty:');
  await expect.poll(() => faultOf(headers), soon).toBe('X-Empty: Needed.');
  // Signs that mean something in the path of a field.
  await headers.fill('X[0]: z');
  await expect.poll(() => faultOf(headers), soon).toContain(form);
  await headers.fill('X-Fine: yes');
  await expect.poll(() => faultOf(headers), soon).toBe('');

  const build = drawer.getByLabel('Build arguments');
  await build.fill('GOOD=1\n2BAD=1');
  await save.click();
  await expect
    .poll(() => faultOf(build), soon)
    .toBe('2BAD: A name of letters, digits and _, not beginning with a digit.');
  // What this installation has nothing for: the server says so of the whole list.
  await build.fill('GOOD=1');
  await save.click();
  await expect.poll(() => faultOf(build), soon).toBe('Needs a runtime for containers.');
  await build.fill('');
  await save.click();
  await page.getByText('The settings were saved').first().waitFor();
  const stored = await platform.api.done<{ settings: object }>('GET', `/v1/services/${serviceId}`);
  expect(stored.settings).toMatchObject({ responseHeaders: { 'X-Fine': 'yes' }, build: { buildArgs: {} } });
});

test('a label of a credential is told by its name, by the form and by the server', async () => {
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await page.goto('/organization/credentials');
  await page.getByRole('button', { name: 'New credential' }).first().click();
  const dialog = page.getByRole('dialog');
  await choose(page, dialog.getByRole('combobox', { name: 'Provider' }), /^Cloudflare/);
  await dialog.getByLabel('Name').fill('dns');
  await dialog.getByLabel('API token').fill('cf-of-the-page');
  const labels = dialog.getByLabel('Labels');
  await labels.fill('team=shop, -tier=prod');
  const store = dialog.getByRole('button', { name: 'Store credential' });
  await store.click();
  await expect.poll(() => faultOf(labels), soon).toBe('-tier: Letters, digits, dots and dashes: key=value.');
  await refuse(page, '**/v1/credentials', '/labels/example.com~1tier', 'is kept for davit');
  await labels.fill('team=shop, example.com/tier=prod');
  await store.click();
  await expect.poll(() => faultOf(labels), soon).toBe('example.com/tier: Is kept for davit.');
});

test('a domain whose target is gone is told at the target', async () => {
  await platform.api.done('POST', `/v1/services/${serviceId}/domains`, { host: 'www.shop.test' });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await page.goto(drawerOf('domains'));
  const form = page.getByRole('dialog').getByRole('form', { name: 'New domain' });
  await form.getByLabel('Domain').fill('shop.test');
  const target = form.getByRole('combobox', { name: 'What it does' });
  await choose(page, target, /www\.shop\.test/);
  await refuse(page, '**/domains', '/redirectTo', 'is no domain of this service');
  await form.getByRole('button', { name: 'Add domain' }).click();
  await expect.poll(() => faultOf(target), soon).toBe('Is no domain of this service.');
});
