import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStacks, type TestStacks } from '../../../server/test/support/test-stacks.ts';
import { browserOf } from '../support/browser-of.ts';
import { addServices, dragNode, nodeOf, placeOf } from '../support/canvas.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';

// Cloud resources on a canvas, from the menu to the last bucket: the real Pulumi engine, a real S3 server, a real browser.

/** The machine may have much else to do, and the engine takes its time. */
const expectSoon = <T>(look: () => T) => expect.poll(look, { timeout: 120_000 });
const soon = { timeout: 120_000 };

let stacks: TestStacks;
let browser: Browser;
let context: BrowserContext & { readonly faults: string[] };
let page: Page;
let projectId: string;
let environmentId: string;

beforeAll(async () => {
  stacks = await startTestStacks();
  const project = await stacks.platform.api.done<{ id: string; environments: { id: string }[] }>(
    'POST',
    '/v1/projects',
    {
      name: 'photos',
    },
  );
  projectId = project.id;
  environmentId = project.environments[0]?.id ?? '';
  browser = await launchChromium();
  context = await browserOf(browser, stacks.platform);
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await stacks?.[Symbol.asyncDispose]();
});

const editor = () => page.getByRole('textbox', { name: /^Manifest of/ });
const faults = () => page.getByRole('list', { name: 'What is wrong' });
const drawer = (name: string) => page.getByRole('dialog', { name });
const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
const tab = (name: string) => page.getByRole('tab', { name }).click();

async function write(text: string): Promise<void> {
  await editor().click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(text);
}

/** The resource of this name, as its environment's overview has it. */
async function resourceNamed(name: string): Promise<{ id: string; status: string }> {
  const { cloudResources } = await stacks.platform.api.done<{
    cloudResources: { id: string; name: string; status: string }[];
  }>('GET', `/v1/projects/${projectId}/overview`);
  const found = cloudResources.find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`There is no cloud resource ${name}.`);
  return found;
}

test('a resource is chosen by its kind, its manifest is corrected where the fault is shown, previewed and deployed', async () => {
  await page.goto(`/projects/${projectId}`);
  await press('New cloud resource');
  await page.getByRole('searchbox', { name: 'Search kinds' }).fill('bucket');
  await page.getByRole('region', { name: 'Google Cloud' }).getByText('GcpGcsBucket').waitFor();
  expect(await lookFaults(page, 'new-cloud-resource')).toEqual([]);
  await page.getByRole('button', { name: 'AwsS3Bucket' }).click();
  await editor().filter({ hasText: 'invoices-archive' }).waitFor();
  await press('Another kind');
  await page.getByRole('button', { name: 'S3Buckets' }).click();

  await write(stacks.manifest('photos', '  bukets: 2\n  delayMs: 3000\n'));
  await faults().getByText('Line 6, column 3').waitFor(soon);
  await faults().getByText('buckets').waitFor();
  expect(await page.getByRole('button', { name: 'Save and deploy' }).isDisabled()).toBe(true);
  expect(await page.locator('.cm-lintRange-error').first().textContent()).toBe('bukets');
  expect(await lookFaults(page, 'manifest-fault')).toEqual([]);
  await faults().getByRole('button').click();
  await page.keyboard.press('Control+Shift+ArrowRight');
  await page.keyboard.insertText('buckets');
  await faults().waitFor({ state: 'detached' });

  // Escape, then Tab, leaves the editor and closes nothing.
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  expect(await editor().evaluate((element) => element.matches(':focus'))).toBe(false);
  await press('Save and preview');
  await drawer('photos').getByText('would be: 3 created').waitFor(soon);
  expect(await stacks.bucketsOf('photos')).toEqual([]);

  const node = nodeOf(page, await resourceNamed('photos'));
  await node.getByText('Not deployed').first().waitFor(soon);
  await press('Deploy');
  await node.getByText('Updating').first().waitFor(soon);
  await node.getByText('Deployed', { exact: true }).first().waitFor(soon);
  await node.getByText('3 outputs').waitFor();
  expect(await stacks.bucketsOf('photos')).toEqual(['photos-1', 'photos-2']);
  expect(context.faults).toEqual([]);
});

