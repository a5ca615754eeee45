import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ServiceView } from '../../../server/test/support/api-caller.ts';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';
import { addVariable, openVariables, rowOf } from '../support/open-variables.ts';
import { focused, soon } from '../support/page-acts.ts';

// Many variables at once: as a text, pasted, beside those of another environment, back from the history, shared by all services.

let platform: Platform;
let browser: Browser;
let service: ServiceView;
let count = 0;

const pathOf = ({ id }: { id: string }) => `/v1/services/${id}/env`;
const valuesOf = async (path: string) =>
  (await platform.api.done<{ values: Record<string, string> }>('POST', `${path}/reveal`, {})).values;
const replace = (path: string, variables: Record<string, string>) => platform.api.done('PUT', path, { variables });

beforeAll(async () => {
  platform = await startPlatform();
  browser = await launchChromium();
});

beforeEach(async () => {
  const { id } = await platform.api.createProject(`shop-${++count}`);
  service = await platform.api.createService(id, { name: `api-${count}` });
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

/** What the preview says that saving does, in words. */
const previewOf = async (drawer: Locator) =>
  (await drawer.getByRole('list', { name: 'What saving does' }).getByRole('listitem').allInnerTexts()).map((line) =>
    line.split(/\s+/),
  );

/** Pastes into what has the focus, as a person does. */
async function paste(page: Page, text: string): Promise<void> {
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+V');
}

test('the whole set is edited as a text: faults by line, what saving does, and a question before anything goes', async () => {
  const kept = `it's "all" of \`them\`\nand more`;
  await replace(pathOf(service), { A: 'one', B: 'two words', GONE: 'x', KEPT: kept });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, service, '&view=text');
  expect(await page.locator('body').innerText()).not.toContain('two words');
  await drawer.getByRole('button', { name: 'Show values and edit' }).click();
  const text = drawer.getByLabel('Variables as text');
  await expect.poll(() => text.inputValue(), soon).toBe("A=one\nB='two words'\nGONE=x\n");
  await drawer.getByText('KEPT', { exact: true }).waitFor();
  await text.fill('# said\nA=other\nB="two words"\nNEW=${{api.URL\nsecret hunter2\nPORT=1');
  const faults = drawer.getByRole('list', { name: 'Faults' });
  await faults.getByText('Line 5: This is no NAME=value.').waitFor();
  await faults.getByText('Line 6: PORT is set by davit itself.').waitFor();
  expect(await drawer.getByRole('button', { name: /^Save/ }).isDisabled()).toBe(true);
  expect(await lookFaults(page, 'variables-text-faults')).toEqual([]);
  await text.fill('# said\nA=other\nB="two words"\nNEW=new');
  await expect
    .poll(() => previewOf(drawer), soon)
    .toEqual([
      ['Changed', 'A'],
      ['Removed', 'GONE'],
      ['Added', 'NEW'],
    ]);
  await drawer.getByRole('button', { name: 'Save 3 changes' }).click();
  const question = page.getByRole('dialog', { name: 'Remove 1 variable?' });
  await question.getByRole('listitem').getByText('GONE').waitFor();
  expect(await question.getByRole('button', { name: 'Save and remove 1 variable' }).isDisabled()).toBe(true);
  await question.getByRole('textbox').fill('GONE');
  expect(await lookFaults(page, 'variables-text-removal')).toEqual([]);
  await question.getByRole('button', { name: 'Save and remove 1 variable' }).click();
  await rowOf(drawer, 'NEW').waitFor();
  expect(await valuesOf(pathOf(service))).toEqual({ A: 'other', B: 'two words', KEPT: kept, NEW: 'new' });
  expect(context.faults).toEqual([]);
});

test('a text that somebody else has overtaken is not saved over what they did', async () => {
  await replace(pathOf(service), { A: '1' });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, service, '&view=text');
  await drawer.getByRole('button', { name: 'Show values and edit' }).click();
  const text = drawer.getByLabel('Variables as text');
  await text.fill('A=mine');
  await platform.api.done('POST', pathOf(service), { name: 'THEIRS', value: '2' });
  await drawer.getByText('Somebody has changed variables meanwhile').waitFor();
  expect(await drawer.getByRole('button', { name: 'Save 1 change' }).isDisabled()).toBe(true);
  await drawer.getByRole('button', { name: 'Open anew' }).click();
  await expect.poll(() => text.inputValue(), soon).toBe('A=1\nTHEIRS=2\n');
  expect(context.faults).toEqual([]);
});

