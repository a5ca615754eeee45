import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiCaller } from '../../../server/test/support/api-caller.ts';
import { nodeServer } from '../../../server/test/support/deploy-files.ts';
import { forgetOwners } from '../../../server/test/support/forget-owners.ts';
import { freePort } from '../../../server/test/support/free-port.ts';
import { type GitServer, startGitServer } from '../../../server/test/support/git-server.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { password } from '../../../server/test/support/test-accounts.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { addVariable } from '../support/open-variables.ts';
import { choose, focused } from '../support/page-acts.ts';

// A new user's whole way, without the command line: each stretch of it is looked at closely in a file of its own.

let platform: Platform;
let git: GitServer;
let browser: Browser;

beforeAll(async () => {
  [platform, git] = await Promise.all([
    // With the limits that an installation has by itself: nobody who works in the UI is refused.
    startPlatform({
      environment: { PORT: String(await freePort()), RATE_LIMIT_REQUESTS: '100', RATE_LIMIT_SIGN_IN: '10' },
    }),
    startGitServer(),
  ]);
  await forgetOwners(platform.database);
  await platform.restart();
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await git?.stop();
});

const app = (answer: string, build = `console.log('built')`) => ({
  ...nodeServer(answer),
  'package.json': JSON.stringify({
    name: 'shop',
    type: 'module',
    scripts: { build: 'node build.js', start: 'node server.js' },
  }),
  'build.js': build,
});

async function claim(page: Page): Promise<void> {
  await page.goto('/');
  await page.getByRole('heading', { name: 'Claim this installation' }).waitFor();
  const token = (await readFile(join(platform.dataDir, 'claim-token'), 'utf8')).trim();
  await page.getByLabel('Claim token').fill(token);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.locator('input[autocomplete=new-password]').fill(password);
  await page.getByRole('button', { name: 'Claim' }).click();
}

/** Opens the newest deployment and waits until it has come to its end. */
async function follow(drawer: Locator, number: number, end: 'Active' | 'Failed'): Promise<void> {
  await drawer.getByRole('tab', { name: 'Deployments' }).click();
  await drawer.getByText(`#${number}`, { exact: true }).click();
  await drawer.getByRole('heading', { name: `Deployment #${number}` }).waitFor();
  await drawer.getByRole('tabpanel').getByText(end, { exact: true }).first().waitFor({ timeout: 180_000 });
}