test('names and values are completed and explained by the schema of the kind', async () => {
  const { id } = await resourceNamed('photos');
  await page.goto(`/projects/${projectId}?resource=${id}`);
  await editor().click();
  await page.keyboard.press('Control+End');
  await page.keyboard.insertText('  la');
  await page.keyboard.press('Control+Space');
  const offers = page.locator('.cm-tooltip-autocomplete .cm-completionLabel');
  await offers.getByText('label', { exact: true }).waitFor();
  expect(await offers.count()).toBe(1);
  // By the pointer: a list that has only just come leaves Enter to the text, lest it be chosen from by accident.
  await offers.getByText('label', { exact: true }).click();
  await editor().filter({ hasText: 'label: ' }).waitFor();
  await page.keyboard.insertText('blue');
  await editor().filter({ hasText: 'label: blue' }).waitFor();

  await page.locator('.cm-line').filter({ hasText: 'delayMs' }).getByText('delayMs').hover();
  await page.locator('.cm-manifest-hint').getByText('delayMs: integer').waitFor();

  await page.getByRole('radio', { name: 'Difference to what is deployed' }).click();
  await page.locator('.cm-changedLine').filter({ hasText: 'label: blue' }).waitFor();
  expect(await lookFaults(page, 'manifest-difference')).toEqual([]);
  await press('Save');
  await nodeOf(page, { id })
    .getByText('It has changes that are not deployed.')
    .waitFor({ state: 'attached', ...soon });

  // Its name is what other things know it by.
  await page.getByRole('radio', { name: 'Manifest', exact: true }).click();
  await write(stacks.manifest('other', '  buckets: 2\n'));
  await faults().getByText('The name of a cloud resource stays: photos').waitFor(soon);
  await press('Discard changes');
  await faults().waitFor({ state: 'detached' });
  expect(context.faults).toEqual([]);
});

