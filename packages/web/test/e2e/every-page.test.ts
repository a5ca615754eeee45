import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../../../server/test/support/api-caller.ts';
import { credentialSamples } from '../../../server/test/support/credential-samples.ts';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { writeHourOfMetrics } from '../support/hour-of-metrics.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';
import { soon } from '../support/page-acts.ts';

// Every page and view of a small shop, in light and dark, wide and narrow: nothing that keeps somebody from using it, and
// the pictures of the documentation (DAVIT_SCREENSHOTS names their folder).

const api = nodeServer(
  `JSON.stringify({ items: ['tea', 'coffee'], version: 2 })`,
  `setInterval(() => console.log('\\u001b[32mGET\\u001b[0m /items 200 in 3 ms'), 2000);`,
);
const shop = nodeServer(`'<h1>The shop</h1>'`);
const worker = {
  ...nodeServer(`''`),
  'server.js': `setInterval(() => console.log('3 orders sent'), 3000);`,
};
const broken = nodeServer(
  `''`,
  `console.error('\\u001b[31mError: connect ECONNREFUSED 127.0.0.1:5432\\u001b[0m'); process.exit(1);`,
);

let platform: Platform;
let browser: Browser;
let context: BrowserContext & { readonly faults: string[] };
let page: Page;
let projectId: string;
let credentialId: string;
let environmentId: string;
let resourceId: string;
const services: Record<string, ServiceView> = {};

async function addService(name: string, files: Record<string, string>, fields: object = {}): Promise<void> {
  const service = await platform.api.createService(projectId, { name, ...fields });
  services[name] = service;
  await deployFiles(platform.api, service.id, files);
}

async function setVariables(name: string, variables: Record<string, string>): Promise<void> {
  for (const [key, value] of Object.entries(variables)) {
    await platform.api.done('POST', `/v1/services/${services[name]?.id}/env`, { name: key, value });
  }
}

async function applyManifest(name: string): Promise<string[]> {
  const manifest = `apiVersion: v1\nkind: AwsS3Bucket\nmetadata:\n  name: ${name}\nspec:\n  region: eu-central-1\n`;
  const applied = await platform.api.done<{ waves: string[][] }>('POST', '/v1/cloud-resources', {
    manifest,
    environmentId,
  });
  return applied.waves.flat();
}

