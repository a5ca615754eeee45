import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../../server/test/support/free-port.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { browserOf } from '../support/browser-of.ts';
import { dragNode, nodeOf, openCanvas, placeOf, projectWith } from '../support/canvas.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';

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

test('a node that is dragged keeps its place: here, for another browser, and after a reload; undo and redo move it', async () => {
  const { id, services } = await projectWith(platform.api, 'drags', 'api', 'web');
  const [api, web] = services;
  await using context = await browserOf(browser, platform);
  await using other = await browserOf(browser, platform);
  const [mine, theirs] = [await context.newPage(), await other.newPage()];
  await openCanvas(mine, id);
  await openCanvas(theirs, id);
  const start = await placeOf(mine, api);
  await dragNode(mine, api, { x: 60, y: 200 });
  const moved = await placeOf(mine, api);
  expect(moved.y).toBeGreaterThan(start.y + 100);
  await expectSoon(() => placeOf(theirs, api)).toEqual(moved);
  await mine.reload();
  await nodeOf(mine, api).waitFor();
  expect(await placeOf(mine, api)).toEqual(moved);

  await dragNode(mine, api, { x: 80, y: 40 });
  const again = await placeOf(mine, api);
  await mine.keyboard.press('Control+z');
  await expectSoon(() => placeOf(mine, api)).toEqual(moved);
  await expectSoon(() => placeOf(theirs, api)).toEqual(moved);
  await mine.keyboard.press('Control+Shift+Z');
  await expectSoon(() => placeOf(theirs, api)).toEqual(again);
  await toolbar(mine).getByRole('button', { name: 'Undo move' }).click();
  await expectSoon(() => placeOf(theirs, api)).toEqual(moved);

  // What somebody else has moved meanwhile is not taken back from them.
  await mine.keyboard.press('Control+y');
  await expectSoon(() => placeOf(theirs, api)).toEqual(again);
  await dragNode(theirs, api, { x: -40, y: 60 });
  const others = await placeOf(theirs, api);
  await expectSoon(() => placeOf(mine, api)).toEqual(others);
  await mine.keyboard.press('Control+z');
  await mine.getByText('api stays where it is', { exact: true }).waitFor();
  expect(await placeOf(mine, api)).toEqual(others);

  await dragNode(mine, web, { x: 30, y: 120 });
  const dragged = await placeOf(mine, web);
  await toolbar(mine).getByRole('button', { name: 'Lay out' }).click();
  await expectSoon(() => placeOf(theirs, web)).not.toEqual(dragged);
  await expectSoon(() => placeOf(theirs, api)).toEqual(start);
  await mine.getByRole('listitem').getByRole('button', { name: 'Undo' }).click();
  await expectSoon(() => placeOf(theirs, web)).toEqual(dragged);
  await expectSoon(() => placeOf(theirs, api)).toEqual(others);
  expect([...context.faults, ...other.faults]).toEqual([]);
});

