import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentView, ServiceView } from '../../../server/test/support/api-caller.ts';
import { deployFiles, nodeServer, startDeployment } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { browserOf } from '../support/browser-of.ts';
import { nodeOf } from '../support/canvas.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { layoutShifts, watchLayoutShifts } from '../support/layout-shifts.ts';

// What instances write, over deployments: live, filtered, searched, by line, as a file.

const deadline = { timeout: 60_000 };

let platform: Platform;
let browser: Browser;
let projectId: string;
let service: ServiceView;
let first: DeploymentView;

/** Writes its path for each visit, and to standard error where that has `bad` in it. */
const app = (name: string) => ({
  ...nodeServer(
    `(request.url.includes('bad') ? console.error : console.log)('${name} was asked for ' + decodeURIComponent(request.url)) ?? 'ok'`,
  ),
});

const neverBuilt = {
  'package.json': JSON.stringify({
    name: 'app',
    private: true,
    scripts: { build: 'sleep 600', start: 'node server.js' },
  }),
  'server.js': '',
};

beforeAll(async () => {
  platform = await startPlatform();
  browser = await launchChromium();
  projectId = (await platform.api.createProject('logs')).id;
  service = await platform.api.createService(projectId, { name: 'chatty' });
  first = await deployFiles(platform.api, service.id, app('first'));
  await visit(service.url, '/from-the-first');
  await deployFiles(platform.api, service.id, app('second'));
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

async function open(page: Page, search = ''): Promise<Locator> {
  await page.goto(`/projects/${projectId}?service=${service.id}&tab=logs${search}`);
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page.getByRole('log', { name: 'Logs of the service' });
}

async function choose(page: Page, label: string, option: string | RegExp): Promise<void> {
  await page.getByRole('combobox', { name: label }).click();
  await page.getByRole('option', { name: option }).click();
}

test('lines come as they are written, of all deployments, and each once though the connection is cut', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const log = await open(page);
  await log.getByText('first was asked for /from-the-first').waitFor();
  await visit(service.url, '/live-1');
  await log.getByText('second was asked for /live-1').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await context.setOffline(true);
  await page.getByText('davit is away').waitFor();
  await visit(service.url, '/while-away');
  await context.setOffline(false);
  await log.getByText('/while-away').waitFor();
  await visit(service.url, '/live-2');
  await log.getByText('/live-2').waitFor();
  for (const path of ['/live-1', '/while-away', '/live-2']) expect(await log.getByText(path).count()).toBe(1);
});

test('where no stream gets through, lines come all the same, each once', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  let refused = 0;
  await page.route('**/logs/stream?**', async (route) => {
    refused += 1;
    await route.fulfill({ status: 200, contentType: 'text/html', body: 'A page of something in between' });
  });
  const log = await open(page);
  await log.getByText('first was asked for /from-the-first').waitFor();
  for (const path of ['/polled-1', '/polled-2']) {
    await visit(service.url, path);
    await log.getByText(path).waitFor();
  }
  for (const path of ['/polled-1', '/polled-2']) expect(await log.getByText(path).count()).toBe(1);
  expect(refused).toBeGreaterThan(0);
  expect(context.faults).toEqual([]);
});

test('they are filtered by deployment, by stream and by text, on the server', async () => {
  await visit(service.url, '/bad-one');
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const log = await open(page);
  await log.getByText('/bad-one').waitFor();
  await choose(page, 'Deployment', /#1/);
  await log.getByText('/bad-one').waitFor({ state: 'detached' });
  await log.getByText('/from-the-first').waitFor();
  expect(new URL(page.url()).searchParams.get('deployment')).toBe(first.id);
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await choose(page, 'Stream', 'Standard error');
  await log.getByText('/from-the-first').waitFor({ state: 'detached' });
  await log.getByText('/bad-one').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();

  const search = page.getByLabel('Search the log');
  await search.fill('ASKED FOR /FROM');
  await page.getByRole('status').getByText('1', { exact: true }).waitFor();
  await log.getByText('/bad-one').waitFor({ state: 'detached' });
  expect(await search.evaluate((box) => box.matches(':focus'))).toBe(true);
  await search.fill('no such line');
  await page.getByText('No line is like this').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.reload();
  await page.getByText('No line is like this').waitFor();
  await page.getByRole('button', { name: 'Clear filters' }).click();
  await log.getByText('/bad-one').waitFor();

  await page.getByRole('button', { name: 'Any time' }).click();
  await page.getByRole('button', { name: 'Last hour' }).click();
  await log.getByText('/bad-one').waitFor();
  await page.getByRole('button', { name: /^Since/ }).click();
  await page.getByLabel('Until').fill('2020-01-01T00:00:00');
  await page.getByLabel('From').fill('');
  await page.getByRole('button', { name: 'Show these' }).click();
  await page.getByText('No line is like this').waitFor();
  expect(context.faults).toEqual([]);
});

test('several lines have one address together, which marks them for whoever opens it', async () => {
  const paths = ['/range-1', '/range-2', '/range-3', '/range-4', '/range-5'];
  for (const path of paths) await visit(service.url, path);
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const log = await open(page);
  const link = (path: string) => log.locator('[data-line]', { hasText: path }).getByRole('link');
  const isMarked = async () => {
    const marked = await log.locator('[data-line][data-selected]').allTextContents();
    return paths.map((path) => marked.some((text) => text.includes(path)));
  };
  await link('/range-4').click();
  await expect.poll(isMarked, deadline).toEqual([false, false, false, true, false]);
  await link('/range-2').click({ modifiers: ['Shift'] });
  await expect.poll(isMarked, deadline).toEqual([false, true, true, true, false]);
  expect(new URL(page.url()).searchParams.get('line')).toMatch(/^\d+-\d+$/);
  await page.reload();
  await expect.poll(isMarked, deadline).toEqual([false, true, true, true, false]);
  // What a filter hides is not marked; what it shows is.
  await page.getByLabel('Search the log').fill('range-2');
  await log.getByText('/range-3').waitFor({ state: 'detached' });
  await expect.poll(isMarked, deadline).toEqual([false, true, false, false, false]);
  expect(context.faults).toEqual([]);
});

test('a line has an address that leads to it among thousands, and all are a file', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const log = await open(page);
  await log.locator('[data-line]', { hasText: '/from-the-first' }).getByRole('link').click();
  await expect.poll(() => new URL(page.url()).searchParams.get('line'), deadline).not.toBeNull();
  const talkative = await deployFiles(
    platform.api,
    service.id,
    nodeServer(`'ok'`, `for (let n = 1; n <= 3000; n += 1) console.log('noise ' + n);`),
  );
  expect(talkative.status).toBe('active');
  await log.getByText('noise 3000', { exact: true }).waitFor({ state: 'detached' });
  await page.reload();
  await log.getByText('/from-the-first').waitFor();
  await log.getByText('noise 3000', { exact: true }).waitFor({ state: 'detached' });
  // Down to the end, page after page.
  await log.focus();
  await expect
    .poll(async () => {
      await page.keyboard.press('End');
      return await log.getByText('noise 3000', { exact: true }).count();
    }, deadline)
    .toBe(1);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Download all lines' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  expect(file.match(/ noise \d+$/gm)).toHaveLength(3000);
  expect(file).toContain('first was asked for /from-the-first');
  expect(context.faults).toEqual([]);
});

