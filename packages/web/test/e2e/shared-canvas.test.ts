import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDeployment } from '../../../server/test/support/deploy-files.ts';
import { freePort } from '../../../server/test/support/free-port.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { browserOf } from '../support/browser-of.ts';
import { addServices, dragNode, nodeOf, openCanvas, placeOf, projectWith } from '../support/canvas.ts';
import { launchChromium } from '../support/chromium.ts';
import { inviteMember } from '../support/members.ts';
import { picture } from '../support/picture.ts';

/** The machine may have much else to do. */
const expectSoon = <T>(look: () => T) => expect.poll(look, { timeout: 60_000 });

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

const toolbar = (page: Page) => page.getByRole('toolbar', { name: 'Canvas' });

test('a move that the server refuses is taken back, with the reason', async () => {
  const { id, services } = await projectWith(platform.api, 'refusals', 'api');
  const [api] = services;
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await openCanvas(page, id);
  const start = await placeOf(page, api);
  await page.route('**/canvas', async (route) => {
    if (route.request().method() !== 'PATCH') return await route.continue();
    await route.fulfill({
      status: 412,
      contentType: 'application/problem+json',
      headers: { 'x-request-id': 'req_refused' },
      body: JSON.stringify({
        type: 'about:blank',
        title: 'The canvas keeps the places of no more nodes than it has now.',
        status: 412,
        code: 'CANVAS_FULL',
        hint: 'Go back to the automatic layout.',
        requestId: 'req_refused',
        errors: [],
      }),
    });
  });
  await dragNode(page, api, { x: 60, y: 200 });
  await page.getByText('The nodes were not moved', { exact: true }).waitFor();
  await page.getByText('req_refused', { exact: true }).waitFor();
  await expectSoon(() => placeOf(page, api)).toEqual(start);
  expect(await toolbar(page).getByRole('button', { name: 'Undo move' }).isDisabled()).toBe(true);
});

test('a viewer sees everything and can move nothing', async () => {
  const { id, services } = await projectWith(platform.api, 'looks', 'api');
  const [api] = services;
  const viewer = await inviteMember(platform, 'viewer@example.com', 'viewer');
  await using context = await browserOf(browser, platform, viewer.email);
  const page = await context.newPage();
  await openCanvas(page, id);
  const start = await placeOf(page, api);
  await dragNode(page, api, { x: 60, y: 200 });
  expect(await placeOf(page, api)).toEqual(start);
  await nodeOf(page, api).focus();
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Delete');
  expect(await placeOf(page, api)).toEqual(start);
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'New service' }).count()).toBe(0);
  await nodeOf(page, api).click({ button: 'right' });
  await expectSoon(() => page.getByRole('menuitem').allTextContents()).toEqual([
    expect.stringContaining('Open'),
    'Open its address',
    'Copy address',
  ]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Environment: production' }).click();
  // What guards an environment is there to be read.
  await expectSoon(() => page.getByRole('menuitem').allTextContents()).toEqual(['production', 'Settings…']);
  expect(context.faults).toEqual([]);
});

test('hostile names are text: nothing of them runs, and their marks reorder nothing', async () => {
  const { id, services } = await projectWith(platform.api, 'hostile', 'api');
  const [api] = services;
  const name = '<img src=x onerror=document.title=1>\u202Egnp.exe';
  // Refused by the API; here for what came into the database in another way.
  await platform.database.db.updateTable('services').set({ name }).where('id', '=', api.id).execute();
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await openCanvas(page, id);
  await nodeOf(page, api).getByText('<img src=x onerror').waitFor();
  expect(await nodeOf(page, api).locator('img').count()).toBe(0);
  expect(await nodeOf(page, api).locator('bdi').first().textContent()).not.toContain('\u202E');
  await nodeOf(page, api).click({ button: 'right' });
  await page.getByRole('menu').getByText('<img src=x onerror').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('option').getByText('<img src=x onerror').first().waitFor();
  expect(await page.title()).toContain('hostile');
  expect(context.faults).toEqual([]);
});

test('a new service comes to everybody; after a kill of the server, and where no stream gets through, too', async () => {
  const { id } = await projectWith(platform.api, 'live', 'first');
  await using context = await browserOf(browser, platform);
  await using blocked = await browserOf(browser, platform);
  const page = await context.newPage();
  const behindProxy = await blocked.newPage();
  await behindProxy.route('**/events', (route) => route.fulfill({ status: 200, contentType: 'text/html', body: '' }));
  await openCanvas(page, id);
  await openCanvas(behindProxy, id);
  await addServices(platform.api, id, ['second']);
  await page.locator('.react-flow__node').getByText('second', { exact: true }).waitFor();
  await behindProxy.locator('.react-flow__node').getByText('second', { exact: true }).waitFor();
  await platform.kill();
  await page.getByText('davit is away').waitFor();
  await platform.start();
  await page.getByText('davit is away').waitFor({ state: 'detached' });
  await addServices(platform.api, id, ['third']);
  await page.locator('.react-flow__node').getByText('third', { exact: true }).waitFor();
  expect(context.faults).toEqual([]);
});

