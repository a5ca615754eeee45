import type { Browser, Page } from 'playwright-core';

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts: number;
  readonly dur?: number;
  /** Of the thread itself, without the time in which it waited for a core. */
  readonly tdur?: number;
}

const categories = [
  'devtools.timeline',
  'disabled-by-default-devtools.timeline',
  'devtools.timeline.frame',
  'disabled-by-default-devtools.timeline.frame',
];

/** Milliseconds that the page's main thread worked from one frame to the next, while `act` goes on; one number a frame. */
export async function measureFrames(browser: Browser, page: Page, act: () => Promise<void>): Promise<number[]> {
  await browser.startTracing(page, { categories });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] };
  const frames = traceEvents.filter(({ name }) => name === 'BeginMainThreadFrame');
  const threads = Map.groupBy(frames, ({ pid, tid }) => `${pid}:${tid}`);
  // Other pages and the browser's own have main threads too: the one that draws is this page's.
  const [thread, starts = []] = [...threads].toSorted(([, one], [, other]) => other.length - one.length)[0] ?? [];
  const tasks = traceEvents
    .filter(({ name, ph, pid, tid }) => name === 'RunTask' && ph === 'X' && `${pid}:${tid}` === thread)
    .toSorted((one, other) => one.ts - other.ts);
  const times = starts.map(({ ts }) => ts).toSorted((one, other) => one - other);
  return times.slice(0, -1).flatMap((from, index) => {
    const until = times[index + 1] ?? from;
    return bursts(tasks.filter(({ ts, dur = 0 }) => ts + dur > from && ts + dur <= until));
  });
}

const FRAME_US = 1_000_000 / 60;

/** The work of tasks that follow each other; where the thread had nothing to do for a whole frame, what comes then is another's. */
function bursts(tasks: readonly TraceEvent[]): number[] {
  const sums: number[] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const { ts, dur = 0, tdur = dur } of tasks) {
    if (ts - end > FRAME_US) sums.push(0);
    sums[sums.length - 1] = (sums.at(-1) ?? 0) + tdur / 1000;
    end = ts + dur;
  }
  return sums;
}
