-- Kinds of cloud resource whose module is an organization's own.

create table kind_modules (
  organization_id text not null references organizations on delete cascade,
  kind text not null check (kind ~ '^[A-Z][A-Za-z0-9]{1,62}$'),
  provider text,
  summary text not null default '',
  source jsonb not null,
  spec_schema jsonb,
  updated_at timestamptz not null default now(),
  primary key (organization_id, kind)
);
comment on column kind_modules.source is 'Where the module is: URL, reference and folder of a Git repository.';
