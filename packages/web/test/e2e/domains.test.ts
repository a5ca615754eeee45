import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type DnsServer, startDnsServer } from '../../../server/test/support/dns-server.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { inviteMember } from '../support/members.ts';
import { picture } from '../support/picture.ts';
import { signIn } from '../support/sign-in.ts';

let dns: DnsServer;
let platform: Platform;
let browser: Browser;
let path: string;

beforeAll(async () => {
  dns = await startDnsServer();
  platform = await startPlatform({ environment: { DNS_RESOLVER: dns.address, BASE_DOMAIN: 'apps.test' } });
  const project = await platform.api.createProject('shop');
  const service = await platform.api.createService(project.id, { name: 'web' });
  expect(await deployFiles(platform.api, service.id, nodeServer(`'the shop'`))).toMatchObject({ status: 'active' });
  path = `/projects/${project.id}?service=${service.id}&tab=domains`;
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await dns?.[Symbol.asyncDispose]();
});

test('a domain is added, shows the record to make, is served once it is made, sent on, and removed', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto(path);
  await signIn(page);
  const drawer = page.getByRole('dialog');
  const form = drawer.getByRole('form', { name: 'New domain' });
  await form.getByLabel('Domain').fill('10.0.0.1');
  await form.getByRole('button', { name: 'Add domain' }).click();
  await form.getByText('is an IP address').first().waitFor();

  await form.getByLabel('Domain').fill('www.shop.test');
  await form.getByRole('button', { name: 'Add domain' }).click();
  const card = drawer.getByRole('region', { name: 'www.shop.test', exact: true });
  await card.getByText('Waiting for DNS').waitFor();
  const record = card.getByRole('region', { name: 'DNS records to make' }).getByRole('listitem');
  expect(await record.innerText()).toMatch(/CNAME\s+www\.shop\.test\s+→\s+web\.apps\.test/);
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 1400 });
      await picture(page, `domains-${scheme}-${width}`);
      expect(await accessibilityFaults(page)).toEqual([]);
    }
  }
  await page.setViewportSize({ width: 1440, height: 1000 });

  await dns.setCname('www.shop.test', 'web.apps.test');
  await card.getByRole('button', { name: 'Check now' }).click();
  // Without a reload: the events of the project say it.
  await card.getByText('Active', { exact: true }).waitFor();
  await card.getByText('PROXY=caddy').waitFor();
  await waitUntil(
    'it is served',
    async () => (await visit(`http://www.shop.test:${platform.proxyPort}`)).body === 'the shop',
  );

  await form.getByLabel('Domain').fill('other.shop.test');
  await form.getByRole('combobox', { name: 'What it does' }).click();
  await page.getByRole('option', { name: 'Leads on to www.shop.test' }).click();
  await form.getByRole('button', { name: 'Add domain' }).click();
  const other = drawer.getByRole('region', { name: 'other.shop.test', exact: true });
  await other.getByText('Leads on to www.shop.test').waitFor();

  await card.getByRole('button', { name: 'Remove www.shop.test' }).click();
  const question = page.getByRole('dialog', { name: 'Remove www.shop.test?' });
  await question.getByRole('textbox').fill('www.shop.test');
  await question.getByRole('button', { name: 'Remove domain' }).click();
  await card.waitFor({ state: 'detached' });
  const isGone = async () => (await visit(`http://www.shop.test:${platform.proxyPort}`)).status === 404;
  await waitUntil('it is no longer served', isGone);
  expect(context.faults.filter((fault) => !fault.includes('400'))).toEqual([]);
});

test('a viewer sees the domains and can change none', async () => {
  await inviteMember(platform, 'viewer@example.com', 'viewer');
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  await page.goto(path);
  await signIn(page, 'viewer@example.com');
  const drawer = page.getByRole('dialog');
  await drawer.getByText('The role developer may change them').waitFor();
  await drawer.getByRole('region', { name: 'other.shop.test', exact: true }).waitFor();
  expect(await drawer.getByRole('button', { name: /Remove|Check now|Add domain/ }).count()).toBe(0);
});
