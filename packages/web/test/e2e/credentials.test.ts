import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { credentialSamples } from '../../../server/test/support/credential-samples.ts';
import { type MotoServer, startMotoServer } from '../../../server/test/support/moto-server.ts';
import { startTestStacks, type TestStacks } from '../../../server/test/support/test-stacks.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';
import { choose, rowOf, soon, statusOf } from '../support/page-acts.ts';

// Credentials as an admin keeps them: stored, validated at a real AWS of one's own, rotated, held back while they are used.

let stacks: TestStacks;
let aws: MotoServer;
let browser: Browser;
let keys: Awaited<ReturnType<MotoServer['createUser']>>;

beforeAll(async () => {
  [stacks, aws] = await Promise.all([
    startTestStacks({ environment: { OUTBOUND_NETWORKS: '127.0.0.1' } }),
    startMotoServer(),
  ]);
  keys = await aws.createUser('robot');
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([stacks?.[Symbol.asyncDispose](), aws?.[Symbol.asyncDispose]()]);
});

const status = (page: Page): Locator => page.getByRole('status');

/** Nothing of the page, its address or what the browser keeps for it tells the secret. */
async function expectNowhere(page: Page, secret: string): Promise<void> {
  expect(page.url()).not.toContain(secret);
  expect(await page.content()).not.toContain(secret);
  const kept = await page.evaluate(() =>
    JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage), history.state]),
  );
  expect(kept).not.toContain(secret);
  const typed = await page
    .locator('input, textarea')
    .evaluateAll((fields) => fields.map((field) => (field as HTMLInputElement).value));
  expect(typed.join('\n')).not.toContain(secret);
}

async function openNew(page: Page, provider: RegExp): Promise<Locator> {
  await page.goto('/organization/credentials');
  await page.getByRole('button', { name: 'New credential' }).click();
  const dialog = page.getByRole('dialog');
  await choose(page, dialog.getByRole('combobox', { name: 'Provider' }), provider);
  return dialog;
}

test('a credential is stored, validated by its provider, rotated, and its former version brought back', async () => {
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  const dialog = await openNew(page, /^AWS$/);
  const field = (name: string) => dialog.getByLabel(name, { exact: false }).first();
  await field('Name').fill('Not A Name');
  await field('Account').fill('12');
  await dialog.getByRole('button', { name: 'Store credential' }).click();
  await dialog.getByText('Lower-case letters, digits, dots and dashes, at most 63.').waitFor();
  await expect.poll(() => dialog.getByText('Needed.').count(), soon).toBe(2);

  await field('Name').fill('staging-aws');
  await field('Account').fill(keys.accountId);
  await field('Access key id').fill(keys.accessKeyId);
  const secret = dialog.getByLabel(/^Secret access key/);
  expect(await secret.getAttribute('type')).toBe('password');
  await secret.fill(keys.secretAccessKey);
  await field('Labels').fill('tier=staging');
  const end = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
  await dialog.getByLabel('Expires').fill(end);
  await dialog.getByText('More', { exact: true }).click();
  await dialog.getByLabel('Address for validation').fill(aws.url);
  expect(await lookFaults(page, 'new-credential')).toEqual([]);
  await dialog.getByRole('button', { name: 'Store credential' }).click();

  await page.getByRole('heading', { name: 'staging-aws' }).waitFor();
  await dialog.waitFor({ state: 'detached' });
  await expectNowhere(page, keys.secretAccessKey);
  await status(page)
    .getByText(/It expires in \d days/)
    .waitFor();
  await page.getByText('stored, shown to nobody').waitFor();
  await page.getByText('tier=staging').waitFor();
  await page.getByRole('button', { name: 'Validate' }).click();
  await status(page).getByText('The provider takes it').waitFor();
  await status(page).getByText('user/robot').waitFor();

  // Another secret is taken, and is wrong: the provider says so, and the former one comes back.
  await page.getByRole('button', { name: 'Rotate…' }).click();
  await expect.poll(() => field('Access key id').inputValue(), soon).toBe(keys.accessKeyId);
  const wrong = `${keys.secretAccessKey.slice(0, -4)}AAAA`;
  await dialog.getByLabel(/^New secret access key/).fill(wrong);
  expect(await lookFaults(page, 'rotate-credential')).toEqual([]);
  await dialog.getByRole('button', { name: 'Rotate', exact: true }).click();
  await status(page).getByText('Version 2 is in place, and the one before it is kept').waitFor();
  await page.getByRole('button', { name: 'Validate' }).click();
  await status(page)
    .getByText(/AWS refused it.*signature/i)
    .waitFor();
  await expectNowhere(page, wrong);
  expect(await lookFaults(page, 'credential')).toEqual([]);
  await page.getByRole('button', { name: 'Bring it back' }).click();
  await page.getByText('Version 2 is in place').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Validate' }).click();
  await status(page).getByText('The provider takes it').waitFor();

  await page.getByRole('button', { name: 'Edit…' }).click();
  await dialog.getByLabel('Labels').fill('tier');
  await dialog.getByText('Write key=value.').waitFor();
  await dialog.getByLabel('Labels').fill('tier=test, team=shop');
  await dialog.getByLabel('Expires').fill('');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('team=shop').waitFor();
  await page.getByText(/It expires in/).waitFor({ state: 'detached' });
  await page.getByRole('table', { name: 'Audit log' }).getByText('Rotated a credential').waitFor();

  await page.getByRole('button', { name: 'Delete…' }).click();
  await dialog.getByRole('textbox').fill('staging-aws');
  await dialog.getByRole('button', { name: 'Delete credential' }).click();
  await page.waitForURL('/organization/credentials');
  await rowOf(page, 'prod').waitFor();
  await expect.poll(() => rowOf(page, 'staging-aws').count(), soon).toBe(0);
  expect(context.faults).toEqual([]);
});

