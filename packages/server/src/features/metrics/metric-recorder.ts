import type { Db, Tx } from '../../platform/db/database.ts';
import { countersOf, pointsBetween, type ServiceCounters, type UsageSnapshot } from './metric-counters.ts';
import {
  type CollectorRow,
  insertPoints,
  loadCounters,
  lockCollector,
  removeOldPoints,
  rollUp,
  saveCounters,
  updateCollector,
} from './metric-write-store.ts';

const second = 1000;
const minute = 60 * second;
/** How long one interval is. */
export const everyMs = 15 * second;
/** Counters that are older say too little about when: a gap is shown rather than their mean. */
const oldestCountersMs = 5 * minute;
const sweepEveryMs = 15 * minute;
const day = 24 * 60 * minute;
/** How long points are kept, by seconds that they cover; each a little longer than the longest view that reads them. */
const keptMs = { 15: 90 * minute, 60: 7 * 60 * minute, 300: 8 * day } as const;

const floorTo = (at: Date, stepMs: number) => new Date(Math.floor(at.getTime() / stepMs) * stepMs);

/** What this process knows of the last collection, as long as no other server made one since. */
interface Memory {
  collectedAt: number;
  counters: Map<string, ServiceCounters>;
}

export type MetricRecorder = ReturnType<typeof createMetricRecorder>;

/**
 * Keeps what was used between two looks. Of several servers one does, whichever comes first in each interval. Points,
 * counters and roll-ups of an interval are one transaction: after a crash anywhere, the next one counts from where the last
 * whole one ended.
 */
export function createMetricRecorder(db: Db) {
  let memory: Memory | undefined;
  /** When this process last looked and nothing was there: all that is found at the next look began after that. */
  let nothingAt: Date | null = null;

  /** When the last look was, if this one can be counted from it; `done` when somebody has been here in this interval. */
  function baseOf({ collectedAt }: CollectorRow, at: Date): Date | null | 'done' {
    const age = collectedAt === null ? Number.POSITIVE_INFINITY : at.getTime() - collectedAt.getTime();
    // A clock that was put back must not stop the collection until it is there again.
    if (age < -minute) return null;
    if (age <= 0 || floorTo(at, everyMs).getTime() === (collectedAt && floorTo(collectedAt, everyMs).getTime()))
      return 'done';
    const newest = nothingAt !== null && at.getTime() - nothingAt.getTime() < age ? nothingAt : collectedAt;
    return newest === null || at.getTime() - newest.getTime() > oldestCountersMs ? null : newest;
  }

  async function countersBefore(trx: Tx, since: Date | null): Promise<Map<string, ServiceCounters>> {
    if (since === null || since === nothingAt) return new Map();
    return memory?.collectedAt === since.getTime() ? memory.counters : await loadCounters(trx);
  }

  /** Rolls up what is whole now; every quarter of an hour removes what is old. */
  async function tidy(trx: Tx, row: CollectorRow, at: Date): Promise<Omit<CollectorRow, 'collectedAt'>> {
    const minutes = floorTo(at, minute);
    const fives = floorTo(at, 5 * minute);
    const { minutesUntil, fiveMinutesUntil } = row;
    const ahead = (until: Date | null, now: Date) => until === null || until < now;
    if (ahead(minutesUntil, minutes)) await rollUp(trx, { from: 15, to: 60 }, minutesUntil ?? new Date(0), minutes);
    if (ahead(fiveMinutesUntil, fives))
      await rollUp(trx, { from: 60, to: 300 }, fiveMinutesUntil ?? new Date(0), fives);
    const swept = fiveMinutesUntil === null ? 0 : floorTo(fiveMinutesUntil, sweepEveryMs).getTime();
    if (swept < floorTo(fives, sweepEveryMs).getTime()) {
      const olderThan = (ms: number) => new Date(at.getTime() - ms);
      await removeOldPoints(
        trx,
        Object.entries(keptMs).map(([resolution, ms]) => ({ resolution: Number(resolution), before: olderThan(ms) })),
      );
    }
    return { minutesUntil: minutes, fiveMinutesUntil: fives };
  }

  /** Only what changed is written: the counters of an idle service stay where they are. */
  function changedOnes(now: ReadonlyMap<string, ServiceCounters>, before: ReadonlyMap<string, ServiceCounters>) {
    return new Map([...now].filter(([id, value]) => JSON.stringify(value) !== JSON.stringify(before.get(id))));
  }

  async function keep(trx: Tx, snapshot: UsageSnapshot): Promise<Memory | undefined> {
    const row = await lockCollector(trx);
    if (row === undefined) return undefined;
    const since = baseOf(row, snapshot.at);
    if (since === 'done') return undefined;
    const before = await countersBefore(trx, since);
    const counters = countersOf(snapshot);
    const interval = new Date(floorTo(snapshot.at, everyMs).getTime() - everyMs);
    await insertPoints(trx, interval, pointsBetween(snapshot, before, since));
    await saveCounters(trx, changedOnes(counters, before));
    const until = await tidy(trx, row, snapshot.at);
    await updateCollector(trx, { collectedAt: snapshot.at, ...until });
    return { collectedAt: snapshot.at.getTime(), counters };
  }

  return {
    /** Keeps this look. Nothing is written when nothing is there, or this interval has been kept already. */
    async record(snapshot: UsageSnapshot): Promise<void> {
      if (snapshot.instances.length === 0 && snapshot.routes.length === 0) {
        nothingAt = snapshot.at;
        return;
      }
      const kept = await db.transaction().execute((trx) => keep(trx, snapshot));
      if (kept !== undefined) memory = kept;
    },
  };
}
