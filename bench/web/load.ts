/**
 * `node bench/web/load.ts [services] [rounds]`: how long after the address is entered a canvas can be used: all of its nodes drawn and the
 * main thread free to answer, with nothing in the browser's cache; and what was sent for it. The peer is a page with nothing but React Flow and as many of
 * its default nodes, loaded in turn. Exits with 1 when the median is over the limit.
 */
import type { BrowserContext } from 'playwright-core';
import { serveBareCanvas } from '../../packages/web/test/support/bare-canvas.ts';
import { median } from '../deploy/table.ts';
import { startCanvasStand } from './canvas-stand.ts';
import { referenceWork } from './reference-work.ts';

const LIMIT_MS = 1500;
const LIMIT_KB = 250;

const services = Number(process.argv[2] ?? 200);
const rounds = Number(process.argv[3] ?? 7);
await using stand = await startCanvasStand(services);

/** Milliseconds from the navigation's start, measured in the page. */
async function loadOnce(context: BrowserContext, url: string): Promise<{ interactive: number; kilobytes: number }> {
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  let bytes = 0;
  const files = new Set<string>();
  session.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Document' || type === 'Script' || type === 'Stylesheet') files.add(requestId);
  });
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (files.has(requestId)) bytes += encodedDataLength;
  });
  await page.goto(url, { waitUntil: 'commit' });
  // As text: it runs in the page, whose names these programs do not know.
  const interactive = await page.evaluate<number>(`new Promise((resolve) => {
    const look = () => {
      const drawn = document.querySelectorAll('.react-flow__node').length;
      if (drawn < ${services}) requestAnimationFrame(look);
      // The first frame with all nodes is on the screen, and a message waits for nothing.
      else requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    look();
  })`);
  await page.close();
  return { interactive, kilobytes: bytes / 1000 };
}

await using bare = await serveBareCanvas(services);
await using bareContext = await stand.browser.newContext({ viewport: { width: 1440, height: 900 } });
const own = () => loadOnce(stand.context, `${stand.server.url}/projects/${stand.projectId}`);
const peer = () => loadOnce(bareContext, bare.url);
await own();
await peer();
const loads = [];
const peers: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  loads.push(await own());
  peers.push((await peer()).interactive);
}
const times = loads.map(({ interactive }) => interactive).toSorted((one, other) => one - other);
const middle = median(times);
const peerMiddle = median(peers);
const kilobytes = Math.max(...loads.map((load) => load.kilobytes));

console.log(`Reference work: ${(await referenceWork(stand.browser)).toFixed(1)} ms.\n`);
console.log(
  `| a canvas of ${services} services, nothing cached | measured | range | bare React Flow | ratio | limit |`,
);
console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
console.log(
  `| until it can be used (ms) | ${middle.toFixed(0)} | ${times[0]?.toFixed(0)}–${times.at(-1)?.toFixed(0)} | ${peerMiddle.toFixed(0)} | ${(middle / peerMiddle).toFixed(2)} | ${LIMIT_MS} |`,
);
console.log(`| sent for page and canvas together (kB) | ${kilobytes.toFixed(0)} | | | | page alone: ${LIMIT_KB} |`);
if (!(middle <= LIMIT_MS)) process.exitCode = 1;
