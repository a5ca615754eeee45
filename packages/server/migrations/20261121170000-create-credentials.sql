-- What davit signs in to cloud providers with. Secrets are encrypted under the organization's key.

create table credentials (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  name text not null,
  provider text not null,
  public_fields jsonb not null,
  sealed_fields bytea not null,
  secret_names text[] not null,
  labels jsonb not null,
  environment_id text references environments on delete cascade,
  endpoint text,
  expires_at timestamptz,
  warned_for timestamptz,
  version integer not null default 1,
  last_used_at timestamptz,
  created_by text,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint credentials_name_key unique (organization_id, name)
);
create index credentials_provider_idx on credentials (organization_id, provider);
create index credentials_expires_at_idx on credentials (expires_at) where expires_at is not null;
comment on column credentials.public_fields is 'Fields of the provider that are no secret, by name.';
comment on column credentials.sealed_fields is 'Encrypted: the others, as a JSON object.';
comment on column credentials.secret_names is 'Which fields are in sealed_fields.';
comment on column credentials.environment_id is 'Only stacks of this environment may use it; of every one when null.';
comment on column credentials.endpoint is 'Where it is validated, in place of the address of the provider.';
comment on column credentials.warned_for is 'The end that its owners were warned of.';
comment on column credentials.version is 'Goes up when the fields are replaced.';

create table former_credentials (
  credential_id text primary key references credentials on delete cascade,
  organization_id text not null references organizations on delete cascade,
  version integer not null,
  public_fields jsonb not null,
  sealed_fields bytea not null,
  secret_names text[] not null,
  endpoint text,
  replaced_at timestamptz not null default now()
);
comment on table former_credentials is 'What a credential was before it was replaced, until a run has succeeded with what it is now.';

create table credential_uses (
  organization_id text not null references organizations on delete cascade,
  resource_id text not null,
  resource_name text not null,
  credential_id text not null references credentials on delete cascade,
  run_id text not null,
  at timestamptz not null default now(),
  primary key (organization_id, resource_id)
);
create index credential_uses_credential_idx on credential_uses (organization_id, credential_id);
comment on table credential_uses is 'The credential that each cloud resource was last worked on with: what holds a credential back from being deleted.';