test('lines of a .env file that are pasted into the name become variables', async () => {
  await replace(pathOf(service), { A: 'old', B: 'stays' });
  await using context = await browserOf(browser, platform);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const drawer = await openVariables(page, service);
  const form = drawer.getByRole('form', { name: 'New variable' });
  await form.getByLabel('Name').focus();
  await paste(page, 'export ONE="1 and more"');
  await expect.poll(() => form.getByLabel('Name').inputValue(), soon).toBe('ONE');
  await expect.poll(() => form.getByLabel('Value').inputValue(), soon).toBe('1 and more');
  await form.getByRole('button', { name: 'Add' }).click();
  await rowOf(drawer, 'ONE').waitFor();
  await form.getByLabel('Name').focus();
  await paste(page, "# of the old host\nA=new\nC='three # 3'\n");
  await expect
    .poll(() => previewOf(drawer), soon)
    .toEqual([
      ['Changed', 'A'],
      ['Added', 'C'],
    ]);
  await drawer.getByRole('button', { name: 'Save 2 changes' }).click();
  await rowOf(drawer, 'C').waitFor();
  expect(await valuesOf(pathOf(service))).toEqual({ A: 'new', B: 'stays', C: 'three # 3', ONE: '1 and more' });
  expect(context.faults).toEqual([]);
});

test('another environment is compared without showing values, and what it lacks is copied over', async () => {
  const { projectId, name } = service;
  const staging = await platform.api.done<{ id: string }>('POST', `/v1/projects/${projectId}/environments`, {
    name: 'staging',
  });
  const other = await platform.api.createService(projectId, { name, environmentId: staging.id });
  await replace(pathOf(service), { SAME: '1', OTHER: 'here', HERE: 'only here' });
  await replace(pathOf(other), { SAME: '1', OTHER: 'there', THERE: 'only there' });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, service, '&view=compare');
  await rowOf(drawer, 'OTHER').getByText('Different').waitFor();
  await rowOf(drawer, 'HERE').getByText('Only here').waitFor();
  expect(await rowOf(drawer, 'SAME').count()).toBe(0);
  expect(await lookFaults(page, 'variables-compare')).toEqual([]);
  await drawer.getByRole('button', { name: 'Copy here: THERE' }).click();
  await rowOf(drawer, 'THERE').waitFor({ state: 'detached' });
  await drawer.getByRole('button', { name: 'Copy there: HERE' }).click();
  await rowOf(drawer, 'HERE').waitFor({ state: 'detached' });
  expect(await valuesOf(pathOf(service))).toEqual({ SAME: '1', OTHER: 'here', HERE: 'only here', THERE: 'only there' });
  expect(await valuesOf(pathOf(other))).toEqual({ SAME: '1', OTHER: 'there', HERE: 'only here', THERE: 'only there' });
  expect(context.faults).toEqual([]);
});

test('the history says who did what, and gives a variable its former value', async () => {
  await replace(pathOf(service), { A: 'first' });
  await replace(pathOf(service), { A: 'second' });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await openVariables(page, service);
  await drawer.getByRole('radio', { name: 'History' }).click();
  await drawer.getByRole('row').filter({ hasText: 'Changed' }).getByText('you').waitFor();
  expect(await lookFaults(page, 'variables-history')).toEqual([]);
  await drawer.getByRole('button', { name: 'Restore: A' }).click();
  await expect.poll(() => valuesOf(pathOf(service)), soon).toEqual({ A: 'first' });
  await page.reload();
  await drawer.getByRole('button', { name: 'Remove again: A' }).click();
  await expect.poll(() => valuesOf(pathOf(service)), soon).toEqual({});
  await page.goBack();
  await drawer.getByText('No variables yet').waitFor();
  expect(context.faults).toEqual([]);
});

test('what an environment shares is changed at one place, and all that have it are deployed by a click', async () => {
  expect(await deployFiles(platform.api, service.id, nodeServer('process.env.REGION'))).toMatchObject({
    status: 'active',
  });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  await page.goto(`/projects/${service.projectId}`);
  await page.getByRole('button', { name: 'Shared variables' }).click();
  const dialog = page.getByRole('dialog', { name: 'Shared variables' });
  await dialog.getByText('Nothing is shared yet').waitFor();
  await addVariable(dialog, 'REGION', 'eu');
  await rowOf(dialog, 'REGION').waitFor();
  const deploy = dialog.getByRole('button', { name: 'Deploy it' });
  await deploy.waitFor();
  expect(await lookFaults(page, 'variables-shared')).toEqual([]);
  await deploy.click();
  await expect.poll(async () => (await visit(service.url)).body, { timeout: 120_000 }).toBe('eu');
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  const drawer = await openVariables(page, service);
  const row = rowOf(drawer, 'REGION');
  await row.getByText('Shared', { exact: true }).waitFor();
  await row.getByRole('button', { name: 'Reveal REGION' }).click();
  await row.getByText('eu', { exact: true }).waitFor();
  await row.getByRole('button', { name: 'Set REGION for this service only' }).click();
  await focused(drawer.getByRole('form', { name: 'New variable' }).getByLabel('Value'));
  await page.keyboard.type('us');
  await page.keyboard.press('Enter');
  await row.getByText('Instead of the shared one').waitFor();
  await expect.poll(() => valuesOf(pathOf(service)), soon).toEqual({ REGION: 'us' });
  await drawer.getByText(/^Not deployed yet: 1 changed variable/).waitFor();
  await drawer.getByText("davit's own variables").click();
  await drawer.getByText('DAVIT_PUBLIC_URL', { exact: true }).waitFor();
  expect(context.faults).toEqual([]);
});
