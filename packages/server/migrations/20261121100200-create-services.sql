-- What is deployed: projects, environments, services, their variables, deployments and releases.

create table projects (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  name text not null,
  description text not null default '',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint projects_name_key unique (organization_id, name)
);

create table environments (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  project_id text not null references projects on delete cascade,
  name text not null,
  kind text not null check (kind in ('production', 'staging', 'preview')),
  created_at timestamptz not null default now(),
  constraint environments_name_key unique (project_id, name)
);
create index environments_organization_id_idx on environments (organization_id, id);

create table services (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  project_id text not null references projects,
  environment_id text not null references environments,
  name text not null,
  kind text not null check (kind in ('web', 'worker', 'cron')),
  host_label text,
  source jsonb not null,
  source_secret bytea,
  settings jsonb not null,
  next_cron_at timestamptz,
  variables_changed_at timestamptz,
  desired_state text not null default 'running' check (desired_state in ('running', 'stopped', 'deleted')),
  active_release_id text,
  generation integer not null default 0,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint services_name_key unique (environment_id, name),
  constraint services_host_label_key unique (host_label)
);
create index services_organization_id_idx on services (organization_id, id);
create index services_project_id_idx on services (project_id, id);
comment on column services.host_label is 'First label of the service''s host name below the platform''s base domain; null for services without a port.';
comment on column services.source_secret is 'Encrypted: the access token or the deploy key of a private repository.';
comment on column services.generation is 'Raised by a restart: instances carry it, so that those of an older generation are replaced.';

create table variables (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  service_id text not null references services on delete cascade,
  name text not null check (name ~ '^[A-Za-z_][A-Za-z0-9_]{0,254}$'),
  value bytea not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint variables_name_key unique (service_id, name)
);
create index variables_organization_id_idx on variables (organization_id, service_id);

create table uploads (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  state text not null check (state in ('receiving', 'stored', 'removed')),
  bytes bigint not null default 0,
  files integer not null default 0,
  sha256 text,
  created_by text,
  created_at timestamptz not null default now()
);
create index uploads_organization_id_idx on uploads (organization_id, id);

create table deployments (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  service_id text not null references services on delete cascade,
  run_id text not null unique references runs,
  number integer not null,
  trigger text not null check (trigger in ('deploy', 'rollback', 'restart', 'scale')),
  source jsonb not null,
  release_id text,
  rolls_back_to text references deployments on delete set null,
  commit_sha text,
  commit_message text,
  commit_author text,
  created_by text,
  created_at timestamptz not null default now(),
  constraint deployments_number_key unique (service_id, number)
);
create index deployments_service_id_idx on deployments (service_id, id desc);
create index deployments_organization_id_idx on deployments (organization_id, id desc);

create table releases (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  service_id text not null references services on delete cascade,
  deployment_id text not null unique references deployments on delete cascade,
  state text not null check (state in ('candidate', 'active', 'retired', 'abandoned')),
  artifact jsonb not null,
  settings jsonb not null,
  variables bytea not null,
  artifact_removed_at timestamptz,
  created_at timestamptz not null default now(),
  activated_at timestamptz,
  retired_at timestamptz
);
create unique index releases_one_active_per_service_idx on releases (service_id) where state = 'active';
create index releases_service_id_idx on releases (service_id, id desc);
create index releases_organization_id_idx on releases (organization_id, id);
comment on column releases.variables is 'Encrypted: the variables as they were when the release was made.';

alter table services
  add constraint services_active_release_id_fkey foreign key (active_release_id) references releases (id) on delete set null;
alter table deployments
  add constraint deployments_release_id_fkey foreign key (release_id) references releases (id) on delete set null;
