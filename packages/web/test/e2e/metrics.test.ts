import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ServiceView } from '../../../server/test/support/api-caller.ts';
import { deployFiles, nodeServer } from '../../../server/test/support/deploy-files.ts';
import { type Platform, startPlatform } from '../../../server/test/support/platform.ts';
import { visit } from '../../../server/test/support/visit.ts';
import { waitUntil } from '../../../server/test/support/wait-until.ts';
import { accessibilityFaults } from '../support/axe.ts';
import { launchChromium, openContext } from '../support/chromium.ts';
import { soon } from '../support/page-acts.ts';

// What a service uses, as somebody sees it who opens its drawer: real requests, through the proxy, to charts and numbers.

interface Metrics {
  timestamps: number[];
  series: Record<string, (number | null)[]>;
}

/** What a test needs of an HTMLCanvasElement: the types of a browser are not those of a test. */
interface Canvas {
  width: number;
  height: number;
  getContext: (kind: '2d') => {
    getImageData: (left: number, top: number, width: number, height: number) => { data: Uint8ClampedArray };
  };
}

const charts = ['CPU', 'Memory', 'Requests', 'Latency', 'Error rate', 'Network', 'Disk', 'Instances'];

/** Answers `/slow` after 300 ms and `/fail` with 500. */
const app = nodeServer(`(() => {
  if (request.url === '/fail') response.statusCode = 500;
  if (request.url === '/slow') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  return 'x'.repeat(100_000);
})()`);

let platform: Platform;
let browser: Browser;
let service: ServiceView;

beforeAll(async () => {
  platform = await startPlatform();
  const { id } = await platform.api.createProject('shop');
  service = await platform.api.createService(id, { name: 'web', settings: { memoryMb: 256 } });
  expect(await deployFiles(platform.api, service.id, app)).toMatchObject({ status: 'active' });
  browser = await launchChromium();
});

afterAll(async () => {
  await browser?.close();
  await platform?.[Symbol.asyncDispose]();
});

const read = (range = '1h') => platform.api.done<Metrics>('GET', `/v1/services/${service.id}/metrics?range=${range}`);

/** Opens the tab of a service, as its owner. */
async function openMetrics(page: Page, of: ServiceView = service, more = ''): Promise<Locator> {
  await page.goto(`/projects/${of.projectId}?service=${of.id}&tab=metrics${more}`);
  const email = page.getByLabel('E-mail address');
  const drawer = page.getByRole('dialog', { name: of.name });
  await email.or(drawer).waitFor();
  if (await email.isVisible()) {
    await email.fill('owner@example.com');
    await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
    await page.getByRole('button', { name: 'Sign in' }).click();
  }
  await drawer.getByRole('radio', { name: '1 hour' }).waitFor();
  return drawer;
}

const chart = (drawer: Locator, title: string) => drawer.getByRole('figure', { name: title, exact: true });
const slider = (drawer: Locator, title: string) => chart(drawer, title).getByRole('slider');

/** The numbers of a row of the table: last, lowest, average, highest. */
async function numbersOf(drawer: Locator, name: string): Promise<string[]> {
  const row = drawer.getByRole('row').filter({ has: drawer.page().getByRole('cell', { name, exact: true }) });
  const cells = await row.getByRole('cell').allInnerTexts();
  return cells.slice(1).map((text) => text.trim());
}

/** How many of a canvas's pixels have a colour of the theme, or nearly. */
async function pixelsOf(figure: Locator, token: string): Promise<number> {
  return await figure.locator('canvas').evaluate((canvas, name) => {
    const page = canvas.ownerDocument;
    const probe = page.createElement('span');
    probe.style.color = `var(${name})`;
    page.body.append(probe);
    const [red = 0, green = 0, blue = 0] = (page.defaultView!.getComputedStyle(probe).color.match(/\d+/g) ?? []).map(
      Number,
    );
    probe.remove();
    const plot = canvas as unknown as Canvas;
    const { data } = plot.getContext('2d').getImageData(0, 0, plot.width, plot.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const distance = Math.abs(data[at]! - red) + Math.abs(data[at + 1]! - green) + Math.abs(data[at + 2]! - blue);
      if (distance < 24 && data[at + 3]! > 128) count++;
    }
    return count;
  }, token);
}

/** Where the hover line of each chart stands, in pixels from the left of its plot; undefined where there is none. */
async function hoverLines(drawer: Locator): Promise<(number | undefined)[]> {
  return await drawer.locator('.u-over').evaluateAll((plots) =>
    plots.map((plot) => {
      const line = plot.querySelector('.u-cursor-x')!.getBoundingClientRect();
      const { left, right } = plot.getBoundingClientRect();
      return line.left < left - 1 || line.left > right ? undefined : Math.round(line.left - left);
    }),
  );
}

