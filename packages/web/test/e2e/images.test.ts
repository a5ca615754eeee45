import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage } from '../../../server/test/support/container-image.ts';
import { deployFiles } from '../../../server/test/support/deploy-files.ts';
import { type ImageRegistry, startImageRegistry } from '../../../server/test/support/image-registry.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { sharedDocker } from '../../../server/test/support/shared-docker.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';
import { choose, rowOf } from '../support/page-acts.ts';

// Services that are finished images, their registry, and what all that takes on the disk, as a browser shows it.

let registry: ImageRegistry;
let platform: Platform;
let browser: Browser;
let projectId: string;
let builtId: string;

const program = `require('node:http').createServer((_, response) => response.end(process.env.VERSION)).listen(process.env.PORT);`;

async function publish(version: string): Promise<void> {
  const engine = await sharedDocker();
  const lines = ['FROM node:24-slim', 'WORKDIR /app', 'COPY main.cjs .', `ENV VERSION=${version}`];
  const tag = `web-images-${version}`;
  await buildImage(engine, tag, [...lines, 'USER 1000', 'CMD ["node", "main.cjs"]'], { 'main.cjs': program });
  await registry.move(engine, tag, `team/app:${version}`);
}

beforeAll(async () => {
  registry = await startImageRegistry();
  await publish('one');
  await publish('two');
  const { host } = await sharedDocker();
  platform = await startPlatform({ environment: { RUNTIME: 'docker', DOCKER_HOST: host } });
  ({ id: projectId } = await platform.api.createProject('shop'));
  const built = await platform.api.createService(projectId, { name: 'built' });
  builtId = built.id;
  const Dockerfile = `FROM node:24-slim\nRUN echo unchanged > /note\nENV VERSION=built\nCMD ["node", "-e", ${JSON.stringify(program)}]\n`;
  expect(await deployFiles(platform.api, built.id, { Dockerfile })).toMatchObject({ status: 'active' });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  await registry?.[Symbol.asyncDispose]();
});

/** Opens a deployment and waits until it serves. */
async function followToActive(drawer: Locator, number: number): Promise<void> {
  await drawer.getByRole('tab', { name: 'Deployments' }).click();
  await drawer.getByText(`#${number}`, { exact: true }).click();
  await drawer.getByRole('heading', { name: `Deployment #${number}` }).waitFor();
  await drawer.getByRole('tabpanel').getByText('Active', { exact: true }).first().waitFor({ timeout: 120_000 });
}

async function addressIn(drawer: Locator): Promise<string> {
  return (
    (await drawer
      .getByRole('link', { name: /localhost/ })
      .first()
      .getAttribute('href')) ?? ''
  );
}

async function saveAndDeploy(page: Page, drawer: Locator): Promise<void> {
  await drawer
    .getByRole('region', { name: 'Unsaved changes' })
    .getByRole('button', { name: 'Save and deploy' })
    .click();
  await drawer.getByRole('tab', { name: 'Deployments', selected: true }).waitFor();
  await page.getByRole('region', { name: 'Unsaved changes' }).waitFor({ state: 'detached' });
}

test('a service of a private image is made in the New dialog, and changed in its settings', async () => {
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto(`/projects/${projectId}`);
  await page.getByRole('button', { name: 'New', exact: true }).click();
  await page.getByRole('menuitem', { name: /service/i }).click();
  const dialog = page.getByRole('dialog', { name: 'New service' });
  await dialog.getByRole('tab', { name: 'Image' }).click();
  await dialog.getByRole('textbox', { name: 'Image' }).fill('no such image');
  await dialog.getByRole('button', { name: 'Create and deploy' }).click();
  await dialog.getByText(/The name of an image, such as/).waitFor();
  await dialog.getByRole('textbox', { name: 'Image' }).fill(`${registry.host}/team/app:one`);
  await dialog.getByText(`No credential is stored for ${registry.host}`).waitFor();
  await choose(page, dialog.getByRole('combobox', { name: 'Access' }), /Private/);
  await dialog.getByRole('textbox', { name: 'User' }).fill(registry.username);
  // Any kind of service may be an image.
  await dialog.getByRole('radio', { name: 'Cron' }).click();
  await dialog.getByLabel('Schedule').waitFor();
  await dialog.getByRole('radio', { name: 'Web' }).click();
  expect(await lookFaults(page, 'new-image')).toEqual([]);
  // A name that is taken costs no second credential.
  await dialog.getByLabel('Name').fill('built');
  await dialog.getByRole('button', { name: 'Create and deploy' }).click();
  await dialog.getByText('User and password are needed.').waitFor();
  await dialog.locator('input[type=password]').fill(registry.password);
  await dialog.getByRole('button', { name: 'Create and deploy' }).click();
  await dialog
    .getByText(/already/)
    .first()
    .waitFor();
  await dialog.getByLabel('Name').fill('app');
  await dialog.getByRole('button', { name: 'Create and deploy' }).click();
  const drawer = page.getByRole('dialog', { name: 'app' });
  await drawer.waitFor();
  await followToActive(drawer, 1);
  expect((await visit(await addressIn(drawer))).body).toBe('one');
  const { items } = await platform.api.done<{ items: { fields: { server: string } }[] }>('GET', '/v1/credentials');
  expect(items.map(({ fields }) => fields.server)).toEqual([registry.host]);

  await drawer.getByRole('tab', { name: 'Settings' }).click();
  await drawer.getByRole('textbox', { name: 'Image' }).fill(`${registry.host}/team/app:two`);
  await drawer.getByLabel('Response headers').fill('X-Frame-Options: DENY');
  await saveAndDeploy(page, drawer);
  await followToActive(drawer, 2);
  await drawer.getByText(/^Built in .+ · image [\d.]+ MiB$/).waitFor();
  const answer = await visit(await addressIn(drawer));
  expect([answer.body, answer.headers['x-frame-options']]).toEqual(['two', 'DENY']);
  expect(context.faults).toEqual([]);
});

