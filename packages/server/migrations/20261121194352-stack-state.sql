-- Imports of what is there already, and states that are put in place of a stack's own.

alter table stack_updates drop constraint stack_updates_operation_check;
alter table stack_updates add constraint stack_updates_operation_check
  check (operation in ('deploy', 'preview', 'refresh', 'destroy', 'delete', 'import', 'restore', 'drift'));
alter table stack_updates add column import_ids jsonb;
alter table stack_updates add column restored_state bytea;
comment on column stack_updates.import_ids is 'Of an import: the provider''s id by the name that the program gives a resource.';
comment on column stack_updates.restored_state is 'Encrypted: the state that a restore puts in place; gone once that is done.';

alter table stack_checkpoints add column created_at timestamptz;
update stack_checkpoints set created_at = updated_at;
alter table stack_checkpoints alter column created_at set default now(), alter column created_at set not null;
