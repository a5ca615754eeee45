import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { archiveOf } from '../../../server/test/support/archive.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { browserOf } from '../support/browser-of.ts';
import { launchChromium } from '../support/chromium.ts';
import { lookFaults } from '../support/look.ts';

/** The machine may have much else to do. */
const expectSoon = <T>(look: () => T) => expect.poll(look, { timeout: 60_000 });

let platform: Platform;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  platform = await startPlatform();
  browser = await launchChromium();
  folder = await mkdtemp(join(tmpdir(), 'davit-upload-'));
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

/** An application that answers with the names of its files, and with what it was told to say. */
function appThatSays(words: string): Record<string, string> {
  return {
    'package.json': JSON.stringify({ name: 'app', version: '1.0.0', scripts: { start: 'node server.js' } }),
    'server.js': `
      const { readdirSync } = require('node:fs');
      require('node:http').createServer((_, response) => {
        response.end(JSON.stringify({ words: ${JSON.stringify(words)}, files: readdirSync('.') }));
      }).listen(process.env.PORT);`,
  };
}

async function writeFiles(name: string, files: Record<string, string>): Promise<string> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name, path)), { recursive: true });
    await writeFile(join(folder, name, path), content);
  }
  return join(folder, name);
}

async function openUpload(page: Page, projectName: string): Promise<string> {
  const { id } = await platform.api.createProject(projectName);
  await page.goto(`/projects/${id}`);
  await page.getByRole('button', { name: 'New service' }).click();
  await page.getByRole('tab', { name: 'Upload' }).click();
  return id;
}

async function answerOf(projectId: string): Promise<{ words: string; files: string[] }> {
  const { items } = await platform.api.done<{ items: { url: string }[] }>('GET', `/v1/projects/${projectId}/services`);
  return JSON.parse((await visit(items[0]?.url ?? '')).body) as { words: string; files: string[] };
}

test('a folder is uploaded without what need not be, deployed, and answers; then a new version of it', async () => {
  const app = await writeFiles('My Shop', {
    ...appThatSays('first'),
    '.gitignore': 'secret.txt\nbuilt/\n',
    '.davitignore': 'notes.md\n',
    'secret.txt': 'not for anybody',
    'notes.md': 'mine',
    'built/app.js': 'made',
    'built/more.js': 'made',
    'node_modules/left/index.js': 'installed',
    '.git/config': 'history',
  });
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const projectId = await openUpload(page, 'uploads');
  await page.getByText('At most 512 MiB').waitFor();
  expect(await page.getByRole('button', { name: 'Upload and deploy' }).isDisabled()).toBe(true);
  await page.locator('input[data-input=folder]').setInputFiles(app);
  await page.getByText('4 files').waitFor();
  await page.getByText('Left out: 5').click();
  const leftOut = await page.getByRole('list', { name: 'Left out' }).getByRole('listitem').allTextContents();
  expect(leftOut.toSorted()).toEqual(['.git/', 'built/ (2 files)', 'node_modules/', 'notes.md', 'secret.txt']);
  expect(await page.getByLabel('Name').inputValue()).toBe('my-shop');
  expect(await lookFaults(page, 'upload-chosen')).toEqual([]);
  await page.getByRole('button', { name: 'Upload and deploy' }).click();

  const drawer = page.getByRole('dialog', { name: 'my-shop' });
  await drawer.getByText('Active').first().waitFor({ timeout: 120_000 });
  const answer = await answerOf(projectId);
  expect(answer.words).toBe('first');
  expect(answer.files).toEqual(expect.arrayContaining(['server.js', 'package.json']));
  expect(answer.files).not.toEqual(expect.arrayContaining(['secret.txt']));
  expect(answer.files.filter((file) => ['built', 'notes.md', 'node_modules', '.git'].includes(file))).toEqual([]);

  await writeFiles('My Shop', appThatSays('second'));
  await drawer.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Upload a new version…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Upload a new version' });
  await page.locator('input[data-input=folder]').setInputFiles(app);
  await dialog.getByRole('button', { name: 'Upload and deploy' }).click();
  await dialog.waitFor({ state: 'detached' });
  await expectSoon(async () => (await answerOf(projectId)).words).toBe('second');
  expect(context.faults).toEqual([]);
});

