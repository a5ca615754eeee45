import { sql } from 'kysely';
import type { Db, Tx } from '../../platform/db/database.ts';
import type { MetricPoint, ServiceCounters } from './metric-counters.ts';

export interface CollectorRow {
  collectedAt: Date | null;
  minutesUntil: Date | null;
  fiveMinutesUntil: Date | null;
}

/**
 * Takes the collection for this transaction; undefined when another server has it. One that was frozen in the middle is
 * cut off by PostgreSQL, so that it keeps the others from collecting for half a minute at most.
 */
export async function lockCollector(trx: Tx): Promise<CollectorRow | undefined> {
  await sql`set local idle_in_transaction_session_timeout = '30s'`.execute(trx);
  return await trx
    .selectFrom('metricCollector')
    .select(['collectedAt', 'minutesUntil', 'fiveMinutesUntil'])
    .forUpdate()
    .skipLocked()
    .executeTakeFirst();
}

export async function updateCollector(trx: Tx, row: CollectorRow): Promise<void> {
  await trx.updateTable('metricCollector').set(row).execute();
}

/** Where the counters stood at the last collection, by service. */
export async function loadCounters(db: Db): Promise<Map<string, ServiceCounters>> {
  const rows = await db.selectFrom('metricCounters').select(['serviceId', 'counters']).execute();
  return new Map(rows.map(({ serviceId, counters }) => [serviceId, counters as unknown as ServiceCounters]));
}

/** All of them by one statement. Services that are gone are left out; the organization is that of the service. */
export async function saveCounters(trx: Tx, counters: ReadonlyMap<string, ServiceCounters>): Promise<void> {
  if (counters.size === 0) return;
  const rows = [...counters].map(([service_id, value]) => ({ service_id, counters: value }));
  await sql`
    insert into metric_counters (service_id, organization_id, counters)
    select c.service_id, s.organization_id, c.counters
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as c (service_id text, counters jsonb)
      join services s on s.id = c.service_id
    on conflict (service_id) do update set counters = excluded.counters`.execute(trx);
}

/** All points of one interval by one statement. What only a route can have stays unknown for services without one. */
export async function insertPoints(trx: Tx, at: Date, points: readonly MetricPoint[]): Promise<void> {
  if (points.length === 0) return;
  await sql`
    insert into metric_points (organization_id, service_id, resolution, at, seconds, cpu_ms, disk_read_bytes,
        disk_write_bytes, network_in_bytes, network_out_bytes, requests, responses, errors, latency, memory_bytes, instances)
    select s.organization_id, s.id, 15, ${at}::timestamptz, p."seconds", p."cpuMs", p."diskReadBytes", p."diskWriteBytes",
        case when s.host_label is not null then p."networkInBytes" end,
        case when s.host_label is not null then p."networkOutBytes" end,
        case when s.host_label is not null then p."requests" end,
        case when s.host_label is not null then p."responses" end,
        case when s.host_label is not null then p."errors" end,
        nullif(p."latency", 'null'::jsonb), p."memoryBytes", p."instances"
      from jsonb_to_recordset(${JSON.stringify(points)}::jsonb) as p ("serviceId" text, "seconds" real, "cpuMs" bigint,
        "diskReadBytes" bigint, "diskWriteBytes" bigint, "networkInBytes" bigint, "networkOutBytes" bigint,
        "requests" bigint, "responses" bigint, "errors" bigint, "latency" jsonb, "memoryBytes" bigint, "instances" real)
      join services s on s.id = p."serviceId"
    on conflict do nothing`.execute(trx);
}

/**
 * Adds the points of `from` seconds in a time up into points of `to` seconds. Sums are summed, gauges averaged, histograms
 * added. Doing it again changes nothing. Looked up service by service, which the primary key is for: an index by time alone
 * would be half as large again as the table.
 */
export async function rollUp(trx: Tx, step: { from: number; to: number }, since: Date, until: Date): Promise<void> {
  await sql`
    insert into metric_points (organization_id, service_id, resolution, at, seconds, cpu_ms, disk_read_bytes,
        disk_write_bytes, network_in_bytes, network_out_bytes, requests, responses, errors, latency, memory_bytes, instances)
    select p.organization_id, p.service_id, ${step.to}::int, p.bin, sum(p.seconds), sum(p.cpu_ms), sum(p.disk_read_bytes),
        sum(p.disk_write_bytes), sum(p.network_in_bytes), sum(p.network_out_bytes), sum(p.requests), sum(p.responses),
        sum(p.errors),
        (select jsonb_object_agg(merged.key, merged.count)
           from (select each.key, sum(each.value::bigint) as count
                   from unnest(array_agg(p.latency) filter (where p.latency is not null)) as histogram,
                        jsonb_each_text(histogram) as each
                  group by each.key) as merged),
        round(avg(p.memory_bytes)), avg(p.instances)
      from services s
      cross join lateral (
        select *, date_bin(make_interval(secs => ${step.to}::int), at, timestamptz 'epoch') as bin
          from metric_points
         where service_id = s.id and resolution = ${step.from}::int and at >= ${since} and at < ${until}
        ) as p
     group by p.organization_id, p.service_id, p.bin
    on conflict do nothing`.execute(trx);
}

/** Removes points of each resolution that are older than they are kept. */
export async function removeOldPoints(trx: Tx, kept: readonly { resolution: number; before: Date }[]): Promise<void> {
  await trx
    .deleteFrom('metricPoints')
    .where((where) =>
      where.or(kept.map(({ resolution, before }) => where('resolution', '=', resolution).and('at', '<', before))),
    )
    .execute();
}
