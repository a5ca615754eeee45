import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Gate, startGate } from '../../../server/test/support/gate.ts';
import { startTestStacks, type TestStacks, type UpdateView } from '../../../server/test/support/test-stacks.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { readWholeLog } from '../support/log-lines.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';
import { choose, focused, runCommand, soon, statusOf } from '../support/page-acts.ts';

// Stack updates as they are watched: live, cut off, canceled, failing, tried again; with the real Pulumi engine and real buckets.

let stacks: TestStacks;
let browser: Browser;
let gate: Gate;

beforeAll(async () => {
  [stacks, gate] = await Promise.all([startTestStacks(), startGate()]);
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await stacks?.[Symbol.asyncDispose]();
  await gate?.[Symbol.asyncDispose]();
});

async function applyOne(name: string, spec?: string): Promise<string> {
  const [id = ''] = await stacks.apply(stacks.manifest(name, spec));
  return id;
}

async function open(page: Page, update: UpdateView, name: string): Promise<void> {
  await page.goto(`/stack-updates/${update.id}`);
  await page.getByRole('heading', { name: `S3Buckets ${name}` }).waitFor();
}

const treeOf = (page: Page): Locator => page.getByRole('tree', { name: 'Resources' });
const rowOf = (page: Page, name: string): Locator => treeOf(page).getByRole('treeitem').filter({ hasText: name });
const statusIn = (page: Page, status: string): Locator =>
  page.getByRole('banner').or(page.getByRole('status')).getByText(status, { exact: true });
const begun = (name: string) => waitUntil('the first bucket', async () => (await stacks.bucketsOf(name)).length > 0);

test('an update is watched live to its end; a reload in its middle goes on without a gap', async () => {
  // Each bucket is held until it was seen.
  const id = await applyOne('watched', `  buckets: 3\n  gate: ${gate.url}\n`);
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  const update = await stacks.ask(id, 'deploy');
  await open(page, update, 'watched');
  await rowOf(page, 'watched-1').getByText('creating').waitFor();
  await rowOf(page, 'watched-1')
    .getByText(/^\d+ s$/)
    .waitFor();
  await page.getByText('Credential prod').first().waitFor();
  await page
    .getByText(/only one/)
    .first()
    .waitFor();
  await statusIn(page, 'In progress').waitFor();

  await page.reload();
  await rowOf(page, 'watched-1').getByText('creating').waitFor();
  gate.open();
  await rowOf(page, 'watched-1')
    .getByText(/^\+?created$/)
    .waitFor();
  await rowOf(page, 'watched-2').getByText('creating').waitFor();
  gate.open();
  await rowOf(page, 'watched-3').getByText('creating').waitFor();
  gate.open();
  await statusIn(page, 'Succeeded').waitFor();
  await rowOf(page, 'watched-3')
    .getByText(/^\+?created$/)
    .waitFor();
  await page.getByRole('list', { name: 'What changed' }).getByText('4 created').waitFor();
  // The buckets and their provider belong to the stack.
  const levels = treeOf(page).getByRole('treeitem');
  expect(await levels.first().getAttribute('aria-level')).toBe('1');
  expect(await rowOf(page, 'watched-2').getAttribute('aria-level')).toBe('2');

  const lines = await readWholeLog(page, page.getByRole('log'));
  const stored = await stacks.platform.api.outputOf(update.runId);
  expect([...lines.keys()].toSorted((a, b) => a - b)).toEqual(stored.map((_, index) => index + 1));
  const shown = [...lines.values()];
  expect(shown.filter((line) => line === 'making 3 bucket(s) for watched')).toHaveLength(1);
  expect(shown.filter((line) => /^watched-\d: created in /.test(line))).toHaveLength(3);
  expect(shown.join('\n')).not.toContain('{"type":');
  expect(await lookFaults(page, 'stack-update')).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('the tree is gone through by keyboard, and leads to the line of the output', async () => {
  const id = await applyOne('keys', '  buckets: 2\n');
  const update = await stacks.run(id, 'preview');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await open(page, update, 'keys');
  await page.getByRole('list', { name: 'What would change' }).getByText('3 to create').waitFor();
  const items = treeOf(page).getByRole('treeitem');
  await expect.poll(() => items.count(), soon).toBe(4);
  await items.first().focus();
  const at = (index: number) => focused(treeOf(page).locator(`[data-index="${index}"]`));
  await page.keyboard.press('End');
  await at(3);
  await page.keyboard.press('ArrowUp');
  await focused(rowOf(page, 'keys-2'));
  await page.keyboard.press('ArrowLeft');
  await at(0);
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => items.count(), soon).toBe(2);
  await expect.poll(() => items.first().getAttribute('aria-expanded'), soon).toBe('false');
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => items.count(), soon).toBe(4);
  await page.keyboard.press('ArrowDown');
  await at(1);
  await page.keyboard.press('Enter');
  await page.waitForURL(/\?line=\d+/);
  const line = new URL(page.url()).searchParams.get('line') ?? '';
  await page.getByRole('log').locator(`[data-line="${line}"]`).waitFor();

  // By the address alone somebody else sees the same line; on a phone the output stands where it is.
  const address = page.url();
  await page.setViewportSize({ width: 390, height: 800 });
  await page.goto(address);
  await page.getByRole('log').locator(`[data-line="${line}"]`).waitFor();
  expect(await treeOf(page).isVisible()).toBe(false);
  await page.getByRole('radio', { name: 'Resources' }).click();
  await rowOf(page, 'keys-1').getByText('to create').waitFor();
  expect(context.faults).toEqual([]);
});

