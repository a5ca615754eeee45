import { AppError } from './kernel/app-error.ts';
import type { Logger } from './kernel/logger.ts';

export interface AppJobsOptions {
  reconciler: { reconcile(signal: AbortSignal): Promise<void> };
  /** `tick` says in how many milliseconds it wants to be called again. */
  cron: { tick(): Promise<number> };
  /** Likewise, by name. */
  regular: Readonly<Record<string, { tick(signal: AbortSignal): Promise<number> }>>;
  cleanups: readonly { name: string; clean: (signal: AbortSignal) => Promise<unknown> }[];
  logger: Logger;
}

const reconcileEveryMs = 30_000;
/** Long enough for what is told together, and for a deployment to lead its visitors on before the world is looked at. */
const soonMs = 200;
const cronEveryMs = 1000;
/** After a failure; otherwise each says itself. */
const regularEveryMs = 15_000;
const cleanEveryMs = 60 * 60_000;

/**
 * Does `work` every so often, or when the work itself says, never twice at once. `soon()` brings the next time forward; what
 * is told meanwhile is one time together, and a container's end alone is four events.
 */
function createTimer(
  name: string,
  everyMs: number,
  work: (signal: AbortSignal) => Promise<number | undefined>,
  logger: Logger,
) {
  const stopped = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Number.POSITIVE_INFINITY;
  let running: Promise<void> | undefined;
  let again = false;

  async function once(): Promise<void> {
    again = false;
    let pauseMs = everyMs;
    try {
      pauseMs = (await work(stopped.signal)) ?? everyMs;
    } catch (error) {
      if (!stopped.signal.aborted) logger.error({ err: AppError.from(error), job: name }, 'a regular job failed');
    }
    running = undefined;
    schedule(again ? soonMs : pauseMs);
  }

  function schedule(delayMs: number): void {
    clearTimeout(timer);
    if (stopped.signal.aborted) return;
    dueAt = performance.now() + delayMs;
    timer = setTimeout(() => {
      running = once();
    }, delayMs);
  }

  return {
    start: () => schedule(0),
    soon() {
      if (running !== undefined) again = true;
      else if (dueAt > performance.now() + soonMs) schedule(soonMs);
    },
    async stop() {
      stopped.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

/** What the server does by the clock: the reconciler, cron services, cleaning up. */
export function createAppJobs({ reconciler, cron, regular, cleanups, logger }: AppJobsOptions) {
  const reconcile = createTimer(
    'reconcile',
    reconcileEveryMs,
    (signal) => reconciler.reconcile(signal).then(() => undefined),
    logger,
  );
  const schedule = createTimer('cron', cronEveryMs, () => cron.tick(), logger);
  const others = Object.entries(regular).map(([name, job]) =>
    createTimer(name, regularEveryMs, (signal) => job.tick(signal), logger),
  );
  const clean = createTimer(
    'cleanup',
    cleanEveryMs,
    async (signal) => {
      for (const { name, clean } of cleanups) {
        await clean(signal).catch((error: unknown) => logger.warn({ err: error, cleanup: name }, 'a cleanup failed'));
      }
      return undefined;
    },
    logger,
  );
  const timers = [reconcile, schedule, ...others, clean];
  return {
    start() {
      for (const timer of timers) timer.start();
    },
    reconcileSoon: () => reconcile.soon(),
    allSoon() {
      reconcile.soon();
      clean.soon();
    },
    async stop() {
      await Promise.all(timers.map((timer) => timer.stop()));
    },
  };
}
