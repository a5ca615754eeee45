import type { Pool } from 'pg';

/** Gives a service an hour of figures as an application with some visitors has them: what a test cannot wait for. */
export async function writeHourOfMetrics(pool: Pool, serviceId: string): Promise<void> {
  await pool.query(
    `insert into metric_points (organization_id, service_id, resolution, at, seconds, cpu_ms, disk_read_bytes,
       disk_write_bytes, network_in_bytes, network_out_bytes, requests, responses, errors, latency, memory_bytes, instances)
     select organization_id, id, resolution, at, resolution, load * resolution * 300, 0, load * resolution * 4096,
            load * resolution * 2000, load * resolution * 30000, load * resolution * 12, load * resolution * 12,
            (case when minute % 17 = 0 then resolution / 15 else 0 end),
            jsonb_build_object('12', (load * resolution * 8)::int, '16', (load * resolution * 3)::int, '20', resolution),
            (110 + 25 * load) * 1024 * 1024, 2
       from services,
            (values (15), (60)) as kept (resolution),
            generate_series(date_trunc('hour', now()) - interval '1 hour', now() - interval '1 minute',
                            make_interval(secs => resolution)) as at,
            lateral (select extract(epoch from at)::bigint / 60 as minute) as clock,
            lateral (select 0.6 + 0.3 * sin(minute / 7.0) + 0.1 * sin(minute * 1.7) as load) as load
      where id = $1
     on conflict do nothing`,
    [serviceId],
  );
}
