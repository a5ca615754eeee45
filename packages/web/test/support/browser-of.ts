import type { Browser, BrowserContext } from 'playwright-core';
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