beforeAll(async () => {
  platform = await startPlatform();
  const project = await platform.api.done<{ id: string; environments: { id: string }[] }>('POST', '/v1/projects', {
    name: 'shop',
  });
  projectId = project.id;
  environmentId = project.environments[0]?.id ?? '';
  await platform.api.createProject('blog');
  await addService('api', api, { settings: { memoryMb: 256, replicas: 2 } });
  await addService('web', shop);
  await addService('mailer', worker, { kind: 'worker' });
  await addService('reports', broken, { settings: { healthCheck: { path: '/', timeoutSeconds: 5 } } });
  await setVariables('web', {
    API_URL: '${{api.DAVIT_PUBLIC_URL}}',
    SESSION_SECRET: 'not a secret',
    LOG_LEVEL: 'info',
  });
  await setVariables('mailer', { API_URL: '${{api.DAVIT_PUBLIC_URL}}' });
  await writeHourOfMetrics(platform.database.pool, services['api']?.id ?? '');
  const [bucket] = await applyManifest('invoices');
  resourceId = bucket ?? '';
  await setVariables('api', { BUCKET: '${{resources.invoices.bucketName}}' });
  await inviteMember(platform, 'grace@example.com', 'developer', 'Grace');
  ({ id: credentialId } = await platform.api.done<{ id: string }>('POST', '/v1/credentials', {
    name: 'prod-aws',
    provider: 'aws',
    data: credentialSamples.aws,
    labels: { tier: 'prod' },
  }));
  for (const [name, scope] of [
    ['deployments from CI', 'deploy'],
    ['status page', 'read'],
  ] as const) {
    await platform.api.done('POST', '/v1/api-tokens', { name, scope });
  }
  browser = await launchChromium();
  context = await browserOf(browser, platform);
  page = await context.newPage();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

const drawer = (name: string, tab: string, more = '') =>
  `/projects/${projectId}?service=${services[name]?.id}&tab=${tab}${more}`;

const resourceDrawer = (tab: string) => `/projects/${projectId}?resource=${resourceId}&tab=${tab}`;

describe('somebody who is signed in sees', () => {
  const views: [name: string, path: () => string, seen: string][] = [
    ['projects', () => '/', 'shop'],
    ['canvas', () => `/projects/${projectId}`, 'reports'],
    ['deployments', () => drawer('api', 'deployments'), '#1'],
    ['logs', () => drawer('api', 'logs'), '/items 200'],
    ['variables', () => drawer('web', 'variables'), 'SESSION_SECRET'],
    ['metrics', () => drawer('api', 'metrics'), 'Latency'],
    ['settings', () => drawer('api', 'settings'), 'Instances'],
    ['terminal', () => drawer('api', 'terminal'), 'Terminal'],
    ['failed', () => drawer('reports', 'deployments'), '#1'],
    ['resource-manifest', () => `/projects/${projectId}?resource=${resourceId}`, 'eu-central-1'],
    ['resource-no-updates', () => resourceDrawer('updates'), 'Nothing was done with it yet'],
    ['resource-outputs', () => resourceDrawer('outputs'), '${{resources.invoices'],
    ['resource-no-state', () => resourceDrawer('state'), 'No state yet'],
    ['resource-settings', () => resourceDrawer('settings'), 'Danger zone'],
    ['resources', () => '/organization/resources', 'invoices'],
    ['modules', () => '/organization/modules', 'No modules of your own'],
    ['members', () => '/organization/members', 'grace@example.com'],
    ['tokens', () => '/organization/tokens', 'deployments from CI'],
    ['audit', () => '/organization/audit', 'service'],
    ['credentials', () => '/organization/credentials', 'prod-aws'],
    ['credential', () => `/organization/credentials/${credentialId}`, 'shown to nobody'],
    ['stack-updates-empty', () => '/organization/stack-updates', 'No stack updates yet'],
    ['organization', () => '/organization/settings', 'Delete'],
    ['platform', () => '/organization/platform', 'Schema of the database'],
    ['account', () => '/account', 'Sessions'],
    ['not-found', () => '/nowhere', 'Projects'],
    ['gallery', () => '/ui', 'Button'],
  ];

  test.for(views)('%s', async ([name, path, seen]) => {
    await page.goto(path());
    // What is in a drawer may stand on the canvas beside it too.
    const place = page.url().includes('tab=') ? page.getByRole('dialog') : page;
    await place.getByText(seen).filter({ visible: true }).first().waitFor();
    expect(await lookFaults(page, name)).toEqual([]);
    expect(context.faults).toEqual([]);
  });

  test('a deployment that failed, and why', async () => {
    await page.goto(drawer('reports', 'deployments'));
    await page.getByRole('dialog').getByText('#1').first().click();
    await page.getByRole('alert').filter({ hasText: 'failed' }).first().waitFor();
    await page.getByText('ECONNREFUSED').first().waitFor();
    expect(await lookFaults(page, 'failed-deployment')).toEqual([]);
  });

  test('a stack update, on its own page, in the drawer of its resource and in the list of all', async () => {
    const { id } = await platform.api.done<{ id: string }>('POST', `/v1/cloud-resources/${resourceId}/preview`, {});
    await platform.api.done('POST', `/v1/stack-updates/${id}/cancel`, {});
    for (const [name, path] of [
      ['stack-update', `/stack-updates/${id}`],
      ['resource-update', `${resourceDrawer('updates')}&update=${id}`],
    ] as const) {
      await page.goto(path);
      await page.getByRole('alert').getByText('This preview was canceled').waitFor();
      expect(await lookFaults(page, name)).toEqual([]);
    }
    await page.goto('/organization/stack-updates');
    await page.getByRole('table').getByText('invoices').waitFor();
    expect(await lookFaults(page, 'stack-updates')).toEqual([]);
    expect(context.faults).toEqual([]);
  });

  test('the command palette', async () => {
    await page.goto(`/projects/${projectId}`);
    await page.getByText('mailer').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    expect(await lookFaults(page, 'palette')).toEqual([]);
  });
});

describe('somebody who is signed in', () => {
  const styleOf = (name: string): Promise<string> =>
    page.locator('body').evaluate((body, property) => getComputedStyle(body).getPropertyValue(property), name);

  test('finds the way on a canvas: by its map, by zooming, and back to the whole', async () => {
    await page.goto(`/projects/${projectId}`);
    await page.getByText('mailer').first().waitFor();
    const view = () => page.locator('.react-flow__viewport').evaluate((element) => element.style.transform);
    const map = await page.getByRole('img', { name: 'Overview of the canvas' }).boundingBox();
    if (map === null) throw new Error('The map is not in view.');
    const whole = await view();
    await page.mouse.move(map.x + map.width / 2, map.y + map.height / 2);
    await page.mouse.down();
    await page.mouse.move(map.x + map.width / 2 + 30, map.y + map.height / 2, { steps: 3 });
    await page.mouse.up();
    await expect.poll(view, soon).not.toBe(whole);
    const scale = async () => Number(/scale\(([\d.]+)\)/.exec(await view())?.[1]);
    const before = await scale();
    await page.getByRole('button', { name: 'Zoom In' }).click();
    await expect.poll(scale, soon).toBeGreaterThan(before);
    const closer = await scale();
    await page.getByRole('button', { name: 'Fit View' }).click();
    await expect.poll(scale, soon).toBeLessThan(closer);
  });

  test('reads when exactly, where a time says how long ago', async () => {
    const exact = String(new Date().getFullYear());
    await page.goto(`/projects/${projectId}`);
    const onNode = page.locator('.react-flow__node time').first();
    expect(await onNode.getAttribute('title')).toContain(exact);
    await page.goto('/organization/members');
    await page.getByRole('table').locator('time').first().hover();
    await page.getByRole('tooltip').getByText(exact).first().waitFor();
  });

  test('chooses light or dark for good, or follows the system', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.goto('/');
    await page.getByRole('button', { name: 'Account' }).click();
    const light = await styleOf('background-color');
    await page.getByRole('menuitemradio', { name: 'Dark' }).click();
    await expect.poll(() => styleOf('background-color'), soon).not.toBe(light);
    const dark = await styleOf('background-color');
    await page.reload();
    await page.getByText('shop').first().waitFor();
    expect(await styleOf('background-color')).toBe(dark);
    await page.getByRole('button', { name: 'Account' }).click();
    await page.getByRole('menuitemradio', { name: 'As the system' }).click();
    await expect.poll(() => styleOf('background-color'), soon).toBe(light);
    await page.emulateMedia({ colorScheme: 'dark' });
    await expect.poll(() => styleOf('background-color'), soon).toBe(dark);
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('has the long lines of a log wrapped, and back on one line each', async () => {
    await page.setViewportSize({ width: 700, height: 900 });
    await page.goto(drawer('reports', 'deployments'));
    await page.getByRole('dialog').getByText('#1').first().click();
    const log = page.getByRole('log');
    await log.getByText('ECONNREFUSED').first().waitFor();
    const isCut = () => log.evaluate((element) => element.scrollWidth > element.clientWidth);
    await expect.poll(isCut, soon).toBe(true);
    const wrap = page.getByRole('button', { name: 'Wrap lines' });
    await wrap.click();
    await expect.poll(isCut, soon).toBe(false);
    await wrap.click();
    await expect.poll(isCut, soon).toBe(true);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('restarts a service with new instances', async () => {
    const instances = async (): Promise<string[]> => {
      const path = `/v1/services/${services['web']?.id}/instances`;
      return (await platform.api.done<{ items: { id: string }[] }>('GET', path)).items.map(({ id }) => id);
    };
    const before = await instances();
    await page.goto(drawer('web', 'deployments'));
    await page.getByRole('dialog').getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Restart' }).click();
    const others = async () => (await instances()).filter((id) => !before.includes(id)).length;
    await expect.poll(others, soon).toBe(before.length);
  });

  test('takes a ready example from the menu New, and opens what it answers', async () => {
    await page.goto(`/projects/${projectId}`);
    await page.getByRole('button', { name: 'New', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Service…' }).click();
    const dialog = page.getByRole('dialog', { name: 'New service' });
    await dialog.getByRole('tab', { name: 'Example' }).click();
    await dialog.getByText('Single-page application').waitFor();
    expect(await lookFaults(page, 'new-service-example')).toEqual([]);
    await dialog.getByRole('button', { name: 'Deploy Hello from Node' }).click();
    await dialog.waitFor({ state: 'detached' });
    const opened = page.getByRole('dialog', { name: 'hello-node' });
    await opened.getByText('Active', { exact: true }).first().waitFor();
    const address = await opened
      .getByRole('link', { name: /^http:/ })
      .first()
      .getAttribute('href');
    expect(await visit(address ?? '')).toMatchObject({ status: 200 });
    expect(context.faults).toEqual([]);
  });
});