test('before anything runs it says when the first figures come', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const idle = await platform.api.createService(service.projectId, { name: 'idle' });
  const drawer = await openMetrics(page, idle);
  await drawer.getByText('Not deployed yet').waitFor();
  await drawer.getByText(/half a minute after/).waitFor();
  expect(await drawer.getByRole('figure').count()).toBe(0);
  expect(await accessibilityFaults(page)).toEqual([]);
  expect(context.faults).toEqual([]);
});

test('requests that people make appear in charts and in numbers, without the page being loaded again', async () => {
  await using context = await openContext(browser, platform.url);
  const page = await context.newPage();
  const drawer = await openMetrics(page);
  for (let each = 0; each < 20; each++) await visit(service.url);
  for (const path of ['/slow', '/fail', '/fail']) await visit(service.url, path);
  const row = drawer.getByRole('row').filter({ hasText: 'Error rate' });
  await row.getByText('%').first().waitFor({ timeout: 180_000 });

  expect(await drawer.getByRole('figure').count()).toBe(charts.length);
  for (const title of charts) await chart(drawer, title).locator('canvas').waitFor();
  // A limit is in words, and two intervals or more are a line.
  await chart(drawer, 'Memory').getByText('limit 256 MiB').waitFor();
  await waitUntil('a line', async () => (await pixelsOf(chart(drawer, 'Memory'), '--color-chart-6')) > 10, 180_000);
  expect(await pixelsOf(chart(drawer, 'Memory'), '--color-chart-4')).toBe(0);

  for (const text of await numbersOf(drawer, 'Memory')) expect(text).toMatch(/^[\d.]+ MiB$/);
  for (const text of await numbersOf(drawer, 'CPU')) expect(text).toMatch(/^(< )?[\d.]+ cores?$/);
  expect((await numbersOf(drawer, 'Requests')).at(-1)).toMatch(/^(0\.[1-9]|[1-9]).*\/s$/);
  expect((await numbersOf(drawer, 'Network, out')).at(-1)).toMatch(/ [KM]iB\/s$/);
  expect((await numbersOf(drawer, 'Latency, p99')).at(-1)).toMatch(/^(2[5-9]\d|[3-9]\d\d) ms$|s$/);
  expect(Number.parseFloat((await numbersOf(drawer, 'Error rate')).at(-1) ?? '')).toBeGreaterThan(1);
  expect((await numbersOf(drawer, 'Instances')).at(0)).toBe('1');
  await drawer.getByText('Measured by davit itself').waitFor();
  expect(context.faults).toEqual([]);
});

