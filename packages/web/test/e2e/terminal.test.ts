import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { freePort } from '../../../server/test/support/free-port.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { inviteMember } from '../support/members.ts';
import { focused, soon } from '../support/page-acts.ts';
import { picture } from '../support/picture.ts';
import { signIn } from '../support/sign-in.ts';

let platform: Platform;
let browser: Browser;
let address: string;
let serviceId: string;

beforeAll(async () => {
  // A server that comes back does so at its address: the page that waits for it knows no other.
  platform = await startPlatform({ environment: { PORT: String(await freePort()) } });
  const project = await platform.api.createProject('shop');
  const service = await platform.api.createService(project.id, { name: 'web' });
  serviceId = service.id;
  expect(await deployFiles(platform.api, serviceId, nodeServer(`'hello'`))).toMatchObject({ status: 'active' });
  address = `/projects/${project.id}?service=${serviceId}&tab=terminal`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

const screenOf = (page: Page) => page.locator('.xterm-rows');

const keysOf = (page: Page) => page.locator('.xterm-helper-textarea');

/** Connects, and waits until what is typed goes to the shell. */
async function connect(page: Page, button = 'Connect'): Promise<void> {
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('button', { name: 'Disconnect' }).waitFor();
  await focused(keysOf(page));
}

/** Signs in, opens the terminal's view and connects. */
async function sitDown(page: Page, email?: string): Promise<void> {
  await page.goto(address);
  await signIn(page, email);
  await connect(page);
}

const readClipboard = (page: Page) => page.evaluate<string>('navigator.clipboard.readText()');
const writeClipboard = (page: Page, text: string) =>
  page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);

/** Clicks where a text stands: its end, as a layer of the terminal lies over the rows and takes the clicks. */
async function clickOnText(page: Page, text: string, clickCount: number): Promise<void> {
  const box = await screenOf(page).getByText(text).last().boundingBox();
  if (box === null) throw new Error(`${text} is not on the screen`);
  await page.mouse.click(box.x + box.width - 12, box.y + box.height / 2, { clickCount });
}

/** Types a line, and waits until `shown` is on the screen. */
async function run(page: Page, line: string, shown: string | RegExp): Promise<void> {
  await page.keyboard.type(`${line}\n`);
  await screenOf(page).getByText(shown).first().waitFor();
}

test('a developer types into a shell of a running instance, in light and dark, wide and narrow', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto(address);
  await signIn(page);
  await page.getByText('A shell in the instance').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await connect(page);
  await run(page, 'echo "<$((6 * 7))>"', '<42>');
  await run(page, 'ls', 'server.js');
  await run(page, "printf '\\033[31mred\\033[0m \\033[1;34mblue\\033[0m\\n'", 'red blue');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await picture(page, `terminal-${scheme}-${width}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 360, height: 700 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  // Rows that do not fit show what is current in them.
  const rightEdge = async (part: Locator) => {
    const { x = Infinity, width = 0 } = (await part.boundingBox()) ?? {};
    return x + width;
  };
  await expect.poll(() => rightEdge(page.getByRole('tab', { name: 'Terminal' }))).toBeLessThanOrEqual(360);
  await page.goto('/organization/settings');
  const link = page.getByRole('navigation').getByRole('link', { name: 'Settings' });
  await expect.poll(() => rightEdge(link)).toBeLessThanOrEqual(360);
  expect(context.faults).toEqual([]);
});

test('the shell has the size of what is seen of it', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await sitDown(page);
  const columns = async (mark: string): Promise<number> => {
    await run(page, `echo "${mark}:$(stty size | cut -d' ' -f2):"`, new RegExp(`${mark}:\\d+:`));
    return Number(new RegExp(`${mark}:(\\d+):`).exec(await screenOf(page).innerText())?.[1]);
  };
  const wide = await columns('wide');
  expect(wide).toBeGreaterThan(60);
  await page.setViewportSize({ width: 500, height: 900 });
  let attempt = 0;
  await expect.poll(() => columns(`n${attempt++}`), soon).toBeLessThan(wide);
  expect(context.faults).toEqual([]);
});

test('a shell that ends says how, stays readable, and is opened again', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await sitDown(page);
  await run(page, 'echo fi""rst', 'first');
  await page.keyboard.type('exit 5\n');
  await page.getByRole('status').getByText('The shell has ended. Its exit code is 5.').waitFor();
  expect(await screenOf(page).innerText()).toContain('first');
  expect(await accessibilityFaults(page)).toEqual([]);
  await connect(page, 'Connect again');
  await run(page, 'echo sec""ond', 'second');
  expect(await screenOf(page).innerText()).not.toContain('first');
  expect(context.faults).toEqual([]);
});

test('what a program prints opens no link, writes no clipboard and names no page', async () => {
  await using context = await openContext(browser, platform.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await sitDown(page);
  await writeClipboard(page, 'mine');
  const before = await page.title();
  await run(
    page,
    "printf '\\033]8;;javascript:alert(1)\\007a li''nk\\033]8;;\\007 \\033]0;evil\\007\\033]52;c;ZXZpbA==\\007do''ne\\n'",
    'a link done',
  );
  await run(page, "printf '<img src=x onerror=alert(1)>en''d\\n'", '<img src=x onerror=alert(1)>end');
  expect(await page.locator('.xterm a, .xterm img').count()).toBe(0);
  await clickOnText(page, 'a link done', 1);
  expect(await page.title()).toBe(before);
  expect(await readClipboard(page)).toBe('mine');
  expect(context.pages()).toHaveLength(1);
  expect(context.faults).toEqual([]);
});

test('Tab and Esc belong to the shell, and a key of its own leaves it', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await sitDown(page);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Tab');
  expect(await keysOf(page).evaluate((area) => area.matches(':focus'))).toBe(true);
  await page.getByRole('dialog', { name: 'web' }).waitFor();
  await page.keyboard.press('Control+F6');
  await focused(page.getByRole('button', { name: 'Disconnect' }));
  await page.getByRole('checkbox', { name: 'Screen reader' }).check();
  await keysOf(page).focus();
  await run(page, '\u0003echo spo""ken', 'spoken');
  await page.locator('.xterm-accessibility').getByText('spoken').first().waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('what is marked is copied, and what is pasted is typed', async () => {
  await using context = await openContext(browser, platform.url, {
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  await sitDown(page);
  await writeClipboard(page, 'echo pas""ted');
  await page.keyboard.press('Control+Shift+V');
  // The clipboard is read in its own time: Enter must not come before it.
  await screenOf(page).getByText('echo pas""ted').first().waitFor();
  await page.keyboard.press('Enter');
  await screenOf(page).getByText('pasted', { exact: true }).waitFor();
  await page.keyboard.type('copyable');
  await screenOf(page).getByText('copyable').waitFor();
  await clickOnText(page, 'copyable', 2);
  await page.getByRole('button', { name: 'Copy selection' }).click();
  await expect.poll(() => readClipboard(page), soon).toBe('copyable');
  await page.keyboard.press('Control+Shift+C');
  expect(context.faults).toEqual([]);
});

test('a viewer has no terminal, and is shown the deployments instead', async () => {
  await inviteMember(platform, 'viewer@example.com', 'viewer');
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto(address);
  await signIn(page, 'viewer@example.com');
  await page.getByRole('tab', { name: 'Deployments', selected: true }).waitFor();
  expect(await page.getByRole('tab', { name: 'Terminal' }).count()).toBe(0);
});

test('who may no longer change anything is put out of the shell, and told why', async () => {
  const member = await inviteMember(platform, 'developer@example.com', 'developer');
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await sitDown(page, member.email);
  await run(page, 'echo he""re', 'here');
  await platform.api.done('PATCH', `/v1/organizations/${member.organizationId}/members/${member.userId}`, {
    role: 'viewer',
  });
  await page.getByText('The terminal was closed').first().waitFor();
  await page.getByText('Your role no longer allows this.').first().waitFor();
  await page.getByRole('tab', { name: 'Terminal' }).waitFor({ state: 'detached' });
});

test('when davit goes away the shell is over, and is opened again when davit is back', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await sitDown(page);
  await run(page, 'echo he""re', 'here');
  await platform.kill();
  await page.getByText('The connection to davit was lost, which ends the shell.').first().waitFor();
  expect(await page.getByRole('button', { name: 'Connect again' }).isDisabled()).toBe(true);
  await platform.start();
  await page.getByText('davit is away').waitFor({ state: 'detached' });
  await connect(page, 'Connect again');
  await run(page, 'echo ba""ck', 'back');
});

test('an instance that is stopped takes its shell with it, and says so', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await sitDown(page);
  await run(page, 'echo he""re', 'here');
  await platform.api.done('POST', `/v1/services/${serviceId}/stop`);
  await page
    .getByRole('status')
    .getByText(/The instance is being stopped|its instance has ended/)
    .waitFor();
  expect(await screenOf(page).innerText()).toContain('here');
  await page.reload();
  await page.getByText('No instance runs').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});
