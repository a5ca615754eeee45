/** Prints lines of some 90 bytes at a steady rate for a time: argument `{perSecond, seconds}`. */
import { once } from 'node:events';

const EVERY_MS = 10;
const { perSecond, seconds } = JSON.parse(process.argv[2] ?? '') as { perSecond: number; seconds: number };

const start = performance.now();
let printed = 0;
for (let elapsed = 0; elapsed < seconds; elapsed = (performance.now() - start) / 1_000) {
  let text = '';
  for (; printed < elapsed * perSecond; printed++) {
    text += `request ${printed} GET /api/v1/items/${printed} answered 200 in 12 ms for user 4f1c, 1830 bytes\n`;
  }
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