test('a cancel says what is in flight, lets it end, and the update can be tried again', async () => {
  const id = await applyOne('halted', '  buckets: 30\n  delayMs: 4000\n');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  const update = await stacks.ask(id, 'deploy');
  await open(page, update, 'halted');
  await begun('halted');
  await rowOf(page, 'halted-1').getByText('creating').waitFor();
  await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .getByRole('listitem')
    .filter({ hasText: /halted-\d/ })
    .waitFor();
  expect(await lookFaults(page, 'stack-update-cancel')).toEqual([]);
  await dialog.getByRole('button', { name: 'Cancel deployment' }).click();
  await page.getByRole('alert').getByText('This deployment was canceled').waitFor();
  expect((await stacks.bucketsOf('halted')).length).toBeLessThan(30);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(update.id));
  await page.getByRole('link', { name: 'tries another one again' }).waitFor();
  await statusIn(page, 'In progress').waitFor();
  const again = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  await stacks.platform.api.done('POST', `/v1/stack-updates/${again}/cancel`, {});
  await stacks.settled(again);
  expect(context.faults).toEqual([]);
});

test('a failing update explains itself at its resource and on top, without the secret', async () => {
  const { accessKeyId } = stacks.s3;
  const secretAccessKey = 'WrongKeyWrongKeyWrongKeyWrongKeyWrongKey';
  const data = { accountId: '123456789012', accessKeyId, secretAccessKey };
  await stacks.platform.api.done('POST', '/v1/credentials', { name: 'wrong', provider: 'aws', data });
  const manifest = stacks
    .manifest('refused')
    .replace('{ name: refused }', '{ name: refused, labels: { credential: wrong } }');
  const [id = ''] = await stacks.apply(manifest);
  const update = await stacks.run(id, 'deploy');
  expect(update.status).toBe('failed');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await open(page, update, 'refused');
  const alert = page.getByRole('alert').filter({ hasText: 'This deployment failed' });
  await alert.getByText('refused-1', { exact: true }).waitFor();
  await alert.getByText('SignatureDoesNotMatch').waitFor();
  await alert.getByText('When the cause is mended, try again').waitFor();
  await rowOf(page, 'refused-1').getByText('creating failed').waitFor();
  await rowOf(page, 'refused-1').getByText('Error:').waitFor();
  expect(await page.content()).not.toContain(secretAccessKey);
  expect(await lookFaults(page, 'stack-update-failed')).toEqual([]);
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.waitForURL((url) => !url.pathname.endsWith(update.id));
  await page.getByRole('link', { name: 'tries another one again' }).waitFor();
  await page.getByRole('alert').filter({ hasText: 'This deployment failed' }).waitFor();
  expect(context.faults).toEqual([]);
});

