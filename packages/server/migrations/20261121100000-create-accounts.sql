-- Who may do what: organizations, users, members, invitations, sessions and API tokens.

create table platform_settings (
  name text primary key,
  value jsonb not null,
  updated_at timestamptz not null default now()
);
comment on table platform_settings is 'Facts about this installation, such as the claim token''s hash and the root key''s canary. One row each.';

create table organizations (
  id text primary key,
  name text not null check (length(name) between 1 and 80),
  created_at timestamptz not null default now()
);

create table organization_keys (
  organization_id text not null references organizations on delete cascade,
  version integer not null check (version > 0),
  wrapped_key bytea not null,
  root_key_id text not null,
  created_at timestamptz not null default now(),
  primary key (organization_id, version)
);
comment on table organization_keys is 'Data keys, each wrapped by the root key named in root_key_id. The highest version encrypts; all decrypt.';

create table users (
  id text primary key,
  email text not null check (email = lower(email)),
  name text not null,
  password_hash text not null,
  created_at timestamptz not null default now(),
  constraint users_email_key unique (email)
);

create table members (
  organization_id text not null references organizations on delete cascade,
  user_id text not null references users on delete cascade,
  role text not null check (role in ('owner', 'admin', 'developer', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (organization_id, user_id)
);
create index members_user_id_idx on members (user_id);

create table invitations (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  email text not null check (email = lower(email)),
  role text not null check (role in ('owner', 'admin', 'developer', 'viewer')),
  token_hash text not null unique,
  invited_by text references users on delete set null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
create index invitations_organization_id_idx on invitations (organization_id, id);

-- A session is one family of refresh tokens: one sign-in on one device.
create table sessions (
  id text primary key,
  user_id text not null references users on delete cascade,
  organization_id text not null references organizations on delete cascade,
  user_agent text not null default '',
  address text not null default '',
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  revoke_reason text
);
create index sessions_user_id_idx on sessions (user_id);

create table refresh_tokens (
  token_hash text primary key,
  session_id text not null references sessions on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);

create table api_tokens (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  user_id text not null references users on delete cascade,
  name text not null check (length(name) between 1 and 80),
  scope text not null check (scope in ('read', 'deploy', 'admin')),
  token_hash text not null unique,
  created_at timestamptz not null default now(),
  last_used_at timestamptz,
  expires_at timestamptz,
  revoked_at timestamptz
);
create index api_tokens_organization_id_idx on api_tokens (organization_id, id);

create table audit_log (
  id text primary key,
  organization_id text references organizations on delete cascade,
  actor_kind text not null check (actor_kind in ('user', 'api_token', 'system', 'anonymous')),
  actor_id text,
  action text not null,
  subject text,
  result text not null check (result in ('done', 'refused', 'failed')),
  address text,
  details jsonb not null default '{}',
  at timestamptz not null default now()
);
create index audit_log_organization_id_idx on audit_log (organization_id, id desc);

create table idempotency_keys (
  principal text not null,
  key text not null,
  request_hash text not null,
  status integer,
  content_type text,
  body bytea,
  created_at timestamptz not null default now(),
  primary key (principal, key)
);
comment on table idempotency_keys is 'First answers to writes that carried an Idempotency-Key; status is null while the first one is under way. Kept 24 hours.';