test('what comes moves nothing that somebody looks at, until they lay it out; whoever comes later sees that at once', async () => {
  const { id, services } = await projectWith(platform.api, 'steady', 'one', 'two', 'three');
  const [one, two, three] = services;
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await openCanvas(page, id);
  const places = () => Promise.all([one, two, three].map((service) => placeOf(page, service)));
  const before = await places();
  await platform.api.done('POST', `/v1/services/${three.id}/env`, { name: 'PEER', value: '${{one.URL}}' });
  await page.locator('.react-flow__edge').waitFor({ state: 'attached' });
  await addServices(platform.api, id, ['four']);
  await page.locator('.react-flow__node').getByText('four', { exact: true }).waitFor();
  expect(await places()).toEqual(before);
  await toolbar(page).getByRole('button', { name: 'Lay out' }).click();
  await expectSoon(async () => (await placeOf(page, three)).x < (await placeOf(page, one)).x).toBe(true);
  await expectSoon(() => toolbar(page).getByRole('button', { name: 'Lay out' }).isDisabled()).toBe(true);
  const tidy = await places();
  await page.reload();
  await nodeOf(page, one).waitFor();
  expect(await places()).toEqual(tidy);
  expect(context.faults).toEqual([]);
});

test('a deployment is seen when it begins, on the canvas and in the drawer, however long the next overview takes', async () => {
  const { id, services } = await projectWith(platform.api, 'quick', 'api');
  const [api] = services;
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const streamed = page.waitForResponse('**/events');
  await page.goto(`/projects/${id}?service=${api.id}`);
  const drawer = page.getByRole('dialog', { name: 'api' });
  await drawer.getByText('Not deployed', { exact: true }).waitFor();
  await streamed;
  await addServices(platform.api, id, ['second']);
  await page.locator('.react-flow__node').getByText('second', { exact: true }).waitFor();
  await page.route('**/overview*', () => undefined);
  const held = await startDeployment(platform.api, api.id, {
    'package.json': JSON.stringify({ name: 'app', scripts: { build: 'sleep 600', start: 'node server.js' } }),
    'server.js': '',
  });
  await drawer.getByText('Deploying', { exact: true }).waitFor();
  await drawer.getByText('Step build.', { exact: true }).waitFor();
  await nodeOf(page, api).getByText('Deploying', { exact: true }).first().waitFor();
  await page.unrouteAll({ behavior: 'ignoreErrors' });
  await platform.api.done('POST', `/v1/deployments/${held.id}/cancel`);
  await platform.api.settled(held.id);
  await drawer.getByText('Not deployed', { exact: true }).waitFor();
  expect(context.faults).toEqual([]);
});

test('200 services are all shown, small as they are', async () => {
  const { id, services } = await projectWith(
    platform.api,
    'many',
    ...Array.from({ length: 200 }, (_, index) => `service-${String(index).padStart(3, '0')}`),
  );
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await openCanvas(page, id);
  await expectSoon(() => page.locator('.react-flow__node').count()).toBe(200);
  // The view is fitted to them a moment after they are drawn.
  const outOfView = () =>
    page.locator('.react-flow__node').evaluateAll((nodes) =>
      nodes.flatMap((node) => {
        const { left, top, right, bottom } = node.getBoundingClientRect();
        const isIn = left >= 0 && top >= 0 && right <= innerWidth && bottom <= innerHeight;
        const view = node.closest('.react-flow__viewport')?.getAttribute('style');
        return isIn ? [] : [`${node.getAttribute('aria-label')} at ${left}, ${top} of ${view}`];
      }),
    );
  await expectSoon(outOfView).toEqual([]);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await picture(page, `canvas-200-${colorScheme}-1440`);
    expect(await accessibilityFaults(page), colorScheme).toEqual([]);
  }
  const last = services.at(-1);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill(last?.name ?? '');
  await page.getByRole('option', { name: `${last?.name} Not deployed` }).click();
  await page.getByRole('dialog', { name: last?.name ?? '' }).waitFor();
  expect(context.faults).toEqual([]);
});
