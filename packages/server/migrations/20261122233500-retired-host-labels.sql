-- Host labels of services that are gone. Somebody's DNS may still lead to `LABEL.BASE_DOMAIN`, and a CNAME for it verifies a
-- domain: whoever got the label next would get that domain too.

create table retired_host_labels (
  host_label text primary key,
  organization_id text not null,
  retired_at timestamptz not null default now()
);
comment on column retired_host_labels.organization_id is 'Who had it, and alone may have it again. No foreign key: when the organization is gone, nobody may.';

-- In the transaction in which a service loses its label, whatever takes it: a deletion of its own, or one that takes it along.
create function retire_host_label() returns trigger language plpgsql as $$
begin
  insert into retired_host_labels (host_label, organization_id) values (old.host_label, old.organization_id)
    on conflict (host_label) do update
    set organization_id = excluded.organization_id, retired_at = excluded.retired_at;
  return null;
end
$$;
create trigger services_retire_host_label after delete on services
  for each row when (old.host_label is not null) execute function retire_host_label();
create trigger services_retire_former_host_label after update of host_label on services
  for each row when (old.host_label is not null and old.host_label is distinct from new.host_label)
  execute function retire_host_label();
