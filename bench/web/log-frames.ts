/**
 * `node bench/web/log-frames.ts [seconds]`: what a frame costs the browser's main thread while a log of a million lines is scrolled in Chromium: a build's
 * output, on a real server, as a person reads it. All that the main thread does between two frames is summed up from a trace of the browser: scripts,
 * styles, layout, painting, the parsing of answers. Three ways of scrolling: a steady wheel, page after page, and the bar dragged from end to end.
 * The floor beside them is the same trace while nothing is scrolled; the peer is a bare page of the same size that exchanges the text of as many rows. How fast
 * the machine is now is said by a fixed piece of work. Exits with 1 when the 95th percentile of any is over the goal.
 */
import type { Locator } from 'playwright-core';
import { archiveOf } from '../../packages/server/test/support/archive.ts';
import { nodeServer } from '../../packages/server/test/support/deploy-files.ts';
import { startServerProcess } from '../../packages/server/test/support/server-process.ts';
import { launchChromium, openContext } from '../../packages/web/test/support/chromium.ts';
import { LINES, writeMillionLines } from '../../packages/web/test/support/million-lines.ts';
import { printTable } from '../deploy/table.ts';
import { createBenchDatabase } from '../runs/bench-database.ts';
import { percentile } from '../runs/statistics.ts';
import { openBareLog } from './bare-log.ts';
import { measureFrames } from './main-thread-work.ts';
import { referenceWork } from './reference-work.ts';

const GOAL_MS = 8;
const seconds = Number(process.argv[2] ?? 10);

/** Does something each frame until the time is over. */
async function eachFrame(log: Locator, script: string): Promise<void> {
  await log.evaluate(
    async (element, { script, milliseconds }) => {
      const steps: Record<string, (element: Element, share: number) => void> = {
        idle: () => {},
        wheel: (scrolled) => scrolled.scrollBy(0, 90),
        drag: (scrolled, share) => scrolled.scrollTo(0, share * (scrolled.scrollHeight - scrolled.clientHeight)),
        pages: (scrolled) => scrolled.scrollBy(0, scrolled.clientHeight * 0.9),
      };
      const step = steps[script];
      const start = performance.now();
      for (;;) {
        const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
        if (now - start > milliseconds) return;
        step?.(element, (now - start) / milliseconds);
      }
    },
    { script, milliseconds: seconds * 1000 },
  );
}

await using database = await createBenchDatabase();
await using platform = await startServerProcess({ DATABASE_URL: database.connectionString, LOG_LEVEL: 'warn' });
const { api } = platform;
const project = await api.createProject('bench');
const service = await api.createService(project.id, { name: 'long' });
const uploadId = await api.upload(await archiveOf(nodeServer(`'long'`)));
const deployment = await api.settled((await api.deploy(service.id, { uploadId })).id);
await writeMillionLines(database.pool, deployment.runId);

const browser = await launchChromium();
try {
  await using context = await openContext(browser, platform.url, { reducedMotion: 'no-preference' });
  const page = await context.newPage();
  await page.goto(`/projects/${project.id}?service=${service.id}&deployment=${deployment.id}&line=1`);
  await page.getByLabel('E-mail address').fill('owner@example.com');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const log = page.getByRole('log', { name: 'Output of the deployment' });
  await log.getByText('line 1 of a build', { exact: true }).waitFor();

  const box = await log.boundingBox();
  if (box === null) throw new Error('The log is not in view.');
  const bare = await openBareLog(browser, box);
  console.log(`Reference work: ${(await referenceWork(browser)).toFixed(1)} ms.\n`);

  const rows: string[][] = [];
  for (const [script, words] of [
    ['idle', 'nothing is scrolled'],
    ['wheel', 'a steady wheel, 90 pixels a frame'],
    ['pages', 'nine tenths of a page a frame'],
    ['drag', `the bar dragged through ${LINES.toLocaleString('en-US')} lines`],
  ] as const) {
    await page.bringToFront();
    await log.evaluate((element) => element.scrollTo(0, 0));
    await log.getByText('line 1 of a build', { exact: true }).waitFor();
    const frames = await measureFrames(browser, page, () => eachFrame(log, script));
    const [p50, p95, p99] = [percentile(frames, 0.5), percentile(frames, 0.95), percentile(frames, 0.99)];
    if (!(p95 <= GOAL_MS)) process.exitCode = 1;
    await bare.page().bringToFront();
    const peer = await measureFrames(browser, bare.page(), () => eachFrame(bare, script));
    const [peer50, peer95] = [percentile(peer, 0.5), percentile(peer, 0.95)];
    const own = [words, String(frames.length), p50.toFixed(1), p95.toFixed(1), p99.toFixed(1)];
    rows.push([...own, peer50.toFixed(1), peer95.toFixed(1), (p95 / peer95).toFixed(2), `≤ ${GOAL_MS}`]);
  }
  const head = ['main-thread milliseconds a frame', 'frames', 'p50', 'p95', 'p99'];
  printTable([...head, 'bare page: p50', 'p95', 'ratio of p95', 'goal, p95'], rows);
  console.log(`\nReference work: ${(await referenceWork(browser)).toFixed(1)} ms.`);
  if (context.faults.length > 0) throw new Error(context.faults.join('\n'));
} finally {
  await browser.close();
}
