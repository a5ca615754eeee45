import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeploymentView, ServiceView } from '../../../server/test/support/api-caller.ts';
import { deployFiles, nodeServer, startDeployment } from '../../../server/test/support/deploy-files.ts';
import { type Gate, startGate } from '../../../server/test/support/gate.ts';
import { type GitServer, startGitServer } from '../../../server/test/support/git-server.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { readWholeLog } from '../support/log-lines.ts';
import { soon } from '../support/page-acts.ts';

// A deployment as it is watched: live, cut off, failing, canceled, gone back from. Whatever it writes is only text.

let platform: Platform;
let browser: Browser;
let git: GitServer;
let gate: Gate;
let projectId: string;

beforeAll(async () => {
  [platform, git, gate] = await Promise.all([startPlatform(), startGitServer(), startGate()]);
  browser = await launchChromium();
  projectId = (await platform.api.createProject('watched')).id;
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await Promise.all([git?.stop(), gate?.[Symbol.asyncDispose]()]);
});

const LINES = 300;
/** So many are written before the build waits for the test. */
const HELD_AT = 20;

/** A build that stops in its middle until the test has seen what there is to see. */
const heldBuild = () => ({
  ...nodeServer(`'slow'`),
  'build.js': `for (let n = 1; n <= ${LINES}; n += 1) {
  console.log('tick ' + n);
  if (n === ${HELD_AT}) await fetch('${gate.url}');
  await new Promise((resolve) => setTimeout(resolve, 2));
}`,
});

const ticks = Array.from({ length: LINES }, (_, index) => `tick ${index + 1}`);

async function createService(name: string, buildCommand: string | null = null): Promise<ServiceView> {
  return await platform.api.createService(projectId, { name, settings: { build: { buildCommand } } });
}

async function open(page: Page, deployment: DeploymentView, search = ''): Promise<Locator> {
  await page.goto(`/projects/${projectId}?service=${deployment.serviceId}&deployment=${deployment.id}${search}`);
  const drawer = page.getByRole('dialog');
  await drawer.getByRole('heading', { name: `Deployment #${deployment.number}` }).waitFor();
  return drawer;
}

const newest = async ({ id }: ServiceView): Promise<DeploymentView | undefined> =>
  (await platform.api.done<{ items: DeploymentView[] }>('GET', `/v1/services/${id}/deployments`)).items[0];

const logOf = (drawer: Locator): Locator => drawer.getByRole('log');

/** Waits until the newest line is in view of a build that waits. */
async function held(drawer: Locator): Promise<void> {
  await logOf(drawer).getByText(`tick ${HELD_AT}`, { exact: true }).waitFor();
}

/** What the build wrote, as it stands in the log from end to end. */
async function ticksIn(page: Page, drawer: Locator): Promise<string[]> {
  const lines = await readWholeLog(page, logOf(drawer));
  expect([...lines.keys()].toSorted((a, b) => a - b)).toEqual(Array.from(lines.keys(), (_, index) => index + 1));
  return [...lines].toSorted(([a], [b]) => a - b).flatMap(([, text]) => (text.startsWith('tick ') ? [text] : []));
}

