-- Cloud resources: manifests that are deployed, their stacks' state and outputs, and what was done with them.

create table cloud_resources (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  environment_id text references environments,
  kind text not null,
  name text not null,
  manifest jsonb not null,
  stack_organization text not null,
  stack_project text not null,
  stack_name text not null,
  passphrase bytea not null,
  deleting boolean not null default false,
  deleted_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create unique index cloud_resources_stack_key on cloud_resources (organization_id, stack_project, stack_name) where deleted_at is null;
create index cloud_resources_organization_id_idx on cloud_resources (organization_id, id);
create index cloud_resources_environment_id_idx on cloud_resources (environment_id) where environment_id is not null;
comment on column cloud_resources.passphrase is 'Encrypted: what the secrets in the stack''s state are encrypted with.';
comment on column cloud_resources.deleted_at is 'When what it made was destroyed, or left to itself; its updates stay.';

create table stack_updates (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  cloud_resource_id text not null references cloud_resources on delete cascade,
  run_id text not null unique references runs on delete cascade,
  operation text not null check (operation in ('deploy', 'preview', 'refresh', 'destroy', 'delete')),
  manifest jsonb not null,
  clear_pending boolean not null default false,
  retry_of text references stack_updates on delete set null,
  credential jsonb,
  changes jsonb,
  exit_code integer,
  created_by text,
  created_at timestamptz not null default now()
);
create index stack_updates_cloud_resource_id_idx on stack_updates (cloud_resource_id, id desc);
create index stack_updates_organization_id_idx on stack_updates (organization_id, id desc);
comment on column stack_updates.credential is 'Which credential it was given and why; no secret.';

create table stack_checkpoints (
  cloud_resource_id text not null references cloud_resources on delete cascade,
  version integer not null,
  organization_id text not null references organizations on delete cascade,
  run_id text not null,
  state bytea not null,
  resources integer not null,
  pending jsonb not null default '[]',
  updated_at timestamptz not null default now(),
  primary key (cloud_resource_id, version),
  constraint stack_checkpoints_run_key unique (cloud_resource_id, run_id)
);
comment on column stack_checkpoints.state is 'Encrypted: the stack''s state as the engine wrote it in this run.';
comment on column stack_checkpoints.pending is 'What was under way when the engine ended.';

create table cloud_resource_outputs (
  cloud_resource_id text not null references cloud_resources on delete cascade,
  name text not null,
  organization_id text not null references organizations on delete cascade,
  value jsonb,
  sealed bytea,
  digest text not null,
  updated_at timestamptz not null default now(),
  primary key (cloud_resource_id, name),
  constraint cloud_resource_outputs_one_form check ((value is null) <> (sealed is null))
);
comment on column cloud_resource_outputs.digest is 'Of the value, keyed: tells whether it changed without opening it.';
comment on column cloud_resource_outputs.sealed is 'Encrypted: the value of a secret output, as JSON.';
