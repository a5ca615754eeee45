import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ServiceView } from '../../../server/test/support/api-caller.ts';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';
import { addVariable, openVariables, rowOf } from '../support/open-variables.ts';
import { focused, soon } from '../support/page-acts.ts';

// A service's variables in the table: seen, changed, deployed, undone; by whom it may be, and by nobody else.

let platform: Platform;
let browser: Browser;
let api: ServiceView;
let web: ServiceView;

const pathOf = ({ id }: ServiceView) => `/v1/services/${id}/env`;
const set = (service: ServiceView, name: string, value: string) =>
  platform.api.done('POST', pathOf(service), { name, value });
const valueOf = async (service: ServiceView, name: string) =>
  (await platform.api.done<{ value: string }>('POST', `${pathOf(service)}/${name}/reveal`)).value;
const namesOf = async (service: ServiceView) =>
  (await platform.api.done<{ items: { name: string }[] }>('GET', pathOf(service))).items.map(({ name }) => name);
const isFocused = (target: Locator) => target.evaluate((element) => element.matches(':focus'));

beforeAll(async () => {
  platform = await startPlatform();
  const { id } = await platform.api.createProject('shop');
  api = await platform.api.createService(id, { name: 'api' });
  web = await platform.api.createService(id, { name: 'web' });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

test('a variable is revealed, changed, deployed by a click, and the application answers with the new value', async () => {
  await set(api, 'COLOUR', 'blue');
  expect(await deployFiles(platform.api, api.id, nodeServer('process.env.COLOUR'))).toMatchObject({ status: 'active' });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, api);
  const row = rowOf(drawer, 'COLOUR');
  await row.getByText('by you').waitFor();
  expect(await page.locator('body').innerText()).not.toContain('blue');
  await row.getByRole('button', { name: 'Reveal COLOUR' }).click();
  await row.getByText('blue', { exact: true }).waitFor();
  await row.getByRole('button', { name: 'Hide COLOUR' }).click();
  await row.getByText('blue', { exact: true }).waitFor({ state: 'detached' });
  const { organization } = await platform.api.done<{ organization: { id: string } }>('GET', '/auth/me');
  const log = await platform.api.done<{ items: object[] }>(
    'GET',
    `/v1/organizations/${organization.id}/audit-log?action=variable.reveal`,
  );
  expect(log.items).toContainEqual(expect.objectContaining({ subject: api.id }));

  await row.getByRole('button', { name: 'Edit COLOUR' }).click();
  const field = row.getByRole('textbox', { name: 'Value of COLOUR' });
  await expect.poll(() => field.inputValue(), soon).toBe('blue');
  expect(await lookFaults(page, 'variables')).toEqual([]);
  await field.fill('green');
  await row.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Not deployed yet').waitFor();
  expect((await visit(api.url)).body).toBe('blue');
  await page.getByRole('button', { name: 'Deploy now' }).click();
  await expect.poll(async () => (await visit(api.url)).body, { timeout: 120_000 }).toBe('green');
  await drawer.getByRole('tab', { name: 'Variables' }).click();
  await rowOf(drawer, 'COLOUR').getByText('Not deployed yet').waitFor({ state: 'detached' });
  expect(context.faults).toEqual([]);
});

test('references are completed while one types; what they break is said at once and stays visible', async () => {
  await set(web, 'TOKEN', 'of the web');
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, api);
  const form = drawer.getByRole('form', { name: 'New variable' });
  await form.getByLabel('Name').fill('WEB_TOKEN');
  await form.getByLabel('Value').pressSequentially('x-${{tok');
  await page.getByRole('option', { name: '${{web.TOKEN}}', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => form.getByLabel('Value').inputValue(), soon).toBe('x-${{web.TOKEN}}');
  await page.keyboard.press('Enter');
  await rowOf(drawer, 'WEB_TOKEN').getByText('${{web.TOKEN}}').waitFor();
  await expect.poll(() => valueOf(api, 'WEB_TOKEN'), soon).toBe('x-${{web.TOKEN}}');

  await addVariable(drawer, 'BROKEN', '${{nobody.URL}} and ${{ what }}');
  const warning = drawer.getByRole('status').filter({ hasText: 'Saved, but look at this before you deploy' });
  await warning.getByText('nobody').waitFor();
  await warning.getByText('${{ what }}').waitFor();
  await rowOf(drawer, 'BROKEN').getByText('${{nobody.URL}}').waitFor();
  await set(web, 'ROUND', '${{api.ABOUT}}');
  await addVariable(drawer, 'ABOUT', '${{web.ROUND}}');
  await warning.getByText(/ABOUT.*ROUND|ROUND.*ABOUT/).waitFor();
  expect(await lookFaults(page, 'variables-warnings')).toEqual([]);
  for (const name of ['BROKEN', 'ABOUT', 'WEB_TOKEN']) await platform.api.done('DELETE', `${pathOf(api)}/${name}`);
  await rowOf(drawer, 'BROKEN').waitFor({ state: 'detached' });
  expect(context.faults).toEqual([]);
});

test('what the server refuses is taken back, with the reason; what was typed is not lost', async () => {
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, api);
  const row = rowOf(drawer, 'COLOUR');
  await row.getByRole('button', { name: 'Edit COLOUR' }).click();
  const field = row.getByRole('textbox', { name: 'Value of COLOUR' });
  await field.fill('x'.repeat(70_000));
  await row.getByRole('button', { name: 'Save' }).click();
  const notice = page.getByRole('listitem').filter({ hasText: 'COLOUR was not changed' });
  await notice.getByText(/^Request req_/).waitFor();
  await notice.getByText('64 KiB').waitFor();
  expect(await field.inputValue()).toHaveLength(70_000);
  await field.press('Escape');
  await row.getByRole('button', { name: 'Reveal COLOUR' }).click();
  await row.getByText('green', { exact: true }).waitFor();

  await addVariable(drawer, 'PORT', '80');
  const form = drawer.getByRole('form', { name: 'New variable' });
  await form.getByText(/set by davit itself/i).waitFor();
  expect(await form.getByLabel('Name').inputValue()).toBe('PORT');
  await rowOf(drawer, 'PORT').waitFor({ state: 'detached' });
  await form.getByLabel('Name').fill('COLOUR');
  await form.getByRole('button', { name: 'Add' }).click();
  await form.getByText('There is COLOUR already: change it in the table.').waitFor();
  expect(await valueOf(api, 'COLOUR')).toBe('green');
  expect(context.faults).toEqual([]);
});

