import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestStacks, type TestStacks, type UpdateView } from '../../../server/test/support/test-stacks.ts';
import { browserOf } from '../support/browser-of.ts';
import { nodeOf, openCanvas } from '../support/canvas.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';
import { choose, statusOf } from '../support/page-acts.ts';

// What guards cloud resources: a second pair of eyes before a deployment, looks at what somebody has changed past davit, and a question
// before what was written is lost.

const soon = { timeout: 120_000 };

let stacks: TestStacks;
let browser: Browser;
let projectId: string;
let environmentId: string;

beforeAll(async () => {
  stacks = await startTestStacks();
  const { api } = stacks.platform;
  const project = await api.done<{ id: string; environments: { id: string }[] }>('POST', '/v1/projects', {
    name: 'vault',
  });
  projectId = project.id;
  environmentId = project.environments[0]?.id ?? '';
  await inviteMember(stacks.platform, 'grace@example.com', 'developer', 'Grace');
  await inviteMember(stacks.platform, 'viewer@example.com', 'viewer', 'Vera');
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await stacks?.[Symbol.asyncDispose]();
});

async function apply(name: string, spec: string): Promise<string> {
  const body = { manifest: stacks.manifest(name, spec), environmentId };
  const { waves } = await stacks.platform.api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', body);
  return waves.flat()[0] ?? '';
}

const setEnvironment = (body: object) =>
  stacks.platform.api.done('PATCH', `/v1/projects/${projectId}/environments/${environmentId}`, body);
const drawerOf = (page: Page): Locator => page.getByRole('dialog').first();
const more = async (page: Page, item: string): Promise<void> => {
  await drawerOf(page).getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: item }).click();
};
const waitsFor = (page: Page): Locator => page.getByText('This deployment waits for a decision');
const resourceAddress = (id: string, tab = ''): string => `/projects/${projectId}?resource=${id}${tab}`;
const updateIn = (page: Page): string => new URL(page.url()).searchParams.get('update') ?? '';

test('an environment says who approves and how often is looked for drift: admins set it, a viewer reads it', async () => {
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await apply('first', '');
  await openCanvas(page, projectId);
  const settings = async (on: Page): Promise<Locator> => {
    await on.getByRole('button', { name: /^Environment:/ }).click();
    await on.getByRole('menuitem', { name: 'Settings…' }).click();
    return on.getByRole('dialog', { name: 'Settings of production' });
  };
  const dialog = await settings(page);
  await choose(page, dialog.getByRole('combobox', { name: 'Who approves deployments' }), /^Another member/);
  await choose(page, dialog.getByRole('combobox', { name: 'Looking for drift' }), /^Every week$/);
  expect(await lookFaults(page, 'environment-settings')).toEqual([]);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await dialog.waitFor({ state: 'detached' });
  const { items } = await stacks.platform.api.done<{ items: object[] }>(
    'GET',
    `/v1/projects/${projectId}/environments`,
  );
  expect(items[0]).toMatchObject({ deployApproval: 'another_member', driftCheckHours: 168 });

  await using other = await browserOf(browser, stacks.platform, 'viewer@example.com');
  const viewed = await other.newPage();
  await openCanvas(viewed, projectId);
  const facts = await settings(viewed);
  await facts.getByText('Another member than who asked').waitFor();
  await facts.getByText('Every week').waitFor();
  expect(await facts.getByRole('button', { name: 'Save' }).count()).toBe(0);
  const path = `/v1/projects/${projectId}/environments/${environmentId}`;
  expect(await statusOf(viewed, 'PATCH', path, { deployApproval: 'none' })).toBe(403);
  expect([...context.faults, ...other.faults]).toEqual([]);
});

