import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiCaller } from '../../../server/test/support/api-caller.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { password } from '../../../server/test/support/test-accounts.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';
import { choose, focused, rowOf, runCommand, soon, statusOf, tabTo } from '../support/page-acts.ts';

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

test('who is invited as a viewer joins by the link, sees everything and can change nothing, until their role is raised', async () => {
  await using owners = await browserOf(browser, platform, 'owner@example.com');
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
  await inviteMember(platform, 'leaver@example.com', 'admin', hostileName);
  await using owners = await browserOf(browser, platform, 'owner@example.com');
  await using leavers = await browserOf(browser, platform, 'leaver@example.com');
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
  const { api } = await inviteMember(platform, 'goer@example.com', 'developer');
  await api.done('POST', '/v1/organizations', { name: 'Elsewhere' });
  await using context = await browserOf(browser, platform, 'goer@example.com');
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

test('who gives up a role is told what they lose, and types the name of the organization', async () => {
  await inviteMember(platform, 'humble@example.com', 'admin');
  await using context = await browserOf(browser, platform, 'humble@example.com');
  const page = await context.newPage();
  await page.goto('/organization/members');
  await choose(page, rowOf(page, 'humble@example.com').getByRole('combobox'), /^Viewer/);
  const dialog = page.getByRole('dialog', { name: 'Become viewer yourself?' });
  await dialog.getByText('only another member with that role can give it to you again').waitFor();
  const confirm = dialog.getByRole('button', { name: 'Change my role' });
  expect(await confirm.isDisabled()).toBe(true);
  await dialog.getByRole('textbox').fill("Owner's organization");
  expect(await lookFaults(page, 'own-role')).toEqual([]);
  await confirm.click();
  await page.getByRole('button', { name: 'Invite' }).waitFor({ state: 'detached' });
  expect(context.faults).toEqual([]);
});

test('a role that is refused goes back to what it was, with the reason', async () => {
  const { userId } = await inviteMember(platform, 'gone@example.com', 'viewer');
  await using context = await browserOf(browser, platform, 'owner@example.com');
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
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/members');
  await page.getByRole('button', { name: 'Revoke the invitation of no@example.com' }).click();
  await page.getByText('Invitation revoked', { exact: true }).waitFor();
  await rowOf(page, 'no@example.com').waitFor({ state: 'detached' });
  const late = createApiCaller(() => platform.url);
  const joined = late.register({ email: 'no@example.com', password, name: 'Late', invitationToken: token });
  await expect(joined).rejects.toThrow('INVITATION_INVALID');
  expect(context.faults).toEqual([]);
});

test('a member is invited and a role is changed by keyboard alone', async () => {
  await inviteMember(platform, 'typed@example.com', 'viewer', 'Typed');
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/');
  await page.getByRole('heading', { name: 'Projects' }).waitFor();
  await runCommand(page, 'Members', 'Members');
  await rowOf(page, 'typed@example.com').waitFor();
  const invite = page.getByRole('button', { name: 'Invite' });
  await tabTo(page, invite);
  await page.keyboard.press('Enter');
  await focused(page.getByRole('dialog').getByLabel('E-mail address'));
  await page.keyboard.type('keys@example.com');
  await page.keyboard.press('Enter');
  const link = page.getByRole('dialog').getByLabel('Invitation link');
  await focused(link);
  await page.keyboard.press('Escape');
  await focused(invite);
  const role = rowOf(page, 'typed@example.com').getByRole('combobox');
  await tabTo(page, role);
  await page.keyboard.press('Enter');
  await focused(page.getByRole('option', { name: /^Viewer/ }));
  await page.keyboard.press('ArrowUp');
  await focused(page.getByRole('option', { name: /^Developer/ }));
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

test('an operator makes another one, and takes that back', async () => {
  await inviteMember(platform, 'second@example.com', 'viewer', 'Second');
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/platform');
  const form = page.getByRole('region', { name: 'Operators' });
  await form.getByText('The last one stays').waitFor();
  await form.getByLabel(/E-mail address/).fill('nobody@example.com');
  await form.getByRole('button', { name: 'Make operator' }).click();
  await form.getByText(/Nobody has an account with this e-mail address/).waitFor();
  await form.getByLabel(/E-mail address/).fill('second@example.com');
  await form.getByRole('button', { name: 'Make operator' }).click();
  const second = rowOf(page, 'second@example.com');
  await second.waitFor();
  expect(await lookFaults(page, 'operators')).toEqual([]);
  await second.getByRole('button', { name: /^Remove/ }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('textbox').fill('second@example.com');
  await dialog.getByRole('button', { name: 'Remove operator' }).click();
  await second.waitFor({ state: 'detached' });
  await form.getByText('The last one stays').waitFor();
  expect(context.faults).toEqual([]);
});
