-- Variables of environments beside those of services, what they refer to, and what they were before.

alter table variables
  alter column service_id drop not null,
  add column environment_id text references environments on delete cascade,
  add column digest text,
  add column reference_list jsonb,
  add column updated_by text,
  add constraint variables_one_owner_check check (num_nonnulls(service_id, environment_id) = 1),
  add constraint variables_environment_name_key unique (environment_id, name);
create index variables_environment_idx on variables (organization_id, environment_id) where environment_id is not null;
comment on column variables.environment_id is 'Set for a shared variable, which all services of the environment have.';
comment on column variables.digest is 'HMAC-SHA256 of the value under a key of the organization, in hexadecimal digits: what is compared, so that comparing decrypts nothing. Null until a value from before this column is looked at.';
comment on column variables.reference_list is 'What the value refers to, as it is written: [{"service": "api" or null for shared, "name": "URL"}].';

-- When they last changed no longer tells whether a deployment is due: what they are does.
alter table services drop column variables_changed_at;

alter table releases add column variable_digests jsonb;
comment on column releases.variable_digests is 'By name, in hexadecimal digits: what releases and services are compared by.';

create table variable_changes (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  service_id text references services on delete cascade,
  environment_id text references environments on delete cascade,
  name text not null,
  change text not null check (change in ('created', 'updated', 'deleted')),
  former_value bytea,
  changed_by text,
  created_at timestamptz not null default now(),
  constraint variable_changes_one_owner_check check (num_nonnulls(service_id, environment_id) = 1),
  constraint variable_changes_former_value_check check ((change = 'created') = (former_value is null))
);
create index variable_changes_service_idx on variable_changes (organization_id, service_id, id desc);
create index variable_changes_environment_idx on variable_changes (organization_id, environment_id, id desc);
comment on column variable_changes.former_value is 'Encrypted: the value before this change.';
