import { DatabaseError } from 'pg';
import type { ExecutionDeps } from './execution-deps.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import { type Execution, startExecution } from './run-execution.ts';
import { handOver } from './run-lease.ts';
import { pause } from './run-pause.ts';
import { type ClaimedRun, claimQueued, nextDueInMs, takeOverLapsed } from './run-queue.ts';

export interface RunWorker {
  start(): void;
  /** Takes no more runs, and leaves those it has to another worker; waits `deadlineMs` at most for their steps. */
  stop(deadlineMs: number): Promise<void>;
  /** There may be work: queued runs, or also runs whose worker is gone. */
  wake(what: 'queued' | 'all'): void;
  /** A run will be due in that many milliseconds. */
  wakeIn(ms: number): void;
  cancel(runId: string): void;
}

const UNIQUE_VIOLATION = '23505';

/** Claims runs and works on up to `concurrency` of them at a time. */
export function createRunWorker(
  deps: ExecutionDeps & {
    concurrency: number;
    /** Ends the runs that have waited too long for a decision. */
    expireWaiting(): Promise<void>;
  },
): RunWorker {
  const { settings, logger, concurrency } = deps;
  const { pool } = deps.database;
  const claimer = { pool, ownerName: deps.ownerName, leaseMs: settings.leaseMs };
  const keeper = createLeaseKeeper({ pool, settings, logger });
  const active = new Map<string, Execution>();
  const dueTimers = new Set<NodeJS.Timeout>();
  const firstSteps = Object.fromEntries(
    [...deps.kinds.values()].flatMap((kind) => (kind.steps[0] ? [[kind.name, kind.steps[0].name]] : [])),
  );
  const waiting = [...deps.kinds.values()].filter((kind) => kind.waitsForRuns === true).map(({ name }) => name);
  let running = false;
  let wanted: 'queued' | 'all' | undefined;
  let claiming: Promise<void> | undefined;
  let pollTimer: NodeJS.Timeout | undefined;

  function begin(claims: readonly ClaimedRun[], at: number): void {
    for (const claim of claims) {
      const execution = startExecution(claim, deps);
      active.set(claim.id, execution);
      keeper.add(execution, at);
      void execution.ended.then(() => {
        active.delete(claim.id);
        keeper.remove(execution);
        wake('queued');
      });
    }
  }

  /** How many more may be worked on: those that wait for others have places of their own. */
  function places(thatWait: boolean): number {
    const held = [...active.values()].filter(({ claim }) => waiting.includes(claim.kind) === thatWait);
    return concurrency - held.length;
  }

  /** Whether something may have been left for want of room, or by a collision with another server. */
  async function claimOnce(what: 'queued' | 'all'): Promise<void> {
    for (const only of waiting.length === 0 ? [false] : [false, true]) {
      const filter = { kinds: waiting, only };
      if (what === 'all' && places(only) > 0) {
        const at = performance.now();
        begin(await takeOverLapsed(claimer, places(only), [...active.keys()], filter), at);
      }
      if (places(only) <= 0) continue;
      const at = performance.now();
      begin(await claimQueued(claimer, places(only), firstSteps, filter), at);
    }
  }

  function next(): 'queued' | 'all' | undefined {
    const what = running ? wanted : undefined;
    wanted = undefined;
    return what;
  }

  async function claimAll(): Promise<void> {
    // Runs that end together free their places together: one claim for all of them.
    await new Promise(setImmediate);
    for (let what = next(); what; what = next()) {
      try {
        await claimOnce(what);
      } catch (thrown) {
        // Another server took a run of the same subject in the same moment, which the unique index has seen.
        if (thrown instanceof DatabaseError && thrown.code === UNIQUE_VIOLATION) wake('queued');
        else logger.warn({ err: thrown }, 'runs cannot be claimed; trying again with the next poll');
      }
    }
    claiming = undefined;
  }

  function wake(what: 'queued' | 'all'): void {
    if (!running) return;
    if (wanted !== 'all') wanted = what;
    claiming ??= claimAll();
  }

  function wakeIn(ms: number): void {
    // What is due later is found by a poll, which sets the timer then.
    if (!running || ms > settings.pollEveryMs) return;
    const timer = setTimeout(() => {
      dueTimers.delete(timer);
      wake('queued');
    }, ms);
    dueTimers.add(timer);
  }

  async function poll(): Promise<void> {
    wake('all');
    await deps.expireWaiting().catch((thrown: unknown) => {
      logger.warn({ err: thrown }, 'runs that waited too long cannot be ended; trying again with the next poll');
    });
    await nextDueInMs(pool).then(
      (ms) => ms !== undefined && wakeIn(ms),
      (thrown: unknown) => logger.warn({ err: thrown }, 'the queue cannot be read'),
    );
    planPoll();
  }

  function planPoll(): void {
    // Not all servers in the same moment, and never later than the setting says.
    if (running) pollTimer = setTimeout(() => void poll(), settings.pollEveryMs * (0.8 + Math.random() * 0.2));
  }

  async function stop(deadlineMs: number): Promise<void> {
    running = false;
    clearTimeout(pollTimer);
    for (const timer of dueTimers) clearTimeout(timer);
    const letGo = new AbortController();
    const deadline = pause(deadlineMs, letGo.signal);
    // A claim that is under way may bring runs, which are handed over as well; a database that is away brings none.
    await Promise.race([claiming, deadline]);
    const left = [...active.values()];
    for (const execution of left) execution.interrupt('handover');
    await Promise.race([Promise.all(left.map((execution) => execution.ended)), deadline]);
    letGo.abort();
    keeper.stop();
    if (left.length === 0) return;
    // Those that have ended hold no lease, so nothing is done to them.
    const leases = left.map(({ claim }) => ({ runId: claim.id, token: claim.token }));
    await handOver(pool, leases).catch((thrown: unknown) => {
      logger.warn({ err: thrown }, 'runs cannot be handed over; they are taken over when their leases lapse');
    });
    for (const execution of active.values()) execution.interrupt('lease-lost');
  }

  return {
    start() {
      running = true;
      keeper.start();
      wake('all');
      planPoll();
    },
    stop,
    wake,
    wakeIn,
    cancel: (runId) => active.get(runId)?.interrupt('canceled'),
  };
}
