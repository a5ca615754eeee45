-- Cloud resources stand on the canvas of their environment: who looks at it hears when one comes, changes or goes.

-- A function of its own beside notify_change(): which project it is must be looked up, for a resource knows its environment only.
-- One of no environment is on no canvas.
create function notify_cloud_resource_change() returns trigger language plpgsql as $$
declare
  project text;
begin
  if new.environment_id is null then return null; end if;
  select project_id into project from environments where id = new.environment_id;
  perform pg_notify('davit_changes', jsonb_build_object('type', 'cloud_resource', 'id', new.id,
    'cloudResourceId', new.id, 'environmentId', new.environment_id, 'projectId', project,
    'gone', new.deleted_at is not null)::text);
  return null;
end
$$;
create trigger cloud_resources_notify after insert or update on cloud_resources
  for each row execute function notify_cloud_resource_change();

-- What is gone needs no place. Its row stays, for its updates do.
create function forget_cloud_resource_position() returns trigger language plpgsql as $$
begin
  delete from canvas_positions where environment_id = new.environment_id and node_id = new.id;
  return null;
end
$$;
create trigger cloud_resources_forget_canvas_position after update of deleted_at on cloud_resources
  for each row when (new.deleted_at is not null) execute function forget_cloud_resource_position();
