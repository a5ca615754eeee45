-- Why a service that should run cannot be started, for as long as it cannot: who looks at it need not be the server that tried.

create table service_faults (
  service_id text primary key references services on delete cascade,
  organization_id text not null references organizations on delete cascade,
  code text not null,
  message text not null,
  hint text not null,
  since timestamptz not null default now()
);
create index service_faults_organization_id_idx on service_faults (organization_id);
comment on table service_faults is 'Services whose instances davit could not start the last time it tried; the row goes when it can.';

-- A canvas shows it. A service that is gone says so itself.
create function notify_service_fault() returns trigger language plpgsql as $$
declare
  subject text := case when tg_op = 'DELETE' then old.service_id else new.service_id end;
  message jsonb;
begin
  select jsonb_build_object('type', 'service', 'id', s.id, 'serviceId', s.id, 'environmentId', s.environment_id,
    'projectId', s.project_id, 'gone', false) into message from services s where s.id = subject;
  if message is not null then perform pg_notify('davit_changes', message::text); end if;
  return null;
end
$$;
create trigger service_faults_notify after insert or update or delete on service_faults
  for each row execute function notify_service_fault();