test('a deployment waits until another member approves it; who asked for it cannot', async () => {
  await setEnvironment({ deployApproval: 'another_member' });
  const id = await apply('guarded', '  buckets: 2\n');
  await using own = await browserOf(browser, stacks.platform);
  const page = await own.newPage();
  await page.goto(resourceAddress(id));
  await drawerOf(page).getByRole('button', { name: 'Deploy' }).first().click();
  await waitsFor(page).waitFor(soon);
  await page.getByText('Another member must approve it').waitFor();
  await page.getByRole('list', { name: 'What would change' }).first().getByText('3 to create').waitFor();
  await page.getByRole('tree', { name: 'Resources' }).getByText('to create').first().waitFor();
  await nodeOf(page, { id }).getByText('Waiting for approval').first().waitFor(soon);
  expect(await page.getByRole('button', { name: /^Approve|^Cancel/ }).count()).toBe(0);
  expect(await stacks.bucketsOf('guarded')).toEqual([]);
  expect(await lookFaults(page, 'update-waiting-own')).toEqual([]);
  const update = updateIn(page);
  const refusal = await page.request.post(`/v1/stack-updates/${update}/approve`, {
    data: {},
    headers: { origin: stacks.platform.url },
  });
  expect(refusal.status()).toBe(403);
  expect(await refusal.text()).toContain('cannot approve it: its environment wants another member');

  await using hers = await browserOf(browser, stacks.platform, 'grace@example.com');
  const second = await hers.newPage();
  await second.goto('/organization/stack-updates');
  const row = second.getByRole('row').filter({ hasText: 'guarded' });
  await row.getByText('Waiting for approval').waitFor();
  await row.getByRole('link').first().click();
  await waitsFor(second).waitFor();
  await second.getByRole('list', { name: 'What would change' }).first().getByText('3 to create').waitFor();
  expect(await lookFaults(second, 'update-waiting')).toEqual([]);
  await second.getByRole('button', { name: 'Approve…' }).click();
  const question = second.getByRole('dialog', { name: /^Deploy S3Buckets guarded/ });
  await question.getByText('3 to create').waitFor();
  expect(await lookFaults(second, 'update-approve')).toEqual([]);
  await question.getByRole('button', { name: 'Approve and deploy' }).click();
  await question.waitFor({ state: 'detached' });
  await second.getByRole('status').getByText('Succeeded').waitFor(soon);
  await second.getByText('approved by Grace').waitFor();
  expect(await stacks.bucketsOf('guarded')).toEqual(['guarded-1', 'guarded-2']);
  // Whoever watches sees it without a reload.
  await drawerOf(page).getByRole('status').getByText('Succeeded').waitFor(soon);
  await page.getByRole('list', { name: 'What changed' }).getByText('3 created').waitFor();
  await nodeOf(page, { id }).getByText('Deployed').first().waitFor(soon);
  expect(await lookFaults(second, 'update-approved')).toEqual([]);
  expect([...own.faults, ...hers.faults.filter((fault) => !fault.includes('403'))]).toEqual([]);
});