test('what somebody else does is there without a reload, and a revealed value of before is not', async () => {
  const { api: other } = await inviteMember(platform, 'other@example.com', 'developer');
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, api);
  const row = rowOf(drawer, 'COLOUR');
  await row.getByRole('button', { name: 'Reveal COLOUR' }).click();
  await row.getByText('green', { exact: true }).waitFor();
  await other.done('PATCH', `${pathOf(api)}/COLOUR`, { value: 'red' });
  await row.getByText('by developer').waitFor();
  await expect.poll(() => row.innerText(), soon).not.toContain('green');
  await other.done('POST', pathOf(api), { name: 'NEW_ONE', value: 'x' });
  await rowOf(drawer, 'NEW_ONE').waitFor();
  await other.done('DELETE', `${pathOf(api)}/NEW_ONE`);
  await rowOf(drawer, 'NEW_ONE').waitFor({ state: 'detached' });
  expect(context.faults).toEqual([]);
});

test('hostile values are text: tags do nothing, marks turn nothing around, and are copied as they are', async () => {
  const hostile = '<img src=x onerror="window.hit=1">\u202Egnp.exe\u2066';
  await using context = await browserOf(browser, platform);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const drawer = await openVariables(page, api);
  await addVariable(drawer, 'HOSTILE', hostile);
  const row = rowOf(drawer, 'HOSTILE');
  await row.getByRole('button', { name: 'Reveal HOSTILE' }).click();
  await row.getByText('<img src=x onerror="window.hit=1">⟨U+202E⟩gnp.exe⟨U+2066⟩', { exact: true }).waitFor();
  await row.getByRole('button', { name: 'Copy HOSTILE' }).click();
  // The button says so for two seconds only; the clipboard keeps it.
  await expect.poll(() => page.evaluate(() => navigator.clipboard.readText()), soon).toBe(hostile);
  await addVariable(drawer, 'REFERS', '${{<img src=x onerror=alert(1)>.X}} \u202E');
  await drawer.getByRole('status').filter({ hasText: '<img src=x onerror=alert(1)>' }).waitFor();
  expect(await page.locator('img[src=x]').count()).toBe(0);
  expect(await page.evaluate(() => 'hit' in window)).toBe(false);
  expect(context.faults).toEqual([]);
});

