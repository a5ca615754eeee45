-- Host names of users' own that lead to their services.

create table domains (
  id text primary key,
  organization_id text not null references organizations on delete cascade,
  service_id text not null references services on delete cascade,
  host text not null,
  token text not null,
  redirect_to_id text references domains on delete set null,
  force_https boolean not null default true,
  state text not null default 'pending' check (state in ('pending', 'active', 'failed')),
  verified_at timestamptz,
  failing_since timestamptz,
  checked_at timestamptz,
  next_check_at timestamptz default now(),
  seen text,
  advice text,
  certificate_expires_at timestamptz,
  certificate_issuer text,
  certificate_fault text,
  certificate_checked_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint domains_host_key unique (organization_id, host),
  constraint domains_redirect_check check (redirect_to_id <> id)
);
-- Whoever shows first that the name is theirs has it, in the whole installation; a claim alone keeps nobody out.
create unique index domains_verified_host_key on domains (host) where verified_at is not null;
create index domains_service_id_idx on domains (service_id);
create index domains_redirect_to_id_idx on domains (redirect_to_id);
create index domains_next_check_at_idx on domains (next_check_at);
comment on column domains.host is 'As DNS has it: lower case, punycode, no dot at its end.';
comment on column domains.token is 'What a TXT record must hold. No secret: it only shows who may change the records.';
comment on column domains.redirect_to_id is 'Another domain of the same service, to which requests are sent.';
comment on column domains.verified_at is 'Since when it is served; null: it is not.';
comment on column domains.failing_since is 'Since when a verified domain does not lead here; after a week it is no longer served.';
comment on column domains.next_check_at is 'Null: only when somebody asks.';
comment on column domains.seen is 'What DNS said at the last check.';
comment on column domains.advice is 'What to change, where something is wrong.';

-- Who looks at a service hears when one of its domains comes, changes or goes, and when a check of it ends.
create function notify_domain_change() returns trigger language plpgsql as $$
declare
  subject record;
begin
  if tg_op = 'DELETE' then subject := old; else subject := new; end if;
  perform pg_notify('davit_changes', jsonb_build_object('type', 'domain', 'id', subject.id,
    'serviceId', subject.service_id, 'gone', tg_op = 'DELETE')::text);
  return null;
end
$$;
create trigger domains_notify after insert or update or delete on domains
  for each row execute function notify_domain_change();
