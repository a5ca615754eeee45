-- What services used: points of 15 s, rolled up into 1 min and 5 min, and the counters that the next point is counted from.

create table metric_points (
  organization_id text not null references organizations on delete cascade,
  service_id text not null references services on delete cascade,
  resolution smallint not null check (resolution in (15, 60, 300)),
  at timestamptz not null,
  seconds real,
  cpu_ms bigint,
  disk_read_bytes bigint,
  disk_write_bytes bigint,
  network_in_bytes bigint,
  network_out_bytes bigint,
  requests bigint,
  responses bigint,
  errors bigint,
  latency jsonb,
  memory_bytes bigint,
  instances real not null,
  primary key (service_id, resolution, at)
)
-- Rows are removed as steadily as they come.
with (autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.2);
comment on column metric_points.at is 'Where the interval begins.';
comment on column metric_points.seconds is 'The time over which the sums of this row were counted; null where only gauges (memory, instances) are known.';
comment on column metric_points.latency is 'Histogram: number of the bucket to the number of responses in it.';

create table metric_counters (
  service_id text primary key references services on delete cascade,
  organization_id text not null references organizations on delete cascade,
  counters jsonb not null
) with (fillfactor = 50);
comment on table metric_counters is 'Where the counters of instances and routes stood at the last collection, so that a restart of the server loses nothing.';

-- One row for the whole platform: whoever has it locked collects.
create table metric_collector (
  id smallint primary key check (id = 1),
  collected_at timestamptz,
  minutes_until timestamptz,
  five_minutes_until timestamptz
) with (fillfactor = 50);
insert into metric_collector (id) values (1);
comment on column metric_collector.minutes_until is 'Points of 15 s before this are rolled up into points of 1 min.';
comment on column metric_collector.five_minutes_until is 'Points of 1 min before this are rolled up into points of 5 min.';
