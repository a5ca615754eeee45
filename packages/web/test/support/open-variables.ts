import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Platform } from '../../../server/test/support/platform.ts';
import { password } from '../../../server/test/support/test-accounts.ts';
import { openContext, type PageFaults } from './chromium.ts';

/** A browser in which somebody is signed in, by default the platform's first owner. */
export async function browserOf(
  browser: Browser,
  platform: Platform,
  email = 'owner@example.com',
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<BrowserContext & PageFaults> {
  const context = await openContext(browser, platform.url, options);
  const answer = await context.request.post('/auth/login', {
    headers: { 'x-davit-session': 'cookie', origin: platform.url },
    data: { email, password },
  });
  expect(answer.status()).toBe(200);
  return context;
}

/** The Variables tab of a service. */
export async function openVariables(
  page: Page,
  service: { id: string; projectId: string; name: string },
  more = '',
): Promise<Locator> {
  await page.goto(`/projects/${service.projectId}?service=${service.id}&tab=variables${more}`);
  const drawer = page.getByRole('dialog', { name: service.name });
  await drawer.getByRole('radiogroup', { name: 'View of the variables' }).waitFor();
  return drawer;
}

/** The line of a variable. */
export function rowOf(where: Locator, name: string): Locator {
  const cell = where.page().getByRole('cell').getByText(name, { exact: true });
  return where.getByRole('row').filter({ has: cell });
}

/** Adds a variable in the form above the table. */
export async function addVariable(where: Locator, name: string, value: string): Promise<void> {
  const form = where.getByRole('form', { name: 'New variable' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Value').fill(value);
  await form.getByRole('button', { name: 'Add' }).click();
}
