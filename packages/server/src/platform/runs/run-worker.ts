import { DatabaseError } from 'pg';
import type { ExecutionDeps } from './execution-deps.ts';
import { createLeaseKeeper } from './lease-keeper.ts';
import { type ClaimedRun, claimQueued, takeOverLapsed } from './run-claim.ts';
import { type Execution, startExecution } from './run-execution.ts';
import type { RunLane } from './run-kind.ts';
import { handOver } from './run-lease.ts';
import { pause } from './run-pause.ts';
import { createRunPlaces, type Room } from './run-places.ts';
import { nextDueInMs } from './run-queue.ts';
import { createRunTurns } from './run-turns.ts';

export interface RunWorker {
  start(): void;
  /** Takes no more runs, and leaves those it has to another worker; waits `deadlineMs` at most for their steps. */
  stop(deadlineMs: number): Promise<void>;
  /** There may be work: queued runs, of one lane or of any, or also runs whose worker is gone. */
  wake(what: 'queued' | 'all', lane?: RunLane): void;
  /** A run will be due in that many milliseconds. */
  wakeIn(ms: number): void;
  cancel(runId: string): void;
}

const UNIQUE_VIOLATION = '23505';

/** Claims runs and works on up to `concurrency` long ones at a time, and as many others as their lanes have places. */
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
  const occupants = () => [...active.values()].filter(({ takesPlace }) => takesPlace).map(({ claim }) => claim);
  const places = createRunPlaces(concurrency, occupants);
  const turns = createRunTurns(occupants);
  /** Lanes in which the last claim found as many runs as it had room for: more may wait, and then it matters whose turn it is. */
  const contended = new Set<RunLane>();
  let running = false;
  let wanted: 'queued' | 'all' | undefined;
  const wantedLanes = new Set<RunLane | 'any'>();
  let claiming: Promise<void> | undefined;
  let pollTimer: NodeJS.Timeout | undefined;

  function begin(claims: readonly ClaimedRun[], at: number): void {
    for (const claim of claims) {
      const execution = startExecution(claim, deps, () => wake('queued', claim.lane));
      active.set(claim.id, execution);
      keeper.add(execution, at);
      void execution.ended.then(() => {
        active.delete(claim.id);
        keeper.remove(execution);
        wake('queued');
      });
    }
  }

  async function claim(rooms: readonly Room[], take: () => Promise<ClaimedRun[]>): Promise<void> {
    if (rooms.length === 0) return;
    const at = performance.now();
    const claims = await take();
    begin(claims, at);
    turns.note(claims);
    const taken = (wanted: RunLane) => claims.filter(({ lane }) => lane === wanted).length;
    // A room may be less than what is free, lest one organization gets all of it: the rest is for others.
    const isFilled = ({ lane, limit }: Room) => taken(lane) === limit;
    for (const room of rooms) {
      if (isFilled(room)) contended.add(room.lane);
      else contended.delete(room.lane);
    }
    for (const { lane } of rooms.filter(isFilled))
      if (places.shared().some((room) => room.lane === lane)) wake('queued', lane);
  }

  async function claimOnce(what: 'queued' | 'all', lanes: ReadonlySet<RunLane | 'any'>): Promise<void> {
    const isWanted = ({ lane }: Room) => lanes.has('any') || lanes.has(lane);
    if (what === 'all') {
      const free = places.free();
      await claim(free, () => takeOverLapsed(claimer, free, [...active.keys()]));
    }
    const judged = (room: Room) => ({ ...room, isContended: contended.has(room.lane) });
    const shared = places.shared().filter(isWanted).map(judged);
    await claim(shared, () => claimQueued(claimer, shared, firstSteps, turns.standings()));
    // No more than was offered: a place that has become free meanwhile is for those who have less than their share, too.
    const offered = new Map(shared.map(({ lane, limit }) => [lane, limit]));
    const rest = places
      .rest()
      .map((room) => ({ ...room, limit: Math.min(room.limit, offered.get(room.lane) ?? 0) }))
      .filter(({ limit }) => limit > 0);
    await claim(rest, () => claimQueued(claimer, rest.map(judged), firstSteps, turns.standings()));
  }

  function next(): { what: 'queued' | 'all'; lanes: ReadonlySet<RunLane | 'any'> } | undefined {
    const found = running && wanted !== undefined ? { what: wanted, lanes: new Set(wantedLanes) } : undefined;
    wanted = undefined;
    wantedLanes.clear();
    return found;
  }

  async function claimAll(): Promise<void> {
    // Runs that end together free their places together: one claim for all of them.
    await new Promise(setImmediate);
    for (let found = next(); found; found = next()) {
      try {
        await claimOnce(found.what, found.lanes);
      } catch (thrown) {
        // Another server took a run of the same subject in the same moment, which the unique index has seen.
        if (thrown instanceof DatabaseError && thrown.code === UNIQUE_VIOLATION) wake('queued');
        else logger.warn({ err: thrown }, 'runs cannot be claimed; trying again with the next poll');
      }
    }
    claiming = undefined;
  }

  function wake(what: 'queued' | 'all', lane: RunLane | 'any' = 'any'): void {
    if (!running) return;
    if (wanted !== 'all') wanted = what;
    wantedLanes.add(lane);
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
