import { beforeEach, expect, test, vi } from 'vitest';
import { createLogScroller, type LogView } from './log-scroller.ts';

// As much of an element as is asked for; how a browser scrolls is what the tests in a browser are for.
class FakeBox {
  readonly clientHeight = 180;
  readonly clientWidth = 600;
  readonly firstElementChild = null;
  scrollTop = 0;
}

function createLive() {
  const box = new FakeBox();
  const views: LogView[] = [];
  const followed: boolean[] = [];
  const scroller = createLogScroller({
    box: box as unknown as HTMLElement,
    live: true,
    draw: (view) => void views.push(view),
    onRest: () => undefined,
    onFollowing: ({ following }) => followed.push(following),
  });
  return { box, views, followed, scroller };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('HTMLElement', FakeBox);
  return () => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  };
});

test('the end is followed while lines come', () => {
  const { box, scroller } = createLive();
  scroller.setLines(100, 1);
  expect(box.scrollTop).toBe(100 * 18 - 180);
  scroller.setLines(200, 1);
  expect(box.scrollTop).toBe(200 * 18 - 180);
});

test('a line that comes before the event of a scroll does not take the reader back to the end', () => {
  const { box, views, followed, scroller } = createLive();
  scroller.setLines(100, 1);
  box.scrollTop = 0;
  scroller.setLines(101, 1);
  expect(box.scrollTop).toBe(0);
  expect(followed).toEqual([false]);
  expect(views.at(-1)?.from).toBe(0);
  scroller.scrolled();
  expect(followed).toEqual([false]);
});