test('a build is watched live; a reload in the middle of it goes on without a gap and without a line twice', async () => {
  const service = await createService('live', 'node build.js');
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const deployment = await startDeployment(platform.api, service.id, heldBuild());
  const drawer = await open(page, deployment);
  await held(drawer);
  await expect.poll(() => drawer.getByRole('list', { name: 'Steps' }).getByText('under way').count(), soon).toBe(1);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.reload();
  await held(drawer);
  gate.open();
  // Followed: the newest line stays in view.
  await logOf(drawer).getByText(`tick ${LINES}`, { exact: true }).waitFor();
  await drawer.getByText('Active', { exact: true }).first().waitFor();
  expect(await ticksIn(page, drawer)).toEqual(ticks);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('a stream that is cut goes on where it was; one that never comes through is replaced by questions', async () => {
  const service = await createService('cut', 'node build.js');
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const cut = await startDeployment(platform.api, service.id, heldBuild());
  const drawer = await open(page, cut);
  await held(drawer);
  await context.setOffline(true);
  await page.getByText('davit is away').waitFor();
  gate.open();
  await platform.api.settled(cut.id);
  await context.setOffline(false);
  await logOf(drawer).getByText(`tick ${LINES}`, { exact: true }).waitFor();
  await drawer.getByText('Active', { exact: true }).first().waitFor();
  expect(await ticksIn(page, drawer)).toEqual(ticks);

  // What some proxies do: they hold an answer back until it ends, or put a page of their own in its place.
  await page.route(/\/stream(\?|$)/, (route) => route.fulfill({ contentType: 'text/html', body: 'one moment' }));
  const blocked = await startDeployment(platform.api, service.id, heldBuild());
  await open(page, blocked);
  await held(drawer);
  gate.open();
  await logOf(drawer).getByText(`tick ${LINES}`, { exact: true }).waitFor();
  await drawer.getByText('Active', { exact: true }).first().waitFor();
  expect(await ticksIn(page, drawer)).toEqual(ticks);
});

test('a failing deployment says in one sentence why, and shows the line where it begins', async () => {
  const service = await createService('failing', 'node build.js');
  const files = {
    ...nodeServer(`'never'`),
    'build.js': `for (let n = 1; n <= 2000; n += 1) console.log('compiled part ' + n);
console.error('error: no such module: left-pad');
for (let n = 1; n <= 200; n += 1) console.log('at frame ' + n);
process.exit(3);`,
  };
  const failed = await deployFiles(platform.api, service.id, files);
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await open(page, failed);
  await drawer.getByRole('alert').getByText('This deployment failed').waitFor();
  // A second one, as of the service or of the step, would be an error of its own here.
  for (const said of [failed.reason, failed.hint]) await drawer.getByText(said ?? 'no', { exact: true }).waitFor();
  const error = logOf(drawer).getByText('error: no such module: left-pad', { exact: true });
  await error.waitFor();
  await logOf(drawer).evaluate((element) => element.scrollTo(0, 0));
  await error.waitFor({ state: 'detached' });
  await drawer.getByRole('button', { name: 'Jump to error' }).click();
  await error.waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await drawer.getByRole('list', { name: 'Steps' }).getByRole('button', { name: /build/ }).click();
  await drawer.getByRole('log', { name: 'Output of build' }).getByText('compiled part').first().waitFor();
  expect(new URL(page.url()).searchParams.get('step')).toBe('build');
  await page.goBack();
  await drawer.getByRole('log', { name: 'Output of the deployment' }).waitFor();
  expect(context.faults).toEqual([]);
});

test('a line has an address, all lines are searched, and the whole output is a file', async () => {
  const service = await createService('searched', 'node build.js');
  const files = {
    ...nodeServer(`'searched'`),
    'build.js': `for (let n = 1; n <= 3000; n += 1) console.log(n % 1000 === 0 ? 'The Needle ' + n : 'hay ' + n);`,
  };
  const deployment = await deployFiles(platform.api, service.id, files);
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await open(page, deployment);
  await drawer.getByLabel('Search the log').fill('needle');
  await drawer.getByRole('status').getByText('3', { exact: true }).waitFor();
  await drawer.getByRole('button', { name: 'Next match' }).click();
  await logOf(drawer).getByText('The Needle 1000').waitFor();
  await drawer.getByRole('button', { name: 'Previous match' }).click();
  await logOf(drawer).getByText('The Needle 3000').waitFor();
  await drawer.getByRole('status').getByText('3 / 3').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await drawer.getByLabel('Search the log').fill('nothing like this');
  await drawer.getByRole('status').getByText('No match').waitFor();

  const row = logOf(drawer).locator('[data-line]', { hasText: 'The Needle 3000' });
  await drawer.getByLabel('Search the log').fill('');
  await row.getByRole('link').click();
  const line = await row.getAttribute('data-line');
  await expect.poll(() => new URL(page.url()).searchParams.get('line'), soon).toBe(line);
  const other = await context.newPage();
  await other.goto(page.url());
  await other.getByRole('log').locator(`[data-line="${line}"]`, { hasText: 'The Needle 3000' }).waitFor();

  const download = page.waitForEvent('download');
  await drawer.getByRole('link', { name: 'Download the whole output' }).click();
  const file = await readFile(await (await download).path(), 'utf8');
  expect(file.match(/^hay /gm)).toHaveLength(2997);
  expect(context.faults).toEqual([]);
});

test('a deployment is canceled, and says so', async () => {
  const service = await createService('canceled', 'node build.js');
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await open(page, await startDeployment(platform.api, service.id, heldBuild()));
  await held(drawer);
  await drawer.getByRole('button', { name: 'Cancel', exact: true }).click();
  await drawer.getByRole('alert').getByText('This deployment was canceled').waitFor();
  await drawer.getByRole('button', { name: 'Cancel', exact: true }).waitFor({ state: 'detached' });
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('before a rollback and before a deployment it is said what would change', async () => {
  const first = await git.createRepository('shop', nodeServer(`'one'`), { message: 'Open the shop' });
  const service = await platform.api.createService(projectId, {
    name: 'rolling',
    source: { type: 'git', url: git.urlOf('shop') },
  });
  const one = await platform.api.settled((await platform.api.deploy(service.id)).id);
  const second = await git.commit('shop', nodeServer(`'two'`), { message: 'Close the shop' });
  await platform.api.done('POST', `/v1/services/${service.id}/env`, { name: 'GREETING', value: 'hello' });
  await platform.api.done('PATCH', `/v1/services/${service.id}`, { settings: { memoryMb: 300 } });
  const two = await platform.api.settled((await platform.api.deploy(service.id)).id);
  await platform.api.done('POST', `/v1/services/${service.id}/env`, { name: 'LATER', value: 'yes' });

  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const drawer = await open(page, two);
  await drawer.getByText('Not deployed yet: 1 changed variable.').click();
  await drawer.getByRole('list', { name: 'Changes' }).getByText('LATER').waitFor();
  await drawer.getByRole('button', { name: 'All deployments' }).click();
  await drawer.getByRole('button', { name: 'Roll back' }).click();
  const dialog = page.getByRole('dialog', { name: `Roll back to deployment #${one.number}?` });
  const changes = dialog.getByRole('list', { name: 'Changes' });
  await changes.getByText(second.slice(0, 8)).waitFor();
  await changes.getByText(first.slice(0, 8)).waitFor();
  await changes.getByText('GREETING').waitFor();
  await changes.getByText('memoryMb').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('button', { name: 'Roll back' }).click();
  // The last one is active until this one is.
  await expect.poll(async () => (await newest(service))?.number, soon).toBe(3);
  await platform.api.settled((await newest(service))?.id ?? '');

  // And forward again, to a commit that is not the newest one served.
  await drawer.getByText('#2').click();
  await drawer.getByRole('button', { name: 'Deploy again' }).click();
  await drawer.getByRole('heading', { name: 'Deployment #4' }).waitFor();
  await drawer.getByText('Active', { exact: true }).first().waitFor();
  await expect
    .poll(() => newest(service), soon)
    .toMatchObject({ number: 4, status: 'active', commit: { sha: second } });
  expect(context.faults).toEqual([]);
});

test('hostile commit messages, authors and log lines are text, and do nothing', async () => {
  const hostile = '<img src=x onerror="window.pwned=1"> javascript:window.pwned=1 \u202egnp.exe';
  await git.createRepository(
    'hostile',
    {
      ...nodeServer(`'safe'`),
      'build.js': `const E = String.fromCharCode(27);
console.log('<img src=x onerror="window.pwned=1">');
console.log('<a href="javascript:window.pwned=1">click</a>');
console.log('a ' + E + ']8;;javascript:window.pwned=1' + E + '\\\\link' + E + ']8;;' + E + '\\\\ here');
console.log('b ' + E + ']52;c;cHduZWQ=\\u0007clipboard');
console.log('c ' + E + ']0;pwned\\u0007title' + E + '[2J' + E + '[31mred' + E + '[0m');
console.log('d \\u202egnp.exe');`,
    },
    { message: hostile, author: `${hostile.replaceAll(/[<>]/g, '')} <mallory@example.org>` },
  );
  const service = await platform.api.createService(projectId, {
    name: 'hostile',
    source: { type: 'git', url: git.urlOf('hostile') },
    settings: { build: { buildCommand: 'node build.js' } },
  });
  const deployment = await platform.api.settled((await platform.api.deploy(service.id)).id);
  expect(deployment.status).toBe('active');
  await using context = await browserOf(browser, platform);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  const drawer = await open(page, deployment);
  await page.evaluate(`navigator.clipboard.writeText('mine')`);
  const lines = [...(await readWholeLog(page, logOf(drawer))).values()];
  expect(lines).toContain('<img src=x onerror="window.pwned=1">');
  expect(lines).toContain('<a href="javascript:window.pwned=1">click</a>');
  expect(lines).toContain('a link here');
  expect(lines).toContain('b clipboard');
  expect(lines).toContain('c titlered');
  expect(lines).toContain('d ⟨U+202E⟩gnp.exe');
  await drawer.getByText('⟨U+202E⟩gnp.exe').first().waitFor();
  await drawer.getByRole('button', { name: 'All deployments' }).click();
  await drawer.getByText('onerror').first().waitFor();
  const seen = await page.evaluate<{ title: string }>(`navigator.clipboard.readText().then((clipboard) => ({
    pwned: 'pwned' in globalThis,
    title: document.title,
    clipboard,
    images: document.querySelectorAll('img').length,
    links: [...document.querySelectorAll('a')].filter(({ protocol }) => !/^https?:$/.test(protocol)).length,
  }))`);
  expect(seen).toMatchObject({ pwned: false, clipboard: 'mine', images: 0, links: 0 });
  expect(seen.title).not.toContain('pwned');
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});