test('a stack of 500 resources is one tree from its first to its last', async () => {
  const update = await stacks.run(await applyOne('large'), 'preview');
  const stack = 'urn:pulumi:prod::shop::pulumi:pulumi:Stack::large';
  const eventOf = (name: string, parent: string | null, state: string) =>
    JSON.stringify({
      type: 'resource',
      at: '2026-01-01T00:00:00.000Z',
      urn: parent === null ? stack : `urn:pulumi:prod::shop::aws:s3/bucket:Bucket::${name}`,
      parent,
      resourceType: 'aws:s3/bucket:Bucket',
      operation: 'create',
      state,
      durationMs: state === 'started' ? null : 1500,
    });
  const names = Array.from({ length: 500 }, (_, index) => `bucket-${index + 1}`);
  const events = [
    eventOf('large', null, 'started'),
    ...names.flatMap((name) => [eventOf(name, stack, 'started'), eventOf(name, stack, 'succeeded')]),
  ];
  const { pool } = stacks.platform.database;
  await pool.query('delete from run_output where run_id = $1', [update.runId]);
  await pool.query(
    `insert into run_output (run_id, seq, at, step, stream, content)
     select $1, seq, now(), 'apply', 'event', content from unnest($2::text[]) with ordinality as line (content, seq)`,
    [update.runId, events],
  );
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await open(page, update, 'large');
  const items = treeOf(page).getByRole('treeitem');
  await expect.poll(() => items.count(), soon).toBe(501);
  await items.first().focus();
  await page.keyboard.press('End');
  const last = rowOf(page, 'bucket-500');
  await focused(last);
  expect(await last.getAttribute('aria-setsize')).toBe('500');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => items.count(), soon).toBe(1);
  expect(context.faults).toEqual([]);
});

describe('the list of all updates', () => {
  test('is narrowed by status, and leads to each', async () => {
    await using context = await browserOf(browser, stacks.platform);
    const page = await context.newPage();
    await page.goto('/');
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
    await runCommand(page, 'stack updates', 'Stack updates');
    await page.waitForURL('/organization/stack-updates');
    const table = page.getByRole('table', { name: 'Stack updates' });
    await table.getByText('watched').waitFor();
    expect(await lookFaults(page, 'stack-updates')).toEqual([]);
    await choose(page, page.getByRole('combobox', { name: 'Status' }), /^Failed/);
    await page.waitForURL(/status=failed/);
    await expect.poll(() => table.getByText('watched').count(), soon).toBe(0);
    await table
      .getByRole('link', { name: /refused/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'S3Buckets refused' }).waitFor();
    expect(context.faults).toEqual([]);
  });

  test('is seen by a viewer, who can cancel and retry nothing', async () => {
    await inviteMember(stacks.platform, 'viewer@example.com', 'viewer');
    const [update] = (await stacks.platform.api.done<{ items: UpdateView[] }>('GET', '/v1/stack-updates?status=failed'))
      .items;
    await using context = await browserOf(browser, stacks.platform, 'viewer@example.com');
    const page = await context.newPage();
    await page.goto('/organization/stack-updates');
    await page.getByRole('table').getByText('watched').waitFor();
    await page.goto(`/stack-updates/${update?.id}`);
    await page
      .getByRole('alert')
      .filter({ hasText: /This (deployment|preview) failed/ })
      .waitFor();
    expect(await page.getByRole('button', { name: /again|Cancel/ }).count()).toBe(0);
    expect(await statusOf(page, 'POST', `/v1/stack-updates/${update?.id}/retry`)).toBe(403);
    expect(context.faults).toEqual([]);
  });
});
