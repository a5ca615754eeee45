import type { Page } from 'playwright-core';

const password = 'correct horse battery';

/** Signs in on the page that asks for it, by default as the platform's first owner. */
export async function signIn(page: Page, email = 'owner@example.com'): Promise<void> {
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}