test('a key file is taken as it is, and what is wrong with it is told at its field', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'davit-key-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const key = Buffer.from(credentialSamples.gcp['serviceAccountKeyBase64'] ?? '', 'base64').toString('utf8');
  await writeFile(join(folder, 'key.json'), key);
  await writeFile(join(folder, 'wrong.json'), '{"type": "nothing"}');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  const dialog = await openNew(page, /^Google Cloud$/);
  await dialog.getByLabel('Name').fill('gcp');
  const chooser = async (file: string): Promise<void> => {
    const asked = page.waitForEvent('filechooser');
    await dialog.getByRole('button', { name: 'Choose a file' }).click();
    await (await asked).setFiles(join(folder, file));
    await dialog.getByText(`Taken from ${file}`).waitFor();
  };
  await chooser('wrong.json');
  await dialog.getByRole('button', { name: 'Store credential' }).click();
  await dialog
    .getByText(/service account/i)
    .nth(1)
    .waitFor();
  await chooser('key.json');
  await dialog.getByRole('button', { name: 'Store credential' }).click();
  await page.getByRole('heading', { name: 'gcp' }).waitFor();
  const { private_key: secret } = JSON.parse(key) as { private_key: string };
  await expectNowhere(page, secret.slice(40, 120));
  expect(context.faults).toEqual([]);
});

test('what is done while the history is read for the first time is in it', async () => {
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  const [isAnswered, mayArrive] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let asked = 0;
  await page.route(/\/audit-log\?/, async (route) => {
    asked += 1;
    if (asked > 1) return await route.continue();
    const before = await route.fetch();
    isAnswered.resolve();
    await mayArrive.promise;
    await route.fulfill({ response: before });
  });
  await page.goto('/organization/credentials');
  await rowOf(page, 'prod').getByRole('link').click();
  await isAnswered.promise;
  await page.getByRole('button', { name: 'Validate' }).click();
  await page.getByRole('button', { name: 'Validate' }).and(page.locator(':enabled')).waitFor();
  mayArrive.resolve();
  await page.getByRole('table', { name: 'Audit log' }).getByText('Validated a credential').waitFor();
  expect(asked).toBeGreaterThan(1);
});

test('one that is used is not deleted, names by whom, and goes by force', async () => {
  const [id = ''] = await stacks.apply(
    stacks.manifest('holder').replace('{ name: holder }', '{ name: holder, labels: { credential: prod } }'),
  );
  expect((await stacks.run(id, 'preview')).status).toBe('success');
  await using context = await browserOf(browser, stacks.platform);
  const page = await context.newPage();
  await page.goto('/organization/credentials');
  await rowOf(page, 'prod').getByText('1 resource').waitFor();
  expect(await lookFaults(page, 'credentials')).toEqual([]);
  await rowOf(page, 'prod').getByRole('link').click();
  await page.getByRole('list', { name: 'Used by' }).getByText('S3Buckets/holder').waitFor();
  await page.getByRole('table', { name: 'Stack updates' }).getByText('Preview').waitFor();
  await page.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('prod');
  await dialog.getByRole('button', { name: 'Delete credential' }).click();
  await dialog.getByText('prod was not deleted: it is in use').waitFor();
  await dialog.getByText('S3Buckets/holder').waitFor();
  expect(await lookFaults(page, 'credential-in-use')).toEqual([]);
  expect(await dialog.getByRole('button', { name: 'Delete by force' }).isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill('prod');
  await dialog.getByRole('button', { name: 'Delete by force' }).click();
  await page.waitForURL('/organization/credentials');
  await expect.poll(() => rowOf(page, 'prod').count(), soon).toBe(0);
  expect(context.faults).toEqual([]);
});

test('a developer validates and a viewer looks; neither changes anything', async () => {
  const data = { ...keys };
  const { id } = await stacks.platform.api.done<{ id: string }>('POST', '/v1/credentials', {
    name: 'shared',
    provider: 'aws',
    data,
    endpoint: aws.url,
  });
  for (const role of ['developer', 'viewer']) {
    await inviteMember(stacks.platform, `${role}@example.com`, role);
    await using context = await browserOf(browser, stacks.platform, `${role}@example.com`);
    const page = await context.newPage();
    await page.goto('/organization/credentials');
    await rowOf(page, 'shared').getByRole('link').click();
    await page.getByText('stored, shown to nobody').waitFor();
    expect(await page.getByRole('button', { name: /Rotate|Edit|Delete|New/ }).count()).toBe(0);
    const validate = page.getByRole('button', { name: 'Validate' });
    if (role === 'viewer') expect(await validate.count()).toBe(0);
    else {
      await validate.click();
      await status(page).getByText('The provider takes it').waitFor();
    }
    expect(await statusOf(page, 'PATCH', `/v1/credentials/${id}`, { labels: {} })).toBe(403);
    expect(await statusOf(page, 'DELETE', `/v1/credentials/${id}`)).toBe(403);
    expect(context.faults).toEqual([]);
  }
});
