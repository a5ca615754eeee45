import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentView } from '../../../server/test/support/api-caller.ts';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { drawnLines } from '../support/log-lines.ts';
import { LINES, writeMillionLines } from '../support/million-lines.ts';

// A build that wrote a million lines is read as any other: from end to end, by line, by search.

/** A page of lines comes in a moment; a machine that does much else is given all this. */
const deadline = { timeout: 60_000 };

let platform: Platform;
let browser: Browser;
let projectId: string;
let deployment: DeploymentView;

beforeAll(async () => {
  platform = await startPlatform();
  browser = await launchChromium();
  projectId = (await platform.api.createProject('long')).id;
  const service = await platform.api.createService(projectId, { name: 'long' });
  deployment = await deployFiles(platform.api, service.id, nodeServer(`'long'`));
  await writeMillionLines(platform.database.pool, deployment.runId);
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

async function open(page: Page, search = ''): Promise<Locator> {
  await page.goto(`/projects/${projectId}?service=${deployment.serviceId}&deployment=${deployment.id}${search}`);
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page.getByRole('log', { name: 'Output of the deployment' });
}

test('it is scrolled from the first line to the last, and each line stands at its number', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const log = await open(page);
  await log.focus();
  await page.keyboard.press('Home');
  await log.getByText('line 1 of a build', { exact: true }).waitFor();
  const stops = 40;
  let seen = 0;
  for (let stop = 0; stop <= stops; stop += 1) {
    await log.evaluate(
      (element, share) => element.scrollTo(0, share * (element.scrollHeight - element.clientHeight)),
      stop / stops,
    );
    let lines: Awaited<ReturnType<typeof drawnLines>> = [];
    await expect
      .poll(async () => {
        lines = await drawnLines(log);
        return (lines[0]?.[0] ?? 0) > seen && lines.every(([, text]) => text !== '');
      }, deadline)
      .toBe(true);
    for (const [number, text] of lines) expect(text).toBe(`line ${number} of a build`);
    seen = lines[0]?.[0] ?? 0;
  }
  await log.getByText(`line ${LINES} of a build`, { exact: true }).waitFor();
  // Line by line too, where the bar is too coarse to say where one is.
  await page.keyboard.press('Home');
  await log.getByText('line 1 of a build', { exact: true }).waitFor();
  await log.hover();
  for (const line of [51, 101, 151, 201]) {
    // oxlint-disable-next-line no-await-in-loop
    await page.mouse.wheel(0, 900);
    // oxlint-disable-next-line no-await-in-loop
    await log.getByText(`line ${line} of a build`, { exact: true }).waitFor();
  }
  // Rows take turns while they move; who reads, selects or copies afterwards has them in their order.
  await expect
    .poll(async () => {
      const numbers = (await drawnLines(log)).map(([number]) => number);
      return numbers.every((number, index) => number === (numbers[0] ?? 0) + index);
    }, deadline)
    .toBe(true);
  await page.keyboard.press('End');
  await log.getByText(`line ${LINES} of a build`, { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('any line has an address, and a text is found wherever it is', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const log = await open(page, '&line=654321');
  await log.getByText('line 654321 of a build', { exact: true }).waitFor();
  // With Shift, the lines from there to here have one.
  await log.getByRole('link', { name: 'Line 654324', exact: true }).click({ modifiers: ['Shift'] });
  await expect.poll(() => new URL(page.url()).searchParams.get('line'), deadline).toBe('654321-654324');
  const other = await context.newPage();
  await other.goto(page.url());
  const marked = other.getByRole('log').locator('[data-line][data-selected]');
  await marked.getByText('line 654324 of a build', { exact: true }).waitFor();
  expect(await marked.evaluateAll((rows) => rows.map((row) => row.getAttribute('data-line')))).toEqual([
    '654321',
    '654322',
    '654323',
    '654324',
  ]);
  await other.close();
  await page.getByLabel('Search the log').fill('LINE 9876');
  await page.getByRole('status').getByText('111', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Next match' }).click();
  await log.getByText('line 9876 of a build', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Previous match' }).click();
  await log.getByText('line 987699 of a build', { exact: true }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});