describe('with figures', () => {
  beforeAll(async () => {
    // Two of them: with one there would be no line. And one of three days ago, as a collection then would have kept it.
    await waitUntil(
      'two intervals',
      async () => ((await read()).series['memoryBytes'] ?? []).filter((value) => value !== null).length > 1,
    );
    await platform.database.pool.query(
      `insert into metric_points (organization_id, service_id, resolution, at, seconds, cpu_ms, memory_bytes, instances)
       select organization_id, id, 300, date_bin('5 min', now() - interval '3 days', 'epoch'), 300, 300 * 7250, 5 * 1024 ^ 3, 3
         from services where id = $1`,
      [service.id],
    );
  });

  test('one line goes through all charts: of the pointer, or of the arrow keys', async () => {
    await using context = await openContext(browser, platform.url);
    const page = await context.newPage();
    const drawer = await openMetrics(page);
    await chart(drawer, 'CPU').locator('.u-over').waitFor();
    await drawer.getByText(/^Last values/).waitFor();
    expect(await hoverLines(drawer)).toEqual(charts.map(() => undefined));

    const plot = await chart(drawer, 'CPU').locator('.u-over').boundingBox();
    await page.mouse.move(plot!.x + plot!.width * 0.25, plot!.y + 40);
    await expect.poll(async () => (await hoverLines(drawer))[0], soon).toBeGreaterThan(plot!.width * 0.23);
    const [line] = await hoverLines(drawer);
    expect(line).toBeLessThan(plot!.width * 0.27);
    await expect.poll(() => hoverLines(drawer), soon).toEqual(charts.map(() => line));
    // Nothing ran three quarters of an hour ago: a gap, which is not 0.
    for (const title of charts) await chart(drawer, title).getByText('not measured').first().waitFor();
    await page.mouse.move(plot!.x + plot!.width / 2, plot!.y - 60);
    await drawer.getByText(/^Last values/).waitFor();
    await expect.poll(() => hoverLines(drawer), soon).toEqual(charts.map(() => undefined));

    const textOf = (title: string) => slider(drawer, title).getAttribute('aria-valuetext');
    await slider(drawer, 'Memory').focus();
    await page.keyboard.press('End');
    const isWhole = async () =>
      /p50 .*, p95 .*, p99 /.test((await textOf('Latency')) ?? '') &&
      /: [\d.]+ MiB$/.test((await textOf('Memory')) ?? '');
    // The last intervals may be under way, or their measurement be late; one before them is whole.
    for (let back = 0; back < 10 && !(await isWhole()); back++) await page.keyboard.press('ArrowLeft');
    expect(await isWhole(), `${await textOf('Latency')}; ${await textOf('Memory')}`).toBe(true);
    await expect.poll(async () => (await hoverLines(drawer))[0], soon).toBeGreaterThan(plot!.width * 0.9);
    await expect.poll(async () => new Set(await hoverLines(drawer)).size, soon).toBe(1);
    // Esc lets go of the moment first, then of the drawer.
    await page.keyboard.press('Escape');
    await drawer.getByText(/^Last values/).waitFor();
    expect(context.faults).toEqual([]);
  });

  test('its node on the canvas draws the last hour, once it is known, and says the last value', async () => {
    await using context = await openContext(browser, platform.url);
    const page = await context.newPage();
    await openMetrics(page);
    await page.goto(`/projects/${service.projectId}`);
    const node = page.locator('.react-flow__node', { hasText: service.name });
    for (const name of [/^CPU, now .+ cores?$/, /^Requests, now .+\/s$/]) {
      const drawn = node.getByTitle(name).getByRole('img', { name });
      await drawn.waitFor();
      // The area needs two values next to each other, the line one.
      expect(await drawn.locator('path').last().getAttribute('d')).toMatch(/^M[\d.]+,[\d.]+/);
    }
    expect(context.faults).toEqual([]);
  });

  test('a deployment is marked in every chart, says which it is, and is opened by a click; Back leads to the charts', async () => {
    await using context = await openContext(browser, platform.url);
    const page = await context.newPage();
    const drawer = await openMetrics(page);
    const mark = chart(drawer, 'Requests').getByRole('button', { name: 'Deployment #1: Active' });
    await mark.waitFor();
    expect(await drawer.getByRole('button', { name: 'Deployment #1: Active' }).count()).toBe(charts.length);
    await mark.hover();
    await chart(drawer, 'Requests').getByText('Deployment #1: Active').waitFor();
    await mark.click();
    await page.waitForURL(/tab=deployments.*deployment=dep_|deployment=dep_.*tab=deployments/);
    await page.goBack();
    await chart(drawer, 'CPU').waitFor();
    // Without a pointer: the same in words.
    await drawer
      .getByRole('list', { name: 'Deployments in this time' })
      .getByRole('button', { name: '#1' })
      .press('Enter');
    await page.waitForURL(/deployment=dep_/);
    expect(context.faults).toEqual([]);
  });

  test('how far back one looks is part of the address', async () => {
    await using context = await openContext(browser, platform.url);
    const page = await context.newPage();
    const drawer = await openMetrics(page);
    await chart(drawer, 'CPU').waitFor();
    await expect
      .poll(async () => Number.parseFloat((await numbersOf(drawer, 'CPU')).at(-1) ?? ''), soon)
      .toBeLessThan(7);
    await drawer.getByRole('radio', { name: '7 days' }).click();
    await page.waitForURL(/range=7d/);
    await drawer.getByRole('cell', { name: '7.25 cores' }).first().waitFor();
    await expect.poll(async () => (await numbersOf(drawer, 'Memory')).at(-1), soon).toBe('5 GiB');
    await page.reload();
    await drawer.getByRole('cell', { name: '7.25 cores' }).first().waitFor();
    expect(await drawer.getByRole('radio', { name: '7 days' }).getAttribute('aria-checked')).toBe('true');
    await drawer.getByRole('radio', { name: '1 hour' }).click();
    await drawer.getByRole('cell', { name: '7.25 cores' }).first().waitFor({ state: 'detached' });
    expect(page.url()).not.toContain('range');
    expect(context.faults).toEqual([]);
  });

  test.each([
    { theme: 'light', width: 1440 },
    { theme: 'dark', width: 1440 },
    { theme: 'light', width: 390 },
    { theme: 'dark', width: 390 },
    { theme: 'light', width: 360 },
  ] as const)('is drawn in the colours of the $theme theme, usable at $width px', async ({ theme, width }) => {
    await using context = await openContext(browser, platform.url, {
      colorScheme: theme,
      viewport: { width, height: 900 },
    });
    const page = await context.newPage();
    const drawer = await openMetrics(page);
    await waitUntil('a line', async () => (await pixelsOf(chart(drawer, 'CPU'), '--color-chart-1')) > 5);
    expect(await accessibilityFaults(page)).toEqual([]);
    const folder = process.env['DAVIT_SCREENSHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/metrics-${theme}-${width}.png` });
    const overflow = await drawer.evaluate((element) =>
      Math.max(
        element.ownerDocument.documentElement.scrollWidth - element.ownerDocument.documentElement.clientWidth,
        element.scrollWidth - element.clientWidth,
        ...[...element.querySelectorAll('[role=tabpanel]')].map((panel) => panel.scrollWidth - panel.clientWidth),
      ),
    );
    expect(overflow).toBeLessThanOrEqual(0);
    expect(context.faults).toEqual([]);
  });
});
