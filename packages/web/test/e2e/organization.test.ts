import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiCaller } from '../../../server/test/support/api-caller.ts';
import { insertFailedPlatformRun } from '../../../server/test/support/failed-platform-run.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';
import { choose, rowOf, soon, statusOf } from '../support/page-acts.ts';

// A tag that would run a script, and a mark that would turn the rest of the line around.
const hostileName = '<img src=x onerror=alert(1)>\u202Egnp.exe';
const hostileNameAsText = '<img src=x onerror=alert(1)>⟨U+202E⟩gnp.exe';

let platform: Platform;
let browser: Browser;
let organizationId: string;

beforeAll(async () => {
  platform = await startPlatform();
  browser = await launchChromium();
  const me = await platform.api.done<{ organization: { id: string } }>('GET', '/auth/me');
  organizationId = me.organization.id;
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

test('an API token is shown once, works with its scope, and is refused once it is revoked', async () => {
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/tokens');
  await page.getByText('No API tokens').waitFor();
  expect(await lookFaults(page, 'tokens-empty')).toEqual([]);
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill(hostileName);
  await choose(page, dialog.getByRole('combobox', { name: 'Expires after' }), /^30 days/);
  expect(await lookFaults(page, 'new-token')).toEqual([]);
  await dialog.getByRole('button', { name: 'Make token' }).click();
  const text = await dialog.getByLabel('API token', { exact: true }).inputValue();
  expect(text).toMatch(/^dvt_/);
  expect(await lookFaults(page, 'token-text')).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await dialog.waitFor({ state: 'detached' });
  expect(await page.content()).not.toContain(text);

  const program = createApiCaller(() => platform.url, text);
  expect((await program.call('GET', '/v1/projects')).status).toBe(200);
  expect((await program.call('POST', '/v1/projects', { name: 'by-token' })).status).toBe(403);
  await page.reload();
  const row = rowOf(page, hostileNameAsText);
  await row.getByText('Read').waitFor();
  await row.getByText('in 29 d').waitFor();
  await expect.poll(async () => await row.getByText('just now').count(), soon).toBeGreaterThan(0);
  expect(await lookFaults(page, 'tokens-hostile')).toEqual([]);
  await row.getByRole('button', { name: 'Revoke' }).click();
  expect(await dialog.getByRole('button', { name: 'Revoke token' }).isDisabled()).toBe(true);
  await dialog.getByText('The access of whatever uses it').waitFor();
  await dialog.getByRole('textbox').fill(hostileName);
  expect(await lookFaults(page, 'revoke-token')).toEqual([]);
  await dialog.getByRole('button', { name: 'Revoke token' }).click();
  await dialog.waitFor({ state: 'detached' });
  await row.waitFor({ state: 'detached' });
  expect((await program.call('GET', '/v1/projects')).status).toBe(401);
  expect(context.faults).toEqual([]);
});

test('a viewer makes tokens that only read', async () => {
  await inviteMember(platform, 'reader@example.com', 'viewer');
  await using context = await browserOf(browser, platform, 'reader@example.com');
  const page = await context.newPage();
  await page.goto('/organization/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Read' }).waitFor();
  expect(await dialog.getByRole('radio').count()).toBe(1);
  expect(context.faults).toEqual([]);
});

test('a session that is ended on the account page is signed out where it was', async () => {
  const { userId } = await inviteMember(platform, 'traveller@example.com', 'viewer');
  await using here = await browserOf(browser, platform, 'traveller@example.com');
  await using there = await browserOf(browser, platform, 'traveller@example.com');
  const lost = await there.newPage();
  await lost.goto('/');
  await lost.getByRole('heading', { name: 'Projects' }).waitFor();
  const page = await here.newPage();
  await page.goto('/account');
  await page.getByText('This one').waitFor();
  expect(await lookFaults(page, 'account')).toEqual([]);
  const ends = page.getByRole('button', { name: /End the session on/ });
  // The account was made by a program, which has a session too.
  await expect.poll(() => ends.count(), soon).toBe(2);
  await rowOf(page, 'Chrome').getByRole('button').click();
  await expect.poll(() => ends.count(), soon).toBe(1);
  await lost.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  const log = `/v1/organizations/${organizationId}/audit-log?action=session.revoke`;
  const { items } = await platform.api.done<{ items: { actorId: string }[] }>('GET', log);
  expect(items.map(({ actorId }) => actorId)).toContain(userId);
  await page.reload();
  await page.getByText('This one').waitFor();
  expect(here.faults).toEqual([]);
  expect(there.faults).toEqual([]);
});

test('the audit log shows what was done and refused, and its filters stand in the address', async () => {
  const { api, userId } = await inviteMember(platform, 'audited@example.com', 'viewer', hostileName);
  const own = `/v1/organizations/${organizationId}`;
  await platform.api.done('PATCH', `${own}/members/${userId}`, { role: 'developer' });
  await platform.api.done('PATCH', `${own}/members/${userId}`, { role: 'viewer' });
  const token = await api.done<{ id: string }>('POST', '/v1/api-tokens', { name: 'short', scope: 'read' });
  await api.done('DELETE', `/v1/api-tokens/${token.id}`);
  const refusal = await api.call('POST', '/v1/projects', { name: 'refused' });
  expect(refusal.status).toBe(403);
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/audit');
  const table = page.getByRole('table', { name: 'Audit log' });
  const refused = table.getByRole('row').filter({ hasText: 'project.create' }).first();
  await refused.getByText('Refused').waitFor();
  await refused.getByText(hostileNameAsText).waitFor();
  await refused.getByText(String(refusal.headers.get('x-request-id'))).waitFor();
  await rowOf(page, 'Revoked an API token').filter({ hasText: token.id }).waitFor();
  expect(await lookFaults(page, 'audit')).toEqual([]);

  await page.getByRole('combobox', { name: 'Action' }).fill('member.');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.waitForURL(/action=member\./);
  await expect.poll(() => table.getByText('project.create').count(), soon).toBe(0);
  const change = table.getByRole('row').filter({ hasText: 'member.change_role' }).first();
  await change.getByText('developer').waitFor();
  await change.getByRole('button', { name: /Only what was done to/ }).click();
  await page.waitForURL(new RegExp(`subject=${userId}`));
  await expect.poll(() => table.getByRole('row').count(), { ...soon, message: 'two changes and the head' }).toBe(3);
  await page.reload();
  await expect.poll(() => table.getByRole('row').count(), soon).toBe(3);
  expect(await page.getByRole('combobox', { name: 'Action' }).inputValue()).toBe('member.');

  await page.getByLabel('Since').fill('2099-01-01T00:00');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.getByText('Nothing fits').waitFor();
  await page.goBack();
  await expect.poll(() => table.getByRole('row').count(), soon).toBe(3);
  await page.getByRole('button', { name: 'Show all' }).click();
  await choose(page, page.getByRole('combobox', { name: 'Actor' }), /gnp\.exe/);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await table.getByText('project.create').first().waitFor();
  await expect.poll(() => table.getByText('member.change_role').count(), soon).toBe(0);

  await page.getByRole('button', { name: 'Show all' }).click();
  await choose(page, page.getByRole('combobox', { name: 'Result' }), /^Refused$/);
  await page.getByLabel('Address').fill('127.0.0.1');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.waitForURL(/result=refused/);
  await table.getByText('project.create').first().waitFor();
  await expect.poll(() => table.getByText('Revoked an API token').count(), soon).toBe(0);
  await platform.api.call('POST', '/auth/login', { email: 'unknown@example.com', password: 'wrong' });
  await choose(page, page.getByRole('combobox', { name: 'Log' }), /No organization/);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.waitForURL(/of=nobody/);
  await table.getByRole('row').filter({ hasText: 'auth.login' }).getByText('Nobody signed in').first().waitFor();
  await expect.poll(() => table.getByText('project.create').count(), soon).toBe(0);
  expect(context.faults).toEqual([]);
});

test('a long audit log is read page after page', async () => {
  const own = `/v1/organizations/${organizationId}`;
  for (let time = 1; time <= 55; time += 1) {
    await platform.api.done('PATCH', own, { name: time === 55 ? "Owner's organization" : `Name ${time}` });
  }
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/audit?action=organization.rename');
  const rows = page.getByRole('table', { name: 'Audit log' }).getByRole('row');
  await expect.poll(() => rows.count(), soon).toBe(51);
  await page.getByText('Name 54', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Load more entries' }).click();
  await expect.poll(() => rows.count(), soon).toBe(56);
  await page.getByText('Name 1', { exact: true }).waitFor();
  expect(context.faults).toEqual([]);
});

test('a kind is pointed at a module of a repository, at another state of it, and forgotten', async () => {
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/resources');
  await page.getByRole('link', { name: 'Modules' }).click();
  await page.getByText('No modules of your own').waitFor();
  const current = page.getByRole('navigation', { name: 'Organization' }).locator('[aria-current=page]');
  await expect.poll(() => current.allTextContents()).toEqual(['Cloud resources']);
  await page.getByRole('button', { name: 'New module' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Kind').fill('s3');
  await dialog.getByLabel('Repository').fill('https://git.example.org/modules.git');
  await dialog.getByLabel('Schema of spec').fill('[]');
  await dialog.getByRole('button', { name: 'Save module' }).click();
  await dialog.getByText('A capital, then letters and digits: AwsS3Bucket.').waitFor();
  await dialog.getByText('No JSON object.').waitFor();
  await dialog.getByLabel('Kind').fill('S3Buckets');
  await dialog.getByLabel('Schema of spec').fill('{"type":"object","properties":{"buckets":{"type":"integer"}}}');
  await dialog.getByLabel('Folder').fill('buckets');
  await choose(page, dialog.getByRole('combobox', { name: 'Provider' }), /^AWS$/);
  await choose(page, dialog.getByRole('combobox', { name: 'Access' }), /access token/);
  await dialog.getByLabel('Access token').fill('glpat-of-the-page');
  expect(await lookFaults(page, 'new-module')).toEqual([]);
  await dialog.getByRole('button', { name: 'Save module' }).click();
  await dialog.waitFor({ state: 'detached' });
  const row = rowOf(page, 'S3Buckets');
  await row.getByText('default branch, folder buckets').waitFor();
  await row.getByText('Private').waitFor();
  expect(await page.content()).not.toContain('glpat-of-the-page');
  expect(await lookFaults(page, 'modules')).toEqual([]);

  // What is not touched stays: the folder, the schema, and what lets davit in.
  await row.getByRole('button', { name: 'Edit the module of S3Buckets' }).click();
  await choose(page, dialog.getByRole('combobox', { name: 'What of it' }), /^Tag$/);
  await dialog.getByLabel('Name of the tag').fill('v2');
  await dialog.getByRole('button', { name: 'Save module' }).click();
  await row.getByText('tag v2, folder buckets').waitFor();
  const { items } = await platform.api.done<{ items: { name: string }[] }>('GET', '/v1/kinds');
  expect(items.find(({ name }) => name === 'S3Buckets')).toMatchObject({
    provider: 'aws',
    module: { reference: { tag: 'v2' }, folder: 'buckets' },
    hasSourceCredential: true,
    hasOwnSchema: true,
  });

  await row.getByRole('button', { name: 'Forget the module of S3Buckets' }).click();
  await dialog.getByRole('textbox').fill('S3Buckets');
  await dialog.getByRole('button', { name: 'Forget module' }).click();
  await page.getByText('No modules of your own').waitFor();
  expect(context.faults).toEqual([]);
});

test('an organization is made, renamed, and deleted once nothing is in it', async () => {
  await inviteMember(platform, 'founder@example.com', 'viewer', 'Fay');
  await using context = await browserOf(browser, platform, 'founder@example.com');
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('button', { name: "Organization Owner's organization" }).click();
  await page.getByRole('menuitem', { name: 'New organization…' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('Draft');
  await page.getByRole('dialog').getByRole('button', { name: 'Make organization' }).click();
  await page.getByRole('button', { name: 'Organization Draft' }).click();
  await page.getByRole('menuitem', { name: 'Organization settings' }).click();
  await page.getByLabel('Organization name').fill(hostileName);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: `Organization ${hostileNameAsText}` }).waitFor();
  expect(await lookFaults(page, 'organization-settings')).toEqual([]);

  expect(await statusOf(page, 'POST', '/v1/projects', { name: 'in-the-way' })).toBe(201);
  await page.reload();
  await page.getByText('It cannot be deleted while it has projects.').waitFor();
  const remove = page.getByRole('button', { name: 'Delete organization…' });
  expect(await remove.isDisabled()).toBe(true);
  expect(await lookFaults(page, 'organization-with-projects')).toEqual([]);
  await page.getByRole('list', { name: 'Projects that are left' }).getByRole('link', { name: 'in-the-way' }).click();
  await page.waitForURL(/\/projects\//);
  const projectPath = `/v1/projects/${page.url().split('/').at(-1)?.split('?')[0]}`;
  expect(await statusOf(page, 'DELETE', `${projectPath}?cascade=true`)).toBe(202);
  await expect.poll(async () => (await page.request.get(projectPath)).status(), soon).toBe(404);

  await page.goto('/organization/settings');
  await remove.click();
  const dialog = page.getByRole('dialog', { name: 'Delete organization?' });
  await dialog.getByText('Its audit log').waitFor();
  // The mark in the name cannot be typed; its written form can.
  await dialog.getByRole('textbox').fill(hostileNameAsText);
  await dialog.getByRole('button', { name: 'Delete organization' }).click();
  await page.getByRole('button', { name: "Organization Owner's organization" }).waitFor();
  await page.goto('/organization/settings');
  await page.getByText('Viewer: sees everything').waitFor();
  expect(context.faults).toEqual([]);
});

test('an operator reads why the last backup and the last collection failed, and what to do about it', async () => {
  const hint = 'Free room there, or name another folder.';
  const full = { kind: 'platform.backup', reason: '/mnt/backups is full.', code: 'OBJECT_STORE_FAILED', hint } as const;
  await insertFailedPlatformRun(platform.database, full);
  const left = { kind: 'platform.collect', reason: 'Not collected: uploads.', code: 'STORAGE_NOT_COLLECTED' } as const;
  await insertFailedPlatformRun(platform.database, left);
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/platform');
  await page.getByText(`The last backup failed${full.reason}${hint}`).waitFor();
  await page
    .getByText(/The last collection did not end wellNot collected: uploads\.The output of the run says/)
    .waitFor();
  expect(await lookFaults(page, 'platform-failures')).toEqual([]);
  expect(context.faults).toEqual([]);
});