test('with the keyboard alone a variable is added, changed, deleted and brought back', async () => {
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, web);
  const { keyboard } = page;
  const form = drawer.getByRole('form', { name: 'New variable' });
  await form.getByLabel('Name').focus();
  await keyboard.type('TYPED');
  await keyboard.press('Tab');
  await keyboard.type('one');
  await keyboard.press('Shift+Enter');
  await keyboard.type('two');
  await keyboard.press('Enter');
  const row = rowOf(drawer, 'TYPED');
  await row.waitFor();
  await focused(form.getByLabel('Name'));
  await expect.poll(() => valueOf(web, 'TYPED'), soon).toBe('one\ntwo');

  const edit = row.getByRole('button', { name: 'Edit TYPED' });
  await edit.focus();
  await keyboard.press('Enter');
  await focused(row.getByRole('textbox'));
  await keyboard.type('three');
  await keyboard.press('Enter');
  await expect.poll(() => valueOf(web, 'TYPED'), soon).toBe('three');
  await focused(edit);
  await keyboard.press('Enter');
  await focused(row.getByRole('textbox'));
  await keyboard.type('never');
  await keyboard.press('Escape');
  await focused(edit);
  expect(await valueOf(web, 'TYPED')).toBe('three');

  await keyboard.press('Tab');
  await keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'Delete TYPED?' });
  await dialog.getByText('This will be lost').waitFor();
  await focused(dialog.getByRole('textbox'));
  await keyboard.type('TYPED');
  await keyboard.press('Enter');
  await row.waitFor({ state: 'detached' });
  await expect.poll(() => namesOf(web), soon).not.toContain('TYPED');
  await keyboard.press('F8');
  const undo = page.getByRole('button', { name: 'Undo', exact: true });
  for (let presses = 0; presses < 10 && !(await isFocused(undo)); presses++) await keyboard.press('Tab');
  await keyboard.press('Enter');
  await row.waitFor();
  await expect.poll(() => valueOf(web, 'TYPED'), soon).toBe('three');
  expect(context.faults).toEqual([]);
});

test('a viewer sees names and history, no value, and nothing that changes anything', async () => {
  await inviteMember(platform, 'viewer@example.com', 'viewer');
  await using context = await browserOf(browser, platform, 'viewer@example.com');
  const page = await context.newPage();
  const drawer = await openVariables(page, web);
  await rowOf(drawer, 'TOKEN').getByText('by Owner').waitFor();
  const panel = drawer.getByRole('tabpanel');
  const buttons = panel.getByRole('button', { name: /Reveal|Copy|Edit|Delete|Add|Save|Restore/ });
  expect(await buttons.count()).toBe(0);
  expect(await panel.getByRole('radio', { name: 'Text' }).count()).toBe(0);
  expect(await lookFaults(page, 'variables-viewer')).toEqual([]);
  await panel.getByRole('radio', { name: 'History' }).click();
  await rowOf(drawer, 'TOKEN').waitFor();
  expect(await buttons.count()).toBe(0);
  await openVariables(page, web, '&view=text');
  expect(await panel.getByRole('button', { name: 'Show values and edit' }).count()).toBe(0);
  const refused = await page.request.post(`${pathOf(web)}/TOKEN/reveal`, { headers: { origin: platform.url } });
  expect(refused.status()).toBe(403);
  expect(context.faults).toEqual([]);
});