test('a cloud resource is moved, undone and redone for everybody, as a service is; Back does not lose what is typed into its manifest', async () => {
  const { id, services } = await projectWith(platform.api, 'resources', 'web');
  const [web] = services;
  const { items } = await platform.api.done<{ items: { id: string }[] }>('GET', `/v1/projects/${id}/environments`);
  const bucket = (name: string, region: string) =>
    `apiVersion: v1\nkind: AwsS3Bucket\nmetadata: { name: ${name} }\nspec: { region: ${region} }\n`;
  const taken = '{ valueFrom: { kind: AwsS3Bucket, name: photos, fieldPath: region } }';
  const { waves } = await platform.api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', {
    manifest: `${bucket('photos', 'eu-central-1')}---\n${bucket('copies', taken)}`,
    environmentId: items[0]?.id,
  });
  const [photos, copies] = waves.flat().map((each) => ({ id: each })) as [{ id: string }, { id: string }];
  await using context = await browserOf(browser, platform);
  await using other = await browserOf(browser, platform);
  const [mine, theirs] = [await context.newPage(), await other.newPage()];
  await openCanvas(mine, id);
  await openCanvas(theirs, id);
  const line = mine.locator(`.react-flow__edge[data-id="${copies.id}-${photos.id}"]`);
  await line.waitFor({ state: 'attached' });
  expect(await line.getAttribute('aria-label')).toBe('copies refers to photos in region');

  const start = await placeOf(mine, copies);
  await dragNode(mine, copies, { x: 40, y: 180 });
  const moved = await placeOf(mine, copies);
  expect(moved.y).toBeGreaterThan(start.y + 80);
  await expectSoon(() => placeOf(theirs, copies)).toEqual(moved);
  await mine.keyboard.press('Control+z');
  await expectSoon(() => placeOf(mine, copies)).toEqual(start);
  await expectSoon(() => placeOf(theirs, copies)).toEqual(start);
  await mine.keyboard.press('Control+y');
  await expectSoon(() => placeOf(theirs, copies)).toEqual(moved);
  await toolbar(mine).getByRole('button', { name: 'Lay out' }).click();
  await expectSoon(() => placeOf(theirs, copies)).toEqual(start);
  // Arrow keys lead from one kind of node to another.
  await nodeOf(mine, photos).focus();
  await mine.keyboard.press('ArrowDown');
  await expectSoon(() => nodeOf(mine, web).evaluate((node) => node.matches(':focus'))).toBe(true);
  // What is typed into its manifest is not lost by Back, unless one says so.
  await nodeOf(mine, photos).click();
  const manifest = mine.getByRole('textbox', { name: 'Manifest of photos' });
  await manifest.click();
  await mine.keyboard.insertText('# half an idea');
  const question = mine.getByRole('dialog', { name: 'Leave without saving?' });
  await mine.evaluate('history.back()');
  await question.getByRole('button', { name: 'Stay' }).click();
  await question.waitFor({ state: 'detached' });
  expect(new URL(mine.url()).searchParams.get('resource')).toBe(photos.id);
  expect(await manifest.textContent()).toContain('half an idea');
  await mine.evaluate('history.back()');
  await question.getByRole('button', { name: 'Leave without saving' }).click();
  await mine.getByRole('dialog').waitFor({ state: 'detached' });
  expect(new URL(mine.url()).search).toBe('');
  expect([...context.faults, ...other.faults]).toEqual([]);
});

test('the keyboard alone suffices: arrows lead and move, Enter opens, Delete asks for the name', async () => {
  const { id, services } = await projectWith(platform.api, 'keys', 'one', 'two', 'three');
  const [one, two] = services;
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await openCanvas(page, id);
  await nodeOf(page, one).focus();
  await page.keyboard.press('ArrowRight');
  await expectSoon(() => nodeOf(page, two).evaluate((node) => node.matches(':focus'))).toBe(true);
  const start = await placeOf(page, two);
  await page.keyboard.press('Shift+ArrowDown');
  await page.keyboard.press('Shift+ArrowDown');
  const moved = { x: start.x, y: start.y + 48 };
  await expectSoon(() => placeOf(page, two)).toEqual(moved);
  const kept = () =>
    platform.api.done<{ positions: { nodeId: string; x: number; y: number }[] }>('GET', `/v1/projects/${id}/canvas`);
  await expectSoon(async () => (await kept()).positions).toEqual([{ nodeId: two.id, ...moved }]);
  await page.keyboard.press('Control+z');
  await expectSoon(() => placeOf(page, two)).toEqual(start);

  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'two' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expectSoon(() => nodeOf(page, two).evaluate((node) => node.matches(':focus'))).toBe(true);

  await page.keyboard.press('Delete');
  const question = page.getByRole('dialog', { name: 'Delete service?' });
  await question.getByText('Its variables and their history').waitFor();
  expect(await question.getByRole('button', { name: 'Delete service' }).isDisabled()).toBe(true);
  expect(await lookFaults(page, 'canvas-delete')).toEqual([]);
  await question.getByRole('textbox').fill('two');
  await page.keyboard.press('Enter');
  await question.waitFor({ state: 'detached' });
  await nodeOf(page, two).waitFor({ state: 'detached' });
  await expectSoon(() => page.locator('.react-flow__node').count()).toBe(2);
  expect(context.faults).toEqual([]);
});