test('an archive is sent as it is; what is none is refused before anything is sent', async () => {
  const archive = join(folder, 'packed.tar.gz');
  await writeFile(archive, await archiveOf(appThatSays('packed')));
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const projectId = await openUpload(page, 'archives');
  const zip = join(folder, 'packed.zip');
  await writeFile(zip, 'PK');
  await page.locator('input[data-input=archive]').setInputFiles(zip);
  await page.getByText('This is no tar archive.').waitFor();
  expect(await page.getByRole('button', { name: 'Upload and deploy' }).isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Choose another' }).click();
  await page.locator('input[data-input=archive]').setInputFiles(archive);
  await page.getByText('Archive, sent as it is').waitFor();
  await page.getByLabel('Name').fill('packed');
  await page.getByRole('button', { name: 'Upload and deploy' }).click();
  await page.getByRole('dialog', { name: 'packed' }).getByText('Active').first().waitFor({ timeout: 120_000 });
  expect((await answerOf(projectId)).words).toBe('packed');
  expect(context.faults).toEqual([]);
});

test('an upload shows how far it is, can be cancelled, and a name that is taken does not cost another', async () => {
  const app = await writeFiles('large', appThatSays('large'));
  const script = join(app, 'start.sh');
  await writeFile(script, '#!/bin/sh\n');
  await chmod(script, 0o755);
  // What compresses to nothing would be sent before anybody could cancel it.
  await writeFile(join(app, 'noise.bin'), crypto.getRandomValues(new Uint8Array(65_536)));
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const projectId = await openUpload(page, 'cancels');
  await platform.api.done('POST', `/v1/projects/${projectId}/services`, { name: 'taken' });
  let uploads = 0;
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/v1/uploads', async (route) => {
    uploads += 1;
    if (uploads === 1) await held;
    await route.continue().catch(() => undefined);
  });
  await page.locator('input[data-input=folder]').setInputFiles(app);
  await page.getByLabel('Name').fill('taken');
  await page.getByRole('button', { name: 'Upload and deploy' }).click();
  await page.getByRole('progressbar', { name: 'Upload' }).waitFor();
  expect(await lookFaults(page, 'upload-progress')).toEqual([]);
  await page.getByRole('button', { name: 'Cancel upload' }).click();
  await page.getByRole('progressbar').waitFor({ state: 'detached' });
  release();

  await page.getByRole('button', { name: 'Upload and deploy' }).click();
  await page
    .getByRole('alert')
    .getByText(/Request/)
    .waitFor();
  await page.getByLabel('Name').fill('free');
  await page.getByRole('button', { name: 'Upload and deploy' }).click();
  await page.getByRole('dialog', { name: 'free' }).getByText('#1').waitFor();
  expect(uploads).toBe(2);
  expect(context.faults).toEqual([]);
});

test('a service from Git says what it needs: a schedule for one that runs at times, a token for a private repository', async () => {
  await using context = await browserOf(browser, platform);
  const page = await context.newPage();
  const { id } = await platform.api.createProject('forms');
  await page.goto(`/projects/${id}`);
  await page.getByRole('button', { name: 'New service' }).click();
  const dialog = page.getByRole('dialog', { name: 'New service' });
  await dialog.getByRole('textbox', { name: 'Repository' }).fill('https://git.example.invalid/owner/My_Jobs.git');
  await dialog.getByLabel('Branch').fill('stable');
  await dialog.getByLabel('Root folder').fill('apps/jobs');
  expect(await dialog.getByLabel('Name').inputValue()).toBe('my-jobs');
  await dialog.getByRole('radio', { name: 'Cron' }).click();
  await dialog.getByRole('combobox', { name: 'Access' }).click();
  await page.getByRole('option', { name: 'Private: access token (https)' }).click();
  await dialog.getByRole('button', { name: 'Create and deploy' }).click();
  await dialog.getByText('Needed: when it runs.').waitFor();
  await dialog.getByText('Needed.', { exact: true }).waitFor();
  expect(await lookFaults(page, 'new-service-git')).toEqual([]);
  await dialog.getByRole('textbox', { name: 'Schedule' }).fill('*/15 * * * *');
  await dialog.getByLabel('Access token').fill('token-of-a-test');
  await dialog.getByRole('button', { name: 'Create and deploy' }).click();
  await page.getByRole('dialog', { name: 'my-jobs' }).waitFor();
  const { items } = await platform.api.done<{ items: object[] }>('GET', `/v1/projects/${id}/services`);
  expect(items[0]).toMatchObject({
    name: 'my-jobs',
    kind: 'cron',
    hasSourceCredential: true,
    source: { reference: { branch: 'stable' }, rootFolder: 'apps/jobs' },
    settings: { schedule: '*/15 * * * *' },
  });
  expect(context.faults).toEqual([]);
});
