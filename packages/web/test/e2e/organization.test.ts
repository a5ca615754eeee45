import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiCaller } from '../../../server/test/support/api-caller.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { password } from '../../../server/test/support/test-accounts.ts';
import { launchChromium, openContext, type PageFaults } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';

// A tag that would run a script, and a mark that would turn the rest of the line around.
const hostileName = '<img src=x onerror=alert(1)>\u202Egnp.exe';
const hostileNameAsText = '<img src=x onerror=alert(1)>⟨U+202E⟩gnp.exe';

let platform: Platform;
let browser: Browser;
let organizationId: string;

/** For what a page does by itself after an answer: on a machine that does much else, that may take its time. */
const soon = { timeout: 60_000 };

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

/** A browser in which somebody is signed in. */
async function browserOf(email: string): Promise<BrowserContext & PageFaults> {
  const context = await openContext(browser, platform.url);
  const answer = await context.request.post('/auth/login', {
    headers: { 'x-davit-session': 'cookie', origin: platform.url },
    data: { email, password },
  });
  expect(answer.status()).toBe(200);
  return context;
}

/** An account that joined the owner's organization; its calls to the API. */
async function join(email: string, role: string, name = email) {
  const url = `/v1/organizations/${organizationId}/invitations`;
  const { token } = await platform.api.done<{ token: string }>('POST', url, { email, role });
  const api = createApiCaller(() => platform.url);
  await api.register({ email, password, name, invitationToken: token });
  const { user } = await api.done<{ user: { id: string } }>('GET', '/auth/me');
  return { api, userId: user.id };
}

const rowOf = (page: Page, text: string): Locator => page.getByRole('row').filter({ hasText: text });

async function choose(page: Page, box: Locator, option: RegExp): Promise<void> {
  await box.click();
  await page.getByRole('option', { name: option }).click();
}

/** Presses Tab until `target` has the focus, as somebody without a mouse would. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    if (await target.evaluate((element) => element.matches(':focus'))) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('Tab does not lead there.');
}

/** The status of a write that the browser of `page` sends with its cookies, past all buttons. */
async function statusOf(page: Page, method: string, path: string, data: object = {}): Promise<number> {
  return (await page.request.fetch(path, { method, data, headers: { origin: platform.url } })).status();
}

test('who is invited as a viewer joins by the link, sees everything and can change nothing, until their role is raised', async () => {
  await using owners = await browserOf('owner@example.com');
  const owner = await owners.newPage();
  await owner.goto('/organization/members');
  await owner.getByText('No open invitations').waitFor();
  await owner.getByText('The only owner.').waitFor();
  await owner.getByRole('button', { name: 'Invite' }).click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByLabel('E-mail address').fill('no address');
  await dialog.getByRole('button', { name: 'Make link' }).click();
  await dialog.getByText('Invalid email address.').waitFor();
  await dialog.getByLabel('E-mail address').fill('viewer@example.com');
  await choose(owner, dialog.getByRole('combobox', { name: 'Role' }), /^Viewer/);
  expect(await lookFaults(owner, 'invite')).toEqual([]);
  await dialog.getByRole('button', { name: 'Make link' }).click();
  const link = await dialog.getByLabel('Invitation link').inputValue();
  expect(link).toContain(`${platform.url}/invitation#dvi_`);
  expect(await lookFaults(owner, 'invitation-link')).toEqual([]);
  await dialog.getByRole('button', { name: 'Done' }).click();
  await rowOf(owner, 'viewer@example.com').getByText('Viewer', { exact: true }).waitFor();

  await using viewers = await openContext(browser, platform.url);
  const viewer = await viewers.newPage();
  await viewer.goto(link);
  await viewer.getByLabel('Your name').fill(hostileName);
  await viewer.getByLabel('E-mail address').fill('viewer@example.com');
  await viewer.locator('input[autocomplete=new-password]').fill(password);
  await viewer.getByRole('button', { name: 'Join' }).click();
  await viewer.getByText('Nobody has made one in this organization.').waitFor();
  expect(await viewer.getByRole('button', { name: 'New project' }).count()).toBe(0);

  await viewer.goto('/organization/members');
  await rowOf(viewer, 'owner@example.com').getByText('Owner', { exact: true }).first().waitFor();
  await viewer.getByRole('button', { name: 'Leave' }).waitFor();
  expect(await viewer.getByRole('main').getByRole('combobox').count()).toBe(0);
  expect(await viewer.getByRole('button', { name: /Invite|Remove/ }).count()).toBe(0);
  expect(await viewer.getByText('Invitations').count()).toBe(0);
  expect(await viewer.getByRole('link', { name: 'Audit log' }).count()).toBe(0);
  await viewer.getByRole('link', { name: 'Settings' }).click();
  await viewer.getByRole('heading', { name: 'Organization settings' }).waitFor();
  expect(await viewer.getByRole('main').getByRole('textbox').count()).toBe(0);
  expect(await viewer.getByRole('button', { name: /Save|Delete/ }).count()).toBe(0);
  await viewer.goto('/organization/audit');
  await viewer.getByText('Your role does not allow this').waitFor();

  const { user } = (await (await viewer.request.get('/auth/me')).json()) as { user: { id: string } };
  const own = `/v1/organizations/${organizationId}`;
  expect(await statusOf(viewer, 'POST', '/v1/projects', { name: 'mine' })).toBe(403);
  expect(await statusOf(viewer, 'PATCH', own, { name: 'Mine' })).toBe(403);
  expect(await statusOf(viewer, 'DELETE', own)).toBe(403);
  expect(await statusOf(viewer, 'PATCH', `${own}/members/${user.id}`, { role: 'owner' })).toBe(403);
  expect(await statusOf(viewer, 'POST', `${own}/invitations`, { email: 'x@example.com', role: 'viewer' })).toBe(403);
  expect(await statusOf(viewer, 'POST', '/v1/api-tokens', { name: 'wide', scope: 'deploy' })).toBe(403);
  expect((await viewer.request.get(`${own}/audit-log`)).status()).toBe(403);

  await viewer.goto('/');
  await viewer.getByText('Nobody has made one in this organization.').waitFor();
  await owner.reload();
  const row = rowOf(owner, 'viewer@example.com');
  await row.getByText(hostileNameAsText).waitFor();
  await choose(owner, row.getByRole('combobox', { name: 'Role of' }), /^Developer/);
  await viewer.getByRole('button', { name: 'New project' }).first().waitFor();
  expect(await lookFaults(owner, 'members')).toEqual([]);
  expect(owners.faults).toEqual([]);
  expect(viewers.faults).toEqual([]);
});

