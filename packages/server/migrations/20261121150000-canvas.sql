-- Where the nodes of a canvas stand, and who hears that something of a project has changed.

create table canvas_positions (
  organization_id text not null references organizations on delete cascade,
  environment_id text not null references environments on delete cascade,
  node_id text not null check (length(node_id) between 1 and 128),
  x double precision not null,
  y double precision not null,
  updated_at timestamptz not null default now(),
  primary key (environment_id, node_id)
);
create index canvas_positions_organization_id_idx on canvas_positions (organization_id);
comment on table canvas_positions is 'Where people put the nodes of an environment''s canvas; nodes without a row are laid out by the canvas itself.';

-- A node that is gone needs no place.
create function forget_canvas_position() returns trigger language plpgsql as $$
begin
  delete from canvas_positions where environment_id = old.environment_id and node_id = old.id;
  return null;
end
$$;
create trigger services_forget_canvas_position after delete on services
  for each row execute function forget_canvas_position();

-- The last scheduled run of each cron service, for its state.
create index runs_cron_idx on runs (subject, id desc) where kind = 'cron.run';

-- Every server process listens on davit_changes. In the transaction of the change, whoever makes it: a listener never hears
-- of what is rolled back. PostgreSQL sends equal messages of one transaction once, so that a thousand variables are one.
create function notify_change() returns trigger language plpgsql as $$
declare
  subject record;
  message jsonb;
begin
  if tg_op = 'DELETE' then subject := old; else subject := new; end if;
  -- Statements, not one expression: each is planned when it is first run, with the fields that its own table has.
  case tg_table_name
    when 'projects' then
      message := jsonb_build_object('type', 'project', 'id', subject.id, 'projectId', subject.id);
    when 'environments' then
      message := jsonb_build_object('type', 'environment', 'id', subject.id, 'environmentId', subject.id,
        'projectId', subject.project_id);
    when 'services' then
      message := jsonb_build_object('type', 'service', 'id', subject.id, 'serviceId', subject.id,
        'environmentId', subject.environment_id, 'projectId', subject.project_id);
    when 'variables' then
      message := jsonb_build_object('type', 'variables', 'id', coalesce(subject.service_id, subject.environment_id),
        'serviceId', subject.service_id, 'environmentId', subject.environment_id);
    when 'deployments' then
      message := jsonb_build_object('type', 'deployment', 'id', subject.id, 'serviceId', subject.service_id);
    when 'canvas_positions' then
      message := jsonb_build_object('type', 'canvas', 'id', subject.environment_id,
        'environmentId', subject.environment_id);
  end case;
  perform pg_notify('davit_changes', (message || jsonb_build_object('gone', tg_op = 'DELETE'))::text);
  return null;
end
$$;
create trigger projects_notify after insert or update or delete on projects
  for each row execute function notify_change();
create trigger environments_notify after insert or update or delete on environments
  for each row execute function notify_change();
-- Not for the schedule, which moves with each run of a cron service.
create trigger services_notify after insert or delete or update of
  name, source, settings, desired_state, active_release_id, generation, host_label on services
  for each row execute function notify_change();
create trigger variables_notify after insert or update or delete on variables
  for each row execute function notify_change();
-- They go only with their service, which says so itself.
create trigger deployments_notify after insert or update on deployments
  for each row execute function notify_change();
create trigger canvas_positions_notify after insert or update or delete on canvas_positions
  for each row execute function notify_change();