test('hostile lines are text, and do nothing', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await deployFiles(platform.api, service.id, app('last'));
  for (const path of [
    '<img src=x onerror=window.pwned=1>',
    '\u001b]8;;javascript:window.pwned=1\u0007link',
    '\u202egnp',
  ]) {
    await visit(service.url, `/${encodeURIComponent(path)}`);
  }
  const log = await open(page);
  await log.getByText('last was asked for /<img src=x onerror=window.pwned=1>', { exact: true }).waitFor();
  await log.getByText('last was asked for /link', { exact: true }).waitFor();
  await log.getByText('last was asked for /⟨U+202E⟩gnp', { exact: true }).waitFor();
  expect(await page.evaluate(`'pwned' in globalThis`)).toBe(false);
  expect(await log.locator('img, a[href^=javascript]').count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('a cron service shows its runs, each with what it wrote', async () => {
  const cron = await platform.api.createService(projectId, {
    name: 'sweeper',
    kind: 'cron',
    settings: { schedule: '*/2 * * * * *', build: { startCommand: 'echo swept && exit 1' } },
  });
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto(`/projects/${projectId}?service=${cron.id}&tab=logs`);
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('It has not run yet').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await deployFiles(platform.api, cron.id, nodeServer(`'x'`));
  await page.getByRole('log').getByText('swept', { exact: true }).waitFor();
  await page.getByText('This run failed').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('nothing jumps while a project, a service and a deployment load, nor when something new comes to them', async () => {
  await using context = await browserOf(browser, platform);
  await watchLayoutShifts(context);
  const page = await context.newPage();
  const drawer = page.getByRole('dialog');

  await page.goto(`/projects/${projectId}`);
  const node = nodeOf(page, service);
  await node.getByText(/^#\d+/).waitFor();
  const { id, number } = await startDeployment(platform.api, service.id, app('third'));
  await node.getByText(`#${number}`).waitFor();
  await platform.api.settled(id);
  await node.getByText('Running').filter({ visible: true }).first().waitFor();
  expect.soft(await layoutShifts(page), 'project').toEqual([]);

  await page.goto(`/projects/${projectId}?service=${service.id}`);
  await drawer.getByText(`#${number}`).first().waitFor();
  expect.soft(await layoutShifts(page), 'deployments').toEqual([]);

  await page.goto(`/projects/${projectId}?service=${service.id}&tab=variables`);
  await drawer.getByText('Running', { exact: true }).waitFor();
  // On a quick machine an ordinary deployment is over before the page has asked what goes on.
  const held = await startDeployment(platform.api, service.id, neverBuilt);
  await drawer.getByText('Deploying', { exact: true }).waitFor();
  expect.soft(await layoutShifts(page), 'service').toEqual([]);
  await platform.api.done('POST', `/v1/deployments/${held.id}/cancel`);
  await platform.api.settled(held.id);

  const next = await startDeployment(platform.api, service.id, app('fourth'));
  await page.goto(`/projects/${projectId}?service=${service.id}&deployment=${next.id}`);
  await drawer.getByRole('log').locator('[data-line]').first().waitFor();
  await drawer.getByText('Active', { exact: true }).first().waitFor();
  expect.soft(await layoutShifts(page), 'deployment').toEqual([]);

  await page.goto(`/projects/${projectId}?service=${service.id}&tab=logs`);
  const log = drawer.getByRole('log');
  await log.getByText('listening').first().waitFor();
  await visit(service.url, '/one-more');
  await log.getByText('/one-more').waitFor();
  expect.soft(await layoutShifts(page), 'logs').toEqual([]);
});