test('anybody may ask for a preview first, and discard what it shows: nothing is done', async () => {
  await setEnvironment({ deployApproval: 'none' });
  const id = await apply('doubtful', '  buckets: 1\n');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await page.goto(resourceAddress(id));
  await more(page, 'Preview, then decide');
  await waitsFor(page).waitFor(soon);
  const update = updateIn(page);
  // From another view of the resource its state leads back.
  await page.getByRole('tab', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Look and decide' }).click();
  await page.getByRole('button', { name: 'Discard' }).click();
  await page.getByRole('alert').getByText('This deployment was canceled').waitFor(soon);
  await page.getByText('Discarded: a member decided that it is not done.').waitFor();
  expect(await lookFaults(page, 'update-discarded')).toEqual([]);
  expect(await stacks.bucketsOf('doubtful')).toEqual([]);
  const ended = await stacks.platform.api.done<UpdateView & { approval: object }>('GET', `/v1/stack-updates/${update}`);
  expect(ended).toMatchObject({ status: 'canceled', approval: { state: 'discarded', required: 'anyone' } });

  await more(page, 'Preview, then decide');
  await page.waitForURL((url) => url.searchParams.get('update') !== update);
  await waitsFor(page).waitFor(soon);
  await page.getByRole('button', { name: 'Approve…' }).click();
  await page.getByRole('button', { name: 'Approve and deploy' }).click();
  await drawerOf(page).getByRole('status').getByText('Succeeded').waitFor(soon);
  expect(await stacks.bucketsOf('doubtful')).toEqual(['doubtful-1']);
  expect(context.faults).toEqual([]);
});

test('what somebody deletes past davit is found by a look, shown, and made again', async () => {
  const id = await apply('watched', '  buckets: 2\n');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await page.goto(resourceAddress(id, '&tab=settings'));
  await page.getByText('There is nothing to look at yet.').waitFor();
  expect(await page.getByRole('button', { name: 'Check now' }).isDisabled()).toBe(true);
  const deployed = await stacks.run(id, 'deploy');
  expect(deployed.status, deployed.output).toBe('success');
  await page.getByText('Nobody has looked since its state last changed.').waitFor(soon);

  await stacks.s3.deleteBucket('watched-2');
  await page.getByRole('button', { name: 'Check now' }).click();
  await drawerOf(page).getByRole('status').getByText('Succeeded').waitFor(soon);
  expect(await lookFaults(page, 'drift-check')).toEqual([]);
  await nodeOf(page, { id }).getByText('Drifted').first().waitFor(soon);
  await page.getByText('1 resource is not as davit left it').waitFor();
  await page.getByRole('button', { name: 'What differs' }).click();
  const differences = page.getByRole('list', { name: 'Differences' });
  await differences.getByText('watched-2').waitFor();
  await differences.getByText('is gone').waitFor();
  await page.getByText('Looked at').waitFor();
  expect(await lookFaults(page, 'drifted')).toEqual([]);
  await using other = await browserOf(browser, stacks.platform, 'viewer@example.com');
  const viewed = await other.newPage();
  await viewed.goto(resourceAddress(id, '&tab=settings'));
  await viewed.getByText('is gone').waitFor();
  expect(await viewed.getByRole('button', { name: /Check now|Refresh|Import/ }).count()).toBe(0);

  await page.getByRole('button', { name: 'Refresh and deploy' }).click();
  await drawerOf(page).getByRole('status').getByText('Succeeded').waitFor(soon);
  await page.getByRole('list', { name: 'What changed' }).getByText('1 created').waitFor();
  expect(await stacks.bucketsOf('watched')).toEqual(['watched-1', 'watched-2']);
  await nodeOf(page, { id }).getByText('Deployed').first().waitFor(soon);
  expect([...context.faults, ...other.faults]).toEqual([]);
});

test('a bucket that somebody made by hand becomes a part of the stack', async () => {
  await stacks.s3.createBucket('by-hand');
  const id = await apply('adopted', '');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await page.goto(resourceAddress(id, '&tab=settings'));
  const ids = page.getByRole('textbox', { name: 'Ids at the provider' });
  await ids.fill('one\ntwo');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByText('Write name=id, one a line; this is not: one').waitFor();
  expect(await lookFaults(page, 'resource-import')).toEqual([]);
  await ids.fill('by-hand');
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await drawerOf(page).getByRole('status').getByText('Succeeded').waitFor(soon);
  expect(await stacks.s3.listBuckets()).toContain('by-hand');
  expect(context.faults).toEqual([]);
});

test('a new manifest that is not stored is not lost by a wrong key or a wrong click', async () => {
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const editor = page.getByRole('textbox', { name: /^Manifest of/ });
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await page.goto('/organization/credentials');
  await page.locator('a[href="/organization/resources"]').first().click();
  await press('New cloud resource');
  await page.getByRole('button', { name: 'S3Buckets' }).click();
  await editor.waitFor();
  // Nothing is written yet: nothing is asked.
  await press('Another kind');
  await page.getByRole('button', { name: 'S3Buckets' }).click();
  await editor.click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(stacks.manifest('draft'));
  for (const leave of [
    () => press('Another kind'),
    () => page.getByRole('dialog', { name: 'New cloud resource' }).getByRole('button', { name: 'Close' }).click(),
    () => page.evaluate('history.back()').then(() => undefined),
  ]) {
    await leave();
    await question.getByText('What you wrote in the manifest is not saved').waitFor();
    await question.getByRole('button', { name: 'Stay' }).click();
    await question.waitFor({ state: 'detached' });
    expect(await editor.textContent()).toContain('draft');
  }
  await press('Another kind');
  await question.getByRole('button', { name: 'Leave without saving' }).click();
  await page.getByRole('searchbox', { name: 'Search kinds' }).waitFor();
  expect(await stacks.platform.api.done('GET', '/v1/cloud-resources?name=draft')).toMatchObject({ items: [] });
  expect(context.faults).toEqual([]);
});