test('who is removed is told at once, and what is shown of them goes', async () => {
  await join('leaver@example.com', 'admin', hostileName);
  await using owners = await browserOf('owner@example.com');
  await using leavers = await browserOf('leaver@example.com');
  const owner = await owners.newPage();
  const leaver = await leavers.newPage();
  await leaver.goto('/organization/members');
  await leaver.getByRole('button', { name: 'Invite' }).waitFor();
  expect(await rowOf(leaver, 'owner@example.com').getByRole('button').count(), 'an admin is below an owner').toBe(0);
  await owner.goto('/organization/members');
  const row = rowOf(owner, 'leaver@example.com');
  await row.getByRole('button', { name: 'Remove' }).click();
  const dialog = owner.getByRole('dialog');
  await dialog.getByText(hostileNameAsText).waitFor();
  await dialog.getByText('This will be lost').waitFor();
  const remove = dialog.getByRole('button', { name: 'Remove member' });
  expect(await remove.isDisabled()).toBe(true);
  expect(await lookFaults(owner, 'remove-member')).toEqual([]);
  await dialog.getByRole('textbox').fill('leaver@example.com');
  await remove.click();
  await dialog.waitFor({ state: 'detached' });
  await row.waitFor({ state: 'detached' });
  await leaver.getByRole('dialog', { name: 'Your session has ended' }).waitFor();
  expect((await leaver.request.get('/v1/projects')).status()).toBe(401);
  expect(owners.faults).toEqual([]);
  expect(leavers.faults).toEqual([]);
});

test('who leaves is out, and can come back to another organization of theirs', async () => {
  const { api } = await join('goer@example.com', 'developer');
  await api.done('POST', '/v1/organizations', { name: 'Elsewhere' });
  await using context = await browserOf('goer@example.com');
  const page = await context.newPage();
  await page.goto('/organization/members');
  await page.getByRole('button', { name: 'Leave' }).click();
  const dialog = page.getByRole('dialog', { name: 'Leave the organization?' });
  await dialog.getByRole('textbox').fill("Owner's organization");
  await dialog.getByRole('button', { name: 'Leave' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  await page.getByLabel('E-mail address').fill('goer@example.com');
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: 'Organization Elsewhere' }).waitFor();
  expect(context.faults).toEqual([]);
});

test('a role that is refused goes back to what it was, with the reason', async () => {
  const { userId } = await join('gone@example.com', 'viewer');
  await using context = await browserOf('owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/members');
  const row = rowOf(page, 'gone@example.com');
  await row.waitFor();
  await platform.api.done('DELETE', `/v1/organizations/${organizationId}/members/${userId}`);
  await choose(page, row.getByRole('combobox'), /^Admin/);
  const notice = page.getByRole('listitem').filter({ hasText: 'The role was not changed' });
  await notice.getByText('There is no such member in this organization.').waitFor();
  await notice.getByText('Request').waitFor();
  await row.waitFor({ state: 'detached' });
  expect(context.faults).toEqual([]);
});

test('an invitation that is revoked lets nobody in', async () => {
  const url = `/v1/organizations/${organizationId}/invitations`;
  const { token } = await platform.api.done<{ token: string }>('POST', url, { email: 'no@example.com', role: 'admin' });
  await using context = await browserOf('owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/members');
  await page.getByRole('button', { name: 'Revoke the invitation of no@example.com' }).click();
  await rowOf(page, 'no@example.com').waitFor({ state: 'detached' });
  await page.getByText('Invitation revoked').waitFor();
  const late = createApiCaller(() => platform.url);
  const joined = late.register({ email: 'no@example.com', password, name: 'Late', invitationToken: token });
  await expect(joined).rejects.toThrow('INVITATION_INVALID');
  expect(context.faults).toEqual([]);
});