test('from a claim token to a team that deploys', async () => {
  await git.createRepository('shop', app(`'hello ' + (process.env.GUEST ?? 'nobody')`));
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await claim(page);

  // A project with a service from a repository, whose build is watched.
  await page.getByRole('button', { name: 'New project' }).first().click();
  await page.getByLabel('Name').fill('shop');
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /make|create/i })
    .click();
  await page.getByText('Nothing runs here yet').waitFor();
  await page.getByRole('button', { name: 'New service' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New service' });
  await dialog.getByRole('textbox', { name: 'Repository' }).fill(git.urlOf('shop'));
  await dialog.getByLabel('Name').fill('web');
  await dialog.getByRole('button', { name: 'Create and deploy' }).click();
  const drawer = page.getByRole('dialog', { name: 'web' });
  await drawer.waitFor();
  await follow(drawer, 1, 'Active');
  await drawer.getByRole('log').getByText('built', { exact: true }).waitFor();
  const address = (await drawer.getByRole('link', { name: /localhost/ }).getAttribute('href')) ?? '';
  expect((await visit(address)).body).toBe('hello nobody');

  // A variable, which one click brings into service.
  await drawer.getByRole('tab', { name: 'Variables' }).click();
  await addVariable(drawer, 'GUEST', 'Ada');
  await drawer.getByText('Not deployed yet: 1 changed variable.').waitFor();
  await drawer.getByRole('button', { name: 'Deploy', exact: true }).click();
  await follow(drawer, 2, 'Active');
  expect((await visit(address)).body).toBe('hello Ada');

  // A deployment that fails says why, and takes nothing down.
  await git.commit('shop', app(`'broken'`, `console.error('error: the till is empty'); process.exit(7);`));
  await drawer.getByRole('button', { name: 'Deploy', exact: true }).click();
  await follow(drawer, 3, 'Failed');
  await drawer.getByRole('alert').getByText('the till is empty').waitFor();
  expect((await visit(address)).body).toBe('hello Ada');

  // Back to the first one.
  await drawer.getByRole('button', { name: 'All deployments' }).click();
  await drawer.getByRole('listitem').filter({ hasText: '#1' }).getByRole('button', { name: 'Roll back' }).click();
  await page
    .getByRole('dialog', { name: 'Roll back to deployment #1?' })
    .getByRole('button', { name: 'Roll back' })
    .click();
  await follow(drawer, 4, 'Active');
  expect((await visit(address)).body).toBe('hello nobody');

  // A shell in what runs.
  await drawer.getByRole('tab', { name: 'Terminal' }).click();
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('button', { name: 'Disconnect' }).waitFor();
  await focused(page.locator('.xterm-helper-textarea'));
  await page.keyboard.type('echo "<$((6 * 7))>"\n');
  await page.locator('.xterm-rows').getByText('<42>').first().waitFor();

  // Somebody who may look, and no more.
  await page.goto('/organization/members');
  await page.getByRole('button', { name: 'Invite' }).click();
  const invite = page.getByRole('dialog');
  await invite.getByLabel('E-mail address').fill('grace@example.com');
  await choose(page, invite.getByRole('combobox', { name: 'Role' }), /^Viewer/);
  await invite.getByRole('button', { name: 'Make link' }).click();
  await using guests = await openContext(browser, platform.url);
  const guest = await guests.newPage();
  await guest.goto(await invite.getByLabel('Invitation link').inputValue());
  await guest.getByLabel('Your name').fill('Grace');
  await guest.getByLabel('E-mail address').fill('grace@example.com');
  await guest.locator('input[autocomplete=new-password]').fill(password);
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.getByRole('link', { name: 'shop' }).click();
  await guest.locator('.react-flow__node').click();
  const seen = guest.getByRole('dialog', { name: 'web' });
  await seen.getByText('#4').first().waitFor();
  expect(await seen.getByRole('button', { name: /^(Deploy|Roll back|More)/ }).count()).toBe(0);
  expect(await seen.getByRole('tab', { name: 'Terminal' }).count()).toBe(0);

  // A token for a program, until it is taken back.
  await page.goto('/organization/tokens');
  await page.getByRole('button', { name: 'New token' }).click();
  const token = page.getByRole('dialog');
  await token.getByLabel('Name').fill('deployer');
  await token.getByRole('button', { name: 'Make token' }).click();
  const program = createApiCaller(
    () => platform.url,
    await token.getByLabel('API token', { exact: true }).inputValue(),
  );
  await token.getByRole('button', { name: 'Done' }).click();
  expect((await program.call('GET', '/v1/projects')).status).toBe(200);
  await page.getByRole('row').filter({ hasText: 'deployer' }).getByRole('button', { name: 'Revoke' }).click();
  await token.getByRole('textbox').fill('deployer');
  await token.getByRole('button', { name: 'Revoke token' }).click();
  await token.waitFor({ state: 'detached' });
  expect((await program.call('GET', '/v1/projects')).status).toBe(401);
  expect(context.faults).toEqual([]);
  expect(guests.faults).toEqual([]);
});

test('a wrong password is refused in words, and nobody is signed in', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto('/');
  await page.getByLabel('E-mail address').fill('ada@example.com');
  await page.getByLabel('Password', { exact: true }).fill(`${password} but wrong`);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page
    .getByText(/wrong|not right|incorrect|do not match/i)
    .first()
    .waitFor();
  expect((await context.cookies()).filter(({ name }) => name.includes('access'))).toEqual([]);
});
