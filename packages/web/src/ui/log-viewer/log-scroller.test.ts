import { beforeEach, expect, test, vi } from 'vitest';
import { createLogScroller, type LogFollowing, type LogView } from './log-scroller.ts';

// As much of an element as is asked for; how a browser scrolls is what the tests in a browser are for.
class FakeBox {
  readonly clientHeight = 180;
  readonly clientWidth = 600;
  readonly firstElementChild = null;
  scrollTop = 0;
}

function create(live: boolean) {
  const box = new FakeBox();
  const views: LogView[] = [];
  const states: LogFollowing[] = [];
  const heights = new Map<number, number>();
  const scroller = createLogScroller({
    box: box as unknown as HTMLElement,
    live,
    draw(view) {
      views.push(view);
      return [...heights];
    },
    onRest: () => undefined,
    onFollowing: (state) => states.push(state),
  });
  return {
    box,
    views,
    states,
    scroller,
    scrollTo: (pixel: number) => {
      box.scrollTop = pixel;
      scroller.scrolled();
    },
    /** What the rows turn out to be the next time they are drawn. */
    measureNext: (row: number, height: number) => {
      heights.set(row, height);
      scroller.refresh();
      heights.clear();
    },
  };
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
  const { box, scroller } = create(true);
  scroller.setLines(100, 1);
  expect(box.scrollTop).toBe(100 * 18 - 180);
  scroller.setLines(200, 1);
  expect(box.scrollTop).toBe(200 * 18 - 180);
});

test('a line that comes before the event of a scroll does not take the reader back to the end', () => {
  const { box, views, states, scroller } = create(true);
  scroller.setLines(100, 1);
  box.scrollTop = 0;
  scroller.setLines(101, 1);
  expect(box.scrollTop).toBe(0);
  expect(states).toEqual([{ following: false, seenEnd: 101 }]);
  expect(views.at(-1)?.from).toBe(0);
  scroller.scrolled();
  expect(states).toEqual([{ following: false, seenEnd: 101 }]);
});

test('older lines that come before those in view leave these where they are', () => {
  const { box, scroller, scrollTo, measureNext } = create(true);
  scroller.setLines(100, 101);
  scrollTo(20 * 18);
  measureNext(30, 54);
  scroller.setLines(150, 51);
  expect(box.scrollTop).toBe(70 * 18);
  expect(scroller.firstVisible()).toBe(70);
});

test('rows above that turn out to be higher move nothing that is seen; nor does that take the reader from the end', () => {
  const { box, scroller, scrollTo, measureNext } = create(true);
  scroller.setLines(100, 1);
  measureNext(95, 54);
  expect(box.scrollTop).toBe(102 * 18 - 180);
  scrollTo(50 * 18);
  measureNext(45, 36);
  expect(box.scrollTop).toBe(51 * 18);
  expect(scroller.firstVisible()).toBe(50);
});

test('who leaves the end has seen what was there, and follows again once back at it', () => {
  const { box, states, scroller, scrollTo } = create(true);
  scroller.setLines(100, 1);
  scrollTo(0);
  scroller.setLines(200, 1);
  expect(states).toEqual([{ following: false, seenEnd: 101 }]);
  scrollTo(200 * 18 - 180);
  expect(states.at(-1)).toMatchObject({ following: true });
  scroller.setLines(300, 1);
  expect(box.scrollTop).toBe(300 * 18 - 180);
});

test('what was there when a log was opened is not new', () => {
  const { box, states, scroller } = create(false);
  scroller.setLines(100, 1);
  scroller.setLines(200, 1);
  expect(states).toEqual([{ following: false, seenEnd: 101 }]);
  expect(box.scrollTop).toBe(0);
});

test('a line that somebody wants to see stays, also when it is in view already', () => {
  const { box, states, scroller } = create(true);
  scroller.setLines(100, 1);
  scroller.reveal(95);
  expect(box.scrollTop).toBe(100 * 18 - 180);
  scroller.setLines(200, 1);
  expect(box.scrollTop).toBe(100 * 18 - 180);
  expect(states).toEqual([{ following: false, seenEnd: 101 }]);
});

test('of a jump only what is seen is drawn, and what is beyond it at rest', () => {
  const { views, scroller, scrollTo } = create(false);
  scroller.setLines(1000, 1);
  scrollTo(500 * 18);
  const jump = views.at(-1);
  expect(jump).toMatchObject({ isJump: true, from: 499 });
  vi.advanceTimersByTime(1000);
  expect(views.at(-1)).toMatchObject({ isJump: false });
  expect(views.at(-1)?.from).toBeLessThan(490);
});