test('an API token is shown once, works with its scope, and is refused once it is revoked', async () => {
  await using context = await browserOf('owner@example.com');
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
  expect(await lookFaults(page, 'tokens')).toEqual([]);
  await row.getByRole('button', { name: 'Revoke' }).click();
  await dialog.getByRole('button', { name: 'Revoke token' }).click();
  await dialog.waitFor({ state: 'detached' });
  await row.waitFor({ state: 'detached' });
  expect((await program.call('GET', '/v1/projects')).status).toBe(401);
  expect(context.faults).toEqual([]);
});

test('a viewer makes tokens that only read', async () => {
  await join('reader@example.com', 'viewer');
  await using context = await browserOf('reader@example.com');
  const page = await context.newPage();
  await page.goto('/organization/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Read' }).waitFor();
  expect(await dialog.getByRole('radio').count()).toBe(1);
  expect(context.faults).toEqual([]);
});

test('a session that is ended on the account page is signed out where it was', async () => {
  const { userId } = await join('traveller@example.com', 'viewer');
  await using here = await browserOf('traveller@example.com');
  await using there = await browserOf('traveller@example.com');
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
  const { api, userId } = await join('audited@example.com', 'viewer', hostileName);
  const own = `/v1/organizations/${organizationId}`;
  await platform.api.done('PATCH', `${own}/members/${userId}`, { role: 'developer' });
  await platform.api.done('PATCH', `${own}/members/${userId}`, { role: 'viewer' });
  const token = await api.done<{ id: string }>('POST', '/v1/api-tokens', { name: 'short', scope: 'read' });
  await api.done('DELETE', `/v1/api-tokens/${token.id}`);
  const refusal = await api.call('POST', '/v1/projects', { name: 'refused' });
  expect(refusal.status).toBe(403);
  await using context = await browserOf('owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/audit');
  const table = page.getByRole('table', { name: 'Audit log' });
  const refused = table.getByRole('row').filter({ hasText: 'createProject' }).first();
  await refused.getByText('Refused').waitFor();
  await refused.getByText(hostileNameAsText).waitFor();
  await refused.getByText(String(refusal.headers.get('x-request-id'))).waitFor();
  await rowOf(page, 'Revoked an API token').filter({ hasText: token.id }).waitFor();
  expect(await lookFaults(page, 'audit')).toEqual([]);

  await page.getByRole('combobox', { name: 'Action' }).fill('member.');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await page.waitForURL(/action=member\./);
  await expect.poll(() => table.getByText('createProject').count(), soon).toBe(0);
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
  await table.getByText('createProject').first().waitFor();
  await expect.poll(() => table.getByText('member.change_role').count(), soon).toBe(0);
  expect(context.faults).toEqual([]);
});

test('a long audit log is read page after page', async () => {
  const own = `/v1/organizations/${organizationId}`;
  for (let time = 1; time <= 55; time += 1) {
    await platform.api.done('PATCH', own, { name: time === 55 ? "Owner's organization" : `Name ${time}` });
  }
  await using context = await browserOf('owner@example.com');
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

test('an organization is made, renamed, and deleted once nothing is in it', async () => {
  await join('founder@example.com', 'viewer', 'Fay');
  await using context = await browserOf('founder@example.com');
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

test('a member is invited and a role is changed by keyboard alone', async () => {
  await join('typed@example.com', 'viewer', 'Typed');
  await using context = await browserOf('owner@example.com');
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await page.keyboard.press('Control+K');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.type('Members');
  await page.keyboard.press('Enter');
  await rowOf(page, 'typed@example.com').waitFor();
  const invite = page.getByRole('button', { name: 'Invite' });
  await tabTo(page, invite);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByLabel('E-mail address').waitFor();
  await page.keyboard.type('keys@example.com');
  await page.keyboard.press('Enter');
  const link = page.getByRole('dialog').getByLabel('Invitation link');
  await link.waitFor();
  await expect.poll(() => link.evaluate((field) => field.matches(':focus')), soon).toBe(true);
  await page.keyboard.press('Escape');
  await expect.poll(() => invite.evaluate((button) => button.matches(':focus')), soon).toBe(true);
  const role = rowOf(page, 'typed@example.com').getByRole('combobox');
  await tabTo(page, role);
  await page.keyboard.press('Enter');
  await page.getByRole('listbox').waitFor();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Enter');
  await expect.poll(() => role.textContent(), soon).toBe('Developer');
  await expect
    .poll(async () => {
      const url = `/v1/organizations/${organizationId}/members`;
      const { items } = await platform.api.done<{ items: { email: string; role: string }[] }>('GET', url);
      return items.find(({ email }) => email === 'typed@example.com')?.role;
    }, soon)
    .toBe('developer');
  expect(context.faults).toEqual([]);
});