test('a deployment shows what its build took, stage by stage, and the metrics compare it with others', async () => {
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto(`/projects/${projectId}?service=${builtId}&tab=deployments`);
  const drawer = page.getByRole('dialog');
  await drawer.getByText('#1', { exact: true }).click();
  await drawer.getByText(/^Built in .+ stages from the cache · image/).click();
  const stages = drawer.getByRole('table', { name: 'Stages of the build' });
  await stages.getByRole('row').filter({ hasText: 'RUN echo unchanged' }).waitFor();
  expect(await lookFaults(page, 'build-stages')).toEqual([]);
  await drawer.getByRole('tab', { name: 'Metrics' }).click();
  await drawer
    .getByRole('table', { name: 'Builds' })
    .getByRole('row')
    .filter({ hasText: /MiB/ })
    .getByRole('button', { name: '#1' })
    .click();
  await drawer.getByRole('heading', { name: 'Deployment #1' }).waitFor();
  expect(context.faults).toEqual([]);
});

test('the credential of a registry is tried for pulling and pushing, and says why not', async () => {
  const { host: server, username, password } = registry;
  const { id } = await platform.api.done<{ id: string }>('POST', '/v1/credentials', {
    name: 'plain',
    provider: 'docker_registry',
    endpoint: `http://${server}`,
    data: { server, username, password },
  });
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto(`/organization/credentials/${id}`);
  const repository = page.getByLabel('Repository');
  await repository.fill('Team/App');
  await page.getByRole('button', { name: 'Try to pull' }).click();
  await page.getByText(/Small letters, digits/).waitFor();
  await repository.fill('team/app');
  await page.getByRole('button', { name: 'Try to pull' }).click();
  await page.getByRole('status').getByText(`${username} may pull from ${server}/team/app.`).waitFor();
  await page.getByRole('button', { name: 'Try to push' }).click();
  await page.getByRole('status').getByText(`${username} may push to ${server}/team/app.`).waitFor();
  await repository.fill('team/nothing');
  await page.getByRole('button', { name: 'Try to pull' }).click();
  await page
    .getByRole('status')
    .getByText(/The registry has no repository team\/nothing/)
    .waitFor();
  expect(await lookFaults(page, 'registry-test')).toEqual([]);
  expect(await page.content()).not.toContain(password);
  const { organization } = await platform.api.done<{ organization: { id: string } }>('GET', '/auth/me');
  const log = await platform.api.done<{ items: { result: string }[] }>(
    'GET',
    `/v1/organizations/${organization.id}/audit-log?action=credential.test_registry`,
  );
  expect(log.items.map(({ result }) => result)).toEqual(['failed', 'done', 'done']);
  expect(context.faults).toEqual([]);
});

test('an operator sees images with their services and what they take, and collects what nothing needs', async () => {
  const leftover = join(platform.dataDir, 'builds', builtId, 'dep_01kleftoverofacrash0000000');
  await mkdir(leftover, { recursive: true });
  await writeFile(join(leftover, 'file'), 'of a build that was killed');
  await using context = await browserOf(browser, platform, 'owner@example.com');
  const page = await context.newPage();
  await page.goto('/organization/platform');
  const images = page.getByRole('table', { name: 'Images and builds' });
  const built = images.getByRole('row').filter({ hasText: 'shop/built' }).filter({ hasText: 'An image' });
  await built.getByText('Active').waitFor();
  await images.getByRole('row').filter({ hasText: 'An image, fetched' }).getByText('For a rollback').waitFor();
  await images.getByRole('row').filter({ hasText: builtId }).getByText('Collectable').waitFor();
  await rowOf(page, 'Build cache')
    .getByText(/docker builder prune/)
    .waitFor();
  await page.getByText(/REGISTRY_URL is not set/).waitFor();
  expect(await lookFaults(page, 'platform-storage')).toEqual([]);
  await page.getByRole('button', { name: 'Collect now…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Collect', exact: true }).click();
  await page.getByText(/^Last collection: .+ freed/).waitFor({ timeout: 60_000 });
  await images.getByText('Collectable').first().waitFor({ state: 'detached' });
  expect(await images.getByRole('row').filter({ hasText: 'An image' }).count()).toBe(3);
  expect(context.faults).toEqual([]);
});
