import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { inviteMember } from '../support/members.ts';
import { soon } from '../support/page-acts.ts';
import { picture } from '../support/picture.ts';
import { signIn } from '../support/sign-in.ts';

interface StoredService {
  name: string;
  source: Record<string, unknown>;
  hasSourceCredential: boolean;
  settings: { memoryMb: number | null; replicas: number; build: Record<string, unknown>; logRetention: object };
}

let platform: Platform;
let browser: Browser;
let projectId: string;
let serviceId: string;

beforeAll(async () => {
  platform = await startPlatform();
  ({ id: projectId } = await platform.api.createProject('shop'));
  const service = await platform.api.createService(projectId, { name: 'web' });
  serviceId = service.id;
  const files = nodeServer('process.env.GREETING ?? "hello"');
  expect(await deployFiles(platform.api, serviceId, files)).toMatchObject({ status: 'active' });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

const stored = () => platform.api.done<StoredService>('GET', `/v1/services/${serviceId}`);

/** Signs in and opens the settings. @returns the drawer */
async function openSettings(page: Page, email?: string): Promise<Locator> {
  await page.goto(`/projects/${projectId}?service=${serviceId}&tab=settings`);
  await signIn(page, email);
  const drawer = page.getByRole('dialog');
  await drawer.getByLabel('Name').waitFor();
  return drawer;
}

const savedNotice = (page: Page) => page.getByText('The settings were saved').first().waitFor();

test('settings are grouped and explained, in light and dark, wide and narrow', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page);
  for (const title of ['General', 'Instances', 'Source', 'Build', 'Resources', 'Health and restarts', 'Logs'])
    await drawer.getByRole('heading', { name: title, exact: true }).waitFor();
  await drawer
    .getByRole('region', { name: 'What davit detected' })
    .getByText(/nothing to install/)
    .first()
    .waitFor();
  await drawer.getByLabel('Memory').fill('128');
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: width === 390 ? 4200 : 3200 });
      await picture(page, `settings-${scheme}-${width}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 360, height: 700 });
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360);
  expect(context.faults).toEqual([]);
});

test('what is changed is said, saved alone, and deployed with one click', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page);
  await drawer.getByLabel('Memory').fill('256');
  await drawer.getByLabel('Start command').fill('GREETING=changed node server.js');
  const bar = drawer.getByRole('region', { name: 'Unsaved changes' });
  await bar.getByText('2 changes').waitFor();
  await bar.getByText('Start command, Memory. Applies with the next deployment.').waitFor();
  // Somebody else changes another setting meanwhile: it stays.
  await platform.api.done('PATCH', `/v1/services/${serviceId}`, { settings: { logRetention: { maxDays: 3 } } });
  await bar.getByRole('button', { name: 'Save and deploy' }).click();
  await drawer.getByRole('tab', { name: 'Deployments', selected: true }).waitFor();
  await drawer.getByText('#2').waitFor();
  expect((await stored()).settings).toMatchObject({
    memoryMb: 256,
    build: { startCommand: 'GREETING=changed node server.js' },
    logRetention: { maxDays: 3, maxMegabytes: 256 },
  });
  const { items } = await platform.api.done<{ items: { id: string }[] }>(
    'GET',
    `/v1/services/${serviceId}/deployments`,
  );
  expect(await platform.api.settled(items[0]?.id ?? '')).toMatchObject({ status: 'active', number: 2 });
  await drawer.getByRole('tab', { name: 'Settings' }).click();
  await expect.poll(() => drawer.getByLabel('Memory').inputValue(), soon).toBe('256');
  await expect.poll(() => drawer.getByLabel('Age of kept logs').inputValue(), soon).toBe('3');
  await drawer.getByLabel('Memory').fill('');
  expect(await drawer.getByLabel('Memory').getAttribute('placeholder')).toMatch(/^\d+ by default$/);
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await savedNotice(page);
  // The notice may still be the one of before.
  await expect.poll(async () => (await stored()).settings.memoryMb, soon).toBeNull();
  expect(context.faults).toEqual([]);
});

test('a wrong value is told beside its field, and what the server alone can judge too', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page);
  const faultOf = async (label: string): Promise<string> => {
    const field = drawer.getByLabel(label);
    await expect.poll(() => field.getAttribute('aria-invalid'), soon).toBe('true');
    const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
    return await drawer.locator(`[id="${ids.at(-1)}"]`).innerText();
  };
  await drawer.getByLabel('Memory').fill('3');
  await drawer.getByLabel('Health check path').fill('health');
  await drawer.getByLabel('Drain time').fill('soon');
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  expect(await faultOf('Memory')).toBe('Not less than 16.');
  expect(await faultOf('Health check path')).toBe('Begins with / and has no spaces.');
  expect(await faultOf('Drain time')).toBe('Not a number that can be taken.');
  expect(await accessibilityFaults(page)).toEqual([]);
  await drawer.getByRole('button', { name: 'Discard' }).click();
  await expect.poll(() => drawer.getByLabel('Memory').inputValue(), soon).toBe('');

  await drawer.getByLabel('Port').fill('8080');
  await drawer.getByLabel('Root folder').fill('../elsewhere');
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  expect(await faultOf('Root folder')).toMatch(/must not contain "\.\."/i);
  await drawer.getByLabel('Root folder').fill('');
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  expect(await faultOf('Port')).toMatch(/cannot be fixed with this runtime/i);
  expect(await drawer.getByLabel('Port').inputValue()).toBe('8080');
});

test('a renamed service is called so at once, and a taken name is refused and taken back', async () => {
  await platform.api.createService(projectId, { name: 'taken' });
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page);
  await drawer.getByLabel('Name').fill('taken');
  await drawer.getByText('Name. Applies at once.').waitFor();
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await drawer.getByText('The environment has a service with this name already.').waitFor();
  expect((await stored()).name).toBe('web');
  await drawer.getByLabel('Name').fill('shop-web');
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('dialog', { name: 'shop-web' }).waitFor();
  await expect.poll(async () => (await stored()).name, soon).toBe('shop-web');
  expect(context.faults).toEqual([]);
});

test('a source is another repository with a branch and a token, which is never shown again', async () => {
  const { id } = await platform.api.createService(projectId, { name: 'private' });
  const read = () => platform.api.done<StoredService>('GET', `/v1/services/${id}`);
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto(`/projects/${projectId}?service=${id}&tab=settings`);
  await signIn(page);
  const drawer = page.getByRole('dialog');
  const choose = async (field: string, option: string | RegExp): Promise<void> => {
    await drawer.getByRole('combobox', { name: field }).click();
    await page.getByRole('option', { name: option }).click();
  };
  await choose('Comes from', 'A Git repository');
  await drawer.getByRole('textbox', { name: 'Repository' }).fill('https://git.example.com/a/b.git');
  await choose('Deploy', 'A branch');
  await drawer.getByRole('textbox', { name: 'Branch' }).fill('next');
  await choose('Access to the repository', /A token/);
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await drawer.getByText('Needed.').waitFor();
  await drawer.getByRole('textbox', { name: 'Token' }).fill('s3cret-token');
  await drawer.getByRole('checkbox', { name: 'Only /tmp may be written' }).check();
  expect(await accessibilityFaults(page)).toEqual([]);
  await picture(page, 'settings-source');
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await savedNotice(page);
  expect(await read()).toMatchObject({
    source: { type: 'git', url: 'https://git.example.com/a/b.git', reference: { branch: 'next' } },
    settings: { readOnlyRoot: true },
    hasSourceCredential: true,
  });
  await page.reload();
  await drawer.getByRole('combobox', { name: 'Access to the repository' }).getByText('What davit has stored').waitFor();
  expect(await page.content()).not.toContain('s3cret-token');
  await choose('Access to the repository', 'Forget what is stored');
  await drawer.getByRole('button', { name: 'Save', exact: true }).click();
  await savedNotice(page);
  await expect.poll(async () => (await read()).hasSourceCredential, soon).toBe(false);
  expect(context.faults).toEqual([]);
});

test('a service is scaled up and down at once, which its node shows', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page);
  const count = drawer.getByRole('spinbutton', { name: 'Instances' });
  const node = page.locator('.react-flow__node').filter({ hasText: 'shop-web' });
  const instances = async () => (await platform.api.instances(serviceId)).length;
  await drawer.getByRole('button', { name: 'More', exact: true }).last().click();
  await drawer.getByRole('button', { name: 'More', exact: true }).last().click();
  await expect.poll(() => count.inputValue(), soon).toBe('3');
  await expect.poll(instances, soon).toBe(3);
  await node.getByText('3 of 3').waitFor();
  await count.fill('1');
  await count.press('Enter');
  await expect.poll(instances, soon).toBe(1);
  await node.getByText('1 of 1').waitFor();
  expect((await stored()).settings.replicas).toBe(1);
  expect(await count.inputValue()).toBe('1');
  expect(context.faults).toEqual([]);
});

test('a viewer sees the settings and changes nothing', async () => {
  await inviteMember(platform, 'viewer@example.com', 'viewer');
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page, 'viewer@example.com');
  await drawer.getByText('The role developer may change them.').waitFor();
  expect(await drawer.getByLabel('Name').isDisabled()).toBe(true);
  expect(await drawer.getByRole('combobox', { name: 'Restart' }).isDisabled()).toBe(true);
  expect(await drawer.getByRole('heading', { name: 'Danger zone' }).count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a developer stops and starts the service, and does not delete it', async () => {
  await inviteMember(platform, 'developer@example.com', 'developer');
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page, 'developer@example.com');
  await drawer.getByText('Needs the role admin').waitFor();
  expect(await drawer.getByRole('button', { name: 'Delete…' }).isDisabled()).toBe(true);
  await drawer.getByRole('button', { name: 'Stop' }).click();
  await drawer.getByText('Stopped').first().waitFor();
  await drawer.getByRole('button', { name: 'Start' }).click();
  await drawer.getByText('Running').first().waitFor();
});

test('what is not saved is not lost by a click, by Back or by closing the page, unless one says so', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page);
  const question = page.getByRole('dialog', { name: 'Leave without saving?' });
  await drawer.getByLabel('Memory').fill('300');
  await drawer.getByRole('tab', { name: 'Variables' }).click();
  await question.getByText('What you changed in the settings is not saved').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await question.getByRole('button', { name: 'Stay' }).click();
  await question.waitFor({ state: 'detached' });
  expect(await drawer.getByLabel('Memory').inputValue()).toBe('300');
  const asked = page.waitForEvent('dialog');
  await page.evaluate('setTimeout(() => location.reload())');
  const browsersOwn = await asked;
  expect(browsersOwn.type()).toBe('beforeunload');
  await browsersOwn.dismiss();
  expect(await drawer.getByLabel('Memory').inputValue()).toBe('300');
  await page.keyboard.press('Escape');
  await question.getByRole('button', { name: 'Leave without saving' }).click();
  await drawer.waitFor({ state: 'detached' });

  await page.goto(`/projects/${projectId}?service=${serviceId}&tab=variables`);
  const form = drawer.getByRole('form', { name: 'New variable' });
  await form.getByLabel('Name').fill('HALF_TYPED');
  await drawer.getByRole('tab', { name: 'Logs' }).click();
  await question.getByText('The new variable is not saved').waitFor();
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
  expect(await form.getByLabel('Name').inputValue()).toBe('HALF_TYPED');
  await form.getByLabel('Name').fill('');
  // With nothing to lose nothing is asked.
  await drawer.getByRole('tab', { name: 'Logs' }).click();
  await drawer.getByRole('tab', { name: 'Logs', selected: true }).waitFor();
  expect(await question.count()).toBe(0);
  expect(context.faults).toEqual([]);
});

test('a service is deleted once its name is typed, and what is lost is said before', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openSettings(page);
  await drawer.getByRole('button', { name: 'Delete…' }).click();
  const dialog = page.getByRole('dialog', { name: /Delete shop-web/ });
  await dialog.getByText('Its variables and their history').waitFor();
  expect(await dialog.getByRole('button', { name: 'Delete service' }).isDisabled()).toBe(true);
  expect(await accessibilityFaults(page)).toEqual([]);
  await dialog.getByRole('textbox').fill('shop-web');
  await dialog.getByRole('button', { name: 'Delete service' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.locator('.react-flow__node').filter({ hasText: 'shop-web' }).waitFor({ state: 'detached' });
  await expect.poll(async () => (await platform.api.call('GET', `/v1/services/${serviceId}`)).status, soon).toBe(404);
  expect(context.faults).toEqual([]);
});