test('a service that takes an output is led to by a line, and told when it needs a deployment', async () => {
  const { api } = stacks.platform;
  const { id } = await resourceNamed('photos');
  const [web] = await addServices(api, projectId, ['web']);
  await page.goto(`/projects/${projectId}?resource=${id}&tab=outputs`);
  await page.getByText('${{resources.photos.bucketName}}').waitFor();
  await page.getByText('No service’s variables refer to it.').waitFor();
  // The secret output is told of, and not shown.
  await page.getByText('Secret: no page shows it').waitFor();
  await api.done('POST', `/v1/services/${web.id}/env`, { name: 'BUCKET', value: '${{resources.photos.bucketName}}' });
  await expectSoon(() => page.locator('.react-flow__edge').count()).toBe(1);
  await page.getByLabel('web refers to photos in BUCKET').waitFor({ state: 'attached' });
  await page.getByRole('region', { name: 'Used by' }).getByText('BUCKET').waitFor(soon);
  expect(await lookFaults(page, 'resource-outputs')).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('updates, state and settings have their views; a node keeps its place for everybody', async () => {
  const { id } = await resourceNamed('photos');
  await page.goto(`/projects/${projectId}?resource=${id}&tab=updates`);
  await page.getByRole('list', { name: 'Updates' }).getByText('Deployment').first().waitFor();
  expect(await lookFaults(page, 'resource-updates')).toEqual([]);
  await tab('Settings');
  await page.getByText('Danger zone').waitFor();
  expect(await lookFaults(page, 'resource-settings')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const before = await placeOf(page, { id });
  await dragNode(page, { id }, { x: 40, y: 160 });
  const moved = await placeOf(page, { id });
  expect(moved.y).toBeGreaterThan(before.y + 80);
  await page.reload();
  await nodeOf(page, { id }).waitFor();
  expect(await placeOf(page, { id })).toEqual(moved);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox').fill('preview photos');
  await page.getByRole('option', { name: /Preview: photos/ }).waitFor();
  await page.keyboard.press('Escape');
  expect(context.faults).toEqual([]);
});

test('a former state is exported as a file, and gone back to with the outputs of then', async () => {
  const { api } = stacks.platform;
  const put = async (buckets: number): Promise<string> => {
    const manifest = stacks.manifest('archive', `  buckets: ${buckets}\n`);
    const body = { manifest, environmentId };
    const { waves } = await api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', body);
    return waves.flat()[0] ?? '';
  };
  const id = await put(1);
  expect((await stacks.run(id, 'deploy')).status).toBe('success');
  await put(2);
  expect((await stacks.run(id, 'deploy')).status).toBe('success');
  await page.goto(`/projects/${projectId}?resource=${id}&tab=state`);
  const states = page.getByRole('list', { name: 'States' }).getByRole('listitem');
  await states.first().getByText('Current').waitFor();
  expect(await states.count()).toBe(2);
  expect(await lookFaults(page, 'resource-state')).toEqual([]);

  const download = page.waitForEvent('download');
  await states
    .nth(1)
    .getByRole('button', { name: /^Export/ })
    .click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^archive-state-\d+\.json$/);
  const text = await readFile(await file.path(), 'utf8');
  const { deployment } = JSON.parse(text) as { deployment: { resources: { id?: string }[] } };
  const made = deployment.resources.map((resource) => resource.id);
  expect(made).toContain('archive-1');
  expect(made).not.toContain('archive-2');
  expect(text).not.toContain('token-of-archive');

  await states
    .nth(1)
    .getByRole('button', { name: /^Restore/ })
    .click();
  const question = page.getByRole('dialog', { name: /^Restore the state of version/ });
  await question.getByRole('textbox').fill('archive');
  expect(await lookFaults(page, 'resource-restore')).toEqual([]);
  await question.getByRole('button', { name: 'Restore state' }).click();
  // The update that does it is watched where one is.
  await drawer('archive').getByRole('status').getByText('Succeeded').waitFor(soon);
  expect(await lookFaults(page, 'resource-update')).toEqual([]);
  await tab('Outputs');
  const outputs = drawer('archive').getByRole('tabpanel');
  await outputs.getByText('archive-1').first().waitFor();
  await expectSoon(() => outputs.getByText('archive-2').count()).toBe(0);
  await tab('Updates');
  const list = page.getByRole('list', { name: 'Updates' });
  const row = list.getByRole('link', { name: /Restored state/ });
  expect(await row.getAttribute('href')).toMatch(/^\/stack-updates\/stu_/);
  await list
    .getByRole('link', { name: /Deployment/ })
    .first()
    .click();
  await page.getByRole('tree', { name: 'Resources' }).getByText('archive-2').waitFor();
  await page.goBack();
  await row.waitFor();
  expect(context.faults).toEqual([]);
});

test('resources of every environment and of none are in one list', async () => {
  await stacks.apply(stacks.manifest('everywhere'));
  await page.goto('/organization/resources');
  const row = page.getByRole('row').filter({ hasText: 'everywhere' });
  await row.getByText('Not deployed').waitFor();
  await page.getByRole('row', { name: /^photos S3Buckets/ }).waitFor();
  expect(await lookFaults(page, 'cloud-resources')).toEqual([]);
  await page.getByRole('searchbox', { name: 'Search cloud resources' }).fill('everyw');
  await page.getByRole('row', { name: /^photos S3Buckets/ }).waitFor({ state: 'detached' });
  await row.getByRole('link').click();
  await drawer('everywhere').getByRole('textbox', { name: 'Manifest of everywhere' }).waitFor();
  expect(context.faults).toEqual([]);
});

test('deleting asks for the name, destroys what was made, and takes the node away', async () => {
  const resource = await resourceNamed('photos');
  await page.goto(`/projects/${projectId}`);
  await nodeOf(page, resource).focus();
  await page.keyboard.press('Delete');
  const question = page.getByRole('dialog', { name: 'Delete cloud resource?' });
  await question.getByText('Everything its stack (S3Buckets) has made').waitFor();
  expect(await lookFaults(page, 'resource-delete')).toEqual([]);
  await question.getByRole('textbox').fill('photos');
  await page.keyboard.press('Enter');
  await nodeOf(page, resource).waitFor({ state: 'detached', ...soon });
  expect(await stacks.bucketsOf('photos')).toEqual([]);
  const { positions } = await stacks.platform.api.done<{ positions: object[] }>(
    'GET',
    `/v1/projects/${projectId}/canvas?environmentId=${environmentId}`,
  );
  expect(positions).toEqual([]);
  expect(context.faults).toEqual([]);
});
