-- How long builds took and what they made: one row a deployment that was built, the newest of each service.

create table build_reports (
  deployment_id text primary key references deployments on delete cascade,
  organization_id text not null references organizations on delete cascade,
  service_id text not null references services on delete cascade,
  seconds double precision not null,
  stages jsonb not null,
  stage_count integer not null,
  cached_stage_count integer not null,
  image_bytes bigint,
  created_at timestamptz not null default now()
);
create index build_reports_service_id_idx on build_reports (organization_id, service_id, deployment_id desc);
comment on column build_reports.stages is 'Array of {title, seconds, cached}; of very many the longest.';
comment on column build_reports.image_bytes is 'Null: a folder, or the engine did not say.';
