import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { createTestPrometheus, type TestPrometheus } from '../../../server/test/support/prometheus.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';

let prometheus: TestPrometheus;
let platform: Platform;
let browser: Browser;

beforeAll(async () => {
  prometheus = await createTestPrometheus();
  platform = await startPlatform({ environment: { PROMETHEUS_URL: prometheus.url } });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await prometheus?.[Symbol.asyncDispose]();
});

test('charts that are read from a Prometheus which is away say so, and are there when it is back', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const { id } = await platform.api.createProject('shop');
  const service = await platform.api.createService(id, { name: 'web' });
  await page.goto(`/projects/${id}?service=${service.id}&tab=metrics`);
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();

  const failure = page.getByRole('alert').filter({ hasText: 'The metrics cannot be read from Prometheus' });
  await failure.getByText(/Request req_/).waitFor();
  expect(await page.getByText('Not deployed yet').count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);

  const request = await failure.getByText(/Request req_/).innerText();
  await failure.getByRole('button', { name: 'Try again' }).click();
  await waitUntil('another attempt', async () => (await failure.getByText(/Request req_/).innerText()) !== request);
  await prometheus.start();
  // Nobody has to ask again.
  await page.getByText('Read from Prometheus.').waitFor();
  await page.getByText('Not deployed yet').waitFor();
  expect(await failure.count()).toBe(0);
  expect(context.faults).toEqual([]);
});