test('a node and the canvas have menus, and the palette finds every service with what can be done to it', async () => {
  const { id, services } = await projectWith(platform.api, 'menus', 'shop-api', 'shop-web');
  const [api] = services;
  await using context = await browserOf(browser, platform, undefined, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await openCanvas(page, id);
  await nodeOf(page, api).click({ button: 'right' });
  const menu = page.getByRole('menu');
  await expectSoon(() => menu.getByRole('menuitem').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringContaining('Open'), 'Copy address', 'Deploy', 'Restart', 'Stop']),
  );
  expect(await lookFaults(page, 'canvas-menu')).toEqual([]);
  await menu.getByRole('menuitem', { name: 'Copy address' }).click();
  await page.getByText('The address was copied', { exact: true }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^http:\/\/shop-api/);
  await page.locator('.react-flow__pane').click({ button: 'right', position: { x: 40, y: 40 } });
  await menu.getByRole('menuitem', { name: 'Fit view' }).waitFor();
  await menu.getByRole('menuitem', { name: 'New service' }).click();
  await page.getByRole('dialog', { name: 'New service' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('shop-we');
  await page.getByRole('option', { name: 'shop-web Not deployed' }).waitFor();
  await page.getByRole('option', { name: 'Deploy: shop-web' }).waitFor();
  await page.getByRole('combobox').fill('delete shop-web');
  await page.getByRole('option', { name: 'Delete: shop-web', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Delete service?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('shop-api');
  await page.getByRole('option', { name: 'shop-api Not deployed' }).click();
  await page.getByRole('dialog', { name: 'shop-api' }).waitFor();
  expect(context.faults).toEqual([]);
});

test('a line leads from a service to the one that its variables refer to, and says by which names', async () => {
  const { id, services } = await projectWith(platform.api, 'lines', 'api', 'web');
  const [api, web] = services;
  await platform.api.done('POST', `/v1/services/${web.id}/env`, { name: 'API_URL', value: '${{api.URL}}' });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await openCanvas(page, id);
  const line = page.locator(`.react-flow__edge[data-id="${web.id}-${api.id}"]`);
  expect(await line.getAttribute('aria-label')).toBe('web refers to api in API_URL');
  const label = line.getByText('API_URL');
  expect(await label.evaluate((text) => getComputedStyle(text).visibility)).toBe('hidden');
  await line.focus();
  await expectSoon(() => label.evaluate((text) => getComputedStyle(text).visibility)).toBe('visible');
  // A variable that is set elsewhere brings its line by itself.
  await platform.api.done('POST', `/v1/services/${api.id}/env`, { name: 'WEB_URL', value: '${{web.URL}}' });
  await page.locator(`.react-flow__edge[data-id="${api.id}-${web.id}"]`).waitFor({ state: 'attached' });
  expect(await lookFaults(page, 'canvas-lines')).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('environments are made, switched, renamed and deleted with all that is in them', async () => {
  const { id } = await projectWith(platform.api, 'environments', 'api');
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await openCanvas(page, id);
  await page.getByRole('button', { name: 'Environment: production' }).click();
  await page.getByRole('menuitem', { name: 'New environment…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New environment' });
  await dialog.getByLabel('Name').fill('Not A Name');
  await dialog.getByRole('button', { name: 'Make environment' }).click();
  await expectSoon(() => dialog.getByLabel('Name').getAttribute('aria-invalid')).toBe('true');
  await dialog.getByLabel('Name').fill('staging');
  await dialog.getByRole('button', { name: 'Make environment' }).click();
  await page.getByText('Nothing runs here yet').waitFor();
  expect(await lookFaults(page, 'canvas-empty')).toEqual([]);
  const staging = new URL(page.url()).searchParams.get('environment');
  await platform.api.done('POST', `/v1/projects/${id}/services`, { name: 'only-here', environmentId: staging });
  await page.locator('.react-flow__node').getByText('only-here', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Environment: staging' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('tests');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Environment: tests' }).click();
  await page.getByRole('menuitem', { name: 'production' }).click();
  await page.locator('.react-flow__node').getByText('api', { exact: true }).waitFor();
  await page.goBack();
  await page.locator('.react-flow__node').getByText('only-here', { exact: true }).waitFor();

  await page.getByRole('button', { name: 'Environment: tests' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const question = page.getByRole('dialog', { name: 'Delete environment?' });
  await question.getByText('Its service: the instances are stopped').waitFor();
  await question.getByRole('textbox').fill('tests');
  await question.getByRole('button', { name: 'Delete environment' }).click();
  await page.getByRole('button', { name: 'Environment: production' }).waitFor();
  await page.locator('.react-flow__node').getByText('api', { exact: true }).waitFor();
  const names = async () => {
    const { items } = await platform.api.done<{ items: { name: string }[] }>('GET', `/v1/projects/${id}/environments`);
    return items.map(({ name }) => name);
  };
  await expectSoon(names).toEqual(['production']);

  await page.getByRole('button', { name: 'Project: environments' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('renamed');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Project: renamed' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('dialog').getByRole('textbox').fill('renamed');
  await page.getByRole('button', { name: 'Delete project' }).click();
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  expect(context.faults).toEqual([]);
});
