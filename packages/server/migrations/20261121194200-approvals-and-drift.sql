-- Deployments of cloud resources that wait for a decision, and what drift checks found.

alter table environments
  add column deploy_approval text not null default 'none' check (deploy_approval in ('none', 'another_member')),
  add column drift_check_hours integer check (drift_check_hours between 1 and 168);
comment on column environments.deploy_approval is 'Whose approval a deployment of a cloud resource needs here.';
comment on column environments.drift_check_hours is 'How often its cloud resources are compared with what is there; null: only when somebody asks.';

alter table stack_updates
  add column preview boolean not null default false,
  drop constraint stack_updates_operation_check,
  add constraint stack_updates_operation_check
    check (operation in ('deploy', 'preview', 'refresh', 'destroy', 'delete', 'import', 'restore', 'drift'));
comment on column stack_updates.preview is 'Of a deployment: whoever asked wants to see what it changes before it is done.';
create index stack_updates_drift_idx on stack_updates (cloud_resource_id, created_at) where operation = 'drift';

create table stack_update_approvals (
  stack_update_id text primary key references stack_updates on delete cascade,
  organization_id text not null references organizations on delete cascade,
  required text not null check (required in ('anyone', 'another_member')),
  state text not null check (state in ('planned', 'waiting', 'approved', 'discarded')),
  changes jsonb not null,
  state_version integer not null,
  plan bytea,
  requested_at timestamptz,
  decided_by text,
  decided_at timestamptz,
  check (state = 'planned' or requested_at is not null)
);
create index stack_update_approvals_organization_id_idx on stack_update_approvals (organization_id);
comment on column stack_update_approvals.state is 'planned: nobody was asked (yet), and nobody will be when the preview changes nothing.';
comment on column stack_update_approvals.state_version is 'Of the stack''s state that was previewed; 0 before the first. The plan holds for that one.';
comment on column stack_update_approvals.plan is 'Encrypted: what the engine is held to. Gone once the update has ended.';

create table stack_drift (
  cloud_resource_id text primary key references cloud_resources on delete cascade,
  organization_id text not null references organizations on delete cascade,
  stack_update_id text not null references stack_updates on delete cascade,
  status text not null check (status in ('in_sync', 'drifted', 'failed')),
  differences jsonb not null default '[]',
  checked_at timestamptz not null default now()
);
create index stack_drift_organization_id_idx on stack_drift (organization_id);
create index stack_drift_stack_update_id_idx on stack_drift (stack_update_id);
comment on column stack_drift.differences is 'Names of resources and of their properties; no value.';
