/**
 * `node bench/web/load.ts [services] [rounds]`: how long after the address is entered a canvas can be used: all of its nodes drawn and the
 * main thread free to answer, with nothing in the browser's cache; and what was sent for it. Exits with 1 when the median is over the limit.
 */
import { startCanvasStand } from './canvas-stand.ts';

const LIMIT_MS = 1500;
const LIMIT_KB = 250;

const services = Number(process.argv[2] ?? 200);
const rounds = Number(process.argv[3] ?? 7);
await using stand = await startCanvasStand(services);

/** Milliseconds from the navigation's start, measured in the page. */
async function loadOnce(): Promise<{ interactive: number; kilobytes: number }> {
  const page = await stand.context.newPage();
  const session = await stand.context.newCDPSession(page);
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
  await page.goto(`/projects/${stand.projectId}`, { waitUntil: 'commit' });
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

await loadOnce();
const loads = [];
for (let round = 0; round < rounds; round += 1) loads.push(await loadOnce());
const times = loads.map(({ interactive }) => interactive).toSorted((one, other) => one - other);
const median = times[times.length >> 1] ?? Number.NaN;
const kilobytes = Math.max(...loads.map((load) => load.kilobytes));

console.log(`| a canvas of ${services} services, nothing cached | measured | range | limit |`);
console.log('| --- | ---: | ---: | ---: |');
console.log(
  `| until it can be used (ms) | ${median.toFixed(0)} | ${times[0]?.toFixed(0)}–${times.at(-1)?.toFixed(0)} | ${LIMIT_MS} |`,
);
console.log(`| sent for page and canvas together (kB) | ${kilobytes.toFixed(0)} | | page alone: ${LIMIT_KB} |`);
if (!(median <= LIMIT_MS)) process.exitCode = 1;
