import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const STEPS = 150;
const FRAME_MS = 16;

/**
 * The button held, moved by a few pixels each frame. Straight to the browser: Playwright's own mouse runs a script in the page at each move of a held
 * button, which is no work of the page's.
 */
export async function sweep(page: Page, from: { x: number; y: number }): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const send = async (type: 'mouseMoved' | 'mousePressed' | 'mouseReleased', x: number, y: number, held: boolean) => {
    const button = held || type === 'mouseReleased' ? 'left' : 'none';
    const clickCount = type === 'mouseMoved' ? 0 : 1;
    await session.send('Input.dispatchMouseEvent', { type, x, y, button, buttons: held ? 1 : 0, clickCount });
  };
  let [x, y] = [from.x, from.y];
  await send('mouseMoved', x, y, false);
  await send('mousePressed', x, y, true);
  for (let step = 1; step <= STEPS; step += 1) {
    [x, y] = [from.x + 120 * Math.sin(step / 20), from.y + 80 * Math.sin(step / 30)];
    await send('mouseMoved', x, y, true);
    await sleep(FRAME_MS);
  }
  await send('mouseReleased', x, y, false);
  await session.detach();
}
