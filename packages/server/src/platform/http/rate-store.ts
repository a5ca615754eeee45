import { sql } from 'kysely';
import type { Db } from '../db/database.ts';

/** How often a bucket was taken from, by all servers together, and when that is forgotten. */
export interface RateUse {
  used: number;
  endsInMs: number;
}

/** Where several servers add up what they let through. */
export interface RateStore {
  /** Adds to each bucket, in one statement; less than nothing gives back. The answer has every bucket that was asked for. */
  add(counts: ReadonlyMap<string, number>, windowMs: number): Promise<ReadonlyMap<string, RateUse>>;
  /** Removes the windows that are over. */
  sweep(): Promise<void>;
}

/** {@link RateStore} in PostgreSQL, whose clock counts for all. */
export function createRateStore({ db }: { db: Db }): RateStore {
  return {
    async add(counts, windowMs) {
      // In the order of their names: two servers that add to the same buckets wait for each other, and never in a circle.
      const buckets = [...counts.keys()].toSorted();
      const numbers = buckets.map((bucket) => counts.get(bucket) ?? 0);
      const { rows } = await sql<{ bucket: string; used: number; endsInMs: number }>`
        insert into rate_limits (bucket, used, ends_at)
        select bucket, used, now() + make_interval(secs => ${windowMs / 1000}::float8)
        from unnest(${buckets}::text[], ${numbers}::int[]) as added (bucket, used)
        on conflict (bucket) do update set
          used = greatest(0, excluded.used + case when rate_limits.ends_at > now() then rate_limits.used else 0 end),
          ends_at = case when rate_limits.ends_at > now() then rate_limits.ends_at else excluded.ends_at end
        returning bucket, used, (extract(epoch from ends_at - now()) * 1000)::float8 as "endsInMs"`.execute(db);
      return new Map(rows.map(({ bucket, ...use }) => [bucket, use]));
    },
    async sweep() {
      await sql`delete from rate_limits where ends_at < now() - interval '1 minute'`.execute(db);
    },
  };
}
