import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../../../server/test/support/api-caller.ts';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { writeHourOfMetrics } from '../support/hour-of-metrics.ts';
import { lookFaults } from '../support/look.ts';
import { inviteMember } from '../support/members.ts';

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

beforeAll(async () => {
  platform = await startPlatform();
  ({ id: projectId } = await platform.api.createProject('shop'));
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
  await inviteMember(platform, 'grace@example.com', 'developer');
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
    ['failed', () => drawer('reports', 'deployments'), 'Failed'],
    ['members', () => '/organization/members', 'grace@example.com'],
    ['tokens', () => '/organization/tokens', 'token'],
    ['audit', () => '/organization/audit', 'service'],
    ['organization', () => '/organization/settings', 'Delete'],
    ['account', () => '/account', 'Sessions'],
    ['not-found', () => '/nowhere', 'Projects'],
    ['gallery', () => '/ui', 'Button'],
  ];

  test.for(views)('%s', async ([name, path, seen]) => {
    await page.goto(path());
    await page.getByText(seen).filter({ visible: true }).first().waitFor();
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

  test('the command palette', async () => {
    await page.goto(`/projects/${projectId}`);
    await page.getByText('mailer').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox').waitFor();
    expect(await lookFaults(page, 'palette')).toEqual([]);
  });
});
