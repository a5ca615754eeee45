import { sql } from 'kysely';
import type { LatencyHistogram } from '../../adapters/proxy/latency-histogram.ts';
import type { Db } from '../../platform/db/database.ts';

/** Sums and gauges of one service in one interval; `null` where nothing is known. */
export interface IntervalRow {
  serviceId: string;
  /** Number of the interval, from 0. */
  interval: number;
  seconds: number | null;
  cpuMs: number | null;
  diskReadBytes: number | null;
  diskWriteBytes: number | null;
  networkInBytes: number | null;
  networkOutBytes: number | null;
  requests: number | null;
  responses: number | null;
  errors: number | null;
  memoryBytes: number | null;
  instances: number | null;
  latency: LatencyHistogram | null;
}

export interface Intervals {
  /** Unix seconds. */
  from: number;
  stepSeconds: number;
  count: number;
}

export interface PointQuery extends Intervals {
  organizationId: string;
  serviceIds: readonly string[];
  /** The coarsest resolution that is read; what is not rolled up into it yet is read from the finer ones. */
  resolution: 15 | 60 | 300;
}

// Sums of bigint are numeric, which arrives as text.
const total = (column: string) => sql.raw(`sum(p.${column})::float8`);

/**
 * Adds the points of each interval up. Each moment is read at one resolution only: coarse where it is rolled up already,
 * finer for the newest minutes.
 */
export async function readIntervals(db: Db, query: PointQuery): Promise<IntervalRow[]> {
  const { organizationId, serviceIds, from, stepSeconds, count, resolution } = query;
  const begin = new Date(from * 1000);
  const end = new Date((from + count * stepSeconds) * 1000);
  const { rows } = await sql<IntervalRow>`
    with until as (
      select case when ${resolution} >= 60 then coalesce(minutes_until, 'epoch') else 'epoch' end as minutes,
             case when ${resolution} >= 300 then coalesce(five_minutes_until, 'epoch') else 'epoch' end as fives
        from metric_collector
    ), points as (
      select p.*, floor(extract(epoch from p.at - ${begin}::timestamptz) / ${stepSeconds}::int)::int as interval
        from metric_points p, until
       where p.organization_id = ${organizationId}
         and p.service_id = any(${serviceIds}::text[])
         and p.at >= ${begin} and p.at < ${end}
         and ((p.resolution = 15 and p.at >= greatest(minutes, fives))
           or (p.resolution = 60 and p.at >= fives and p.at < minutes)
           or (p.resolution = 300 and p.at < fives))
    )
    select p.service_id, p.interval, ${total('seconds')} as seconds, ${total('cpu_ms')} as cpu_ms,
           ${total('disk_read_bytes')} as disk_read_bytes, ${total('disk_write_bytes')} as disk_write_bytes,
           ${total('network_in_bytes')} as network_in_bytes, ${total('network_out_bytes')} as network_out_bytes,
           ${total('requests')} as requests, ${total('responses')} as responses, ${total('errors')} as errors,
           avg(p.memory_bytes)::float8 as memory_bytes, avg(p.instances)::float8 as instances,
           (select jsonb_object_agg(merged.key, merged.count)
              from (select each.key, sum(each.value::bigint) as count
                      from unnest(array_agg(p.latency) filter (where p.latency is not null)) as histogram,
                           jsonb_each_text(histogram) as each
                     group by each.key) as merged) as latency
      from points p
     group by p.service_id, p.interval`.execute(db);
  return rows;
}
