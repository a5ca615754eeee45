-- Runs that wait for a decision: they have no worker, hold up no other run of their subject, and end by a limit of their own.

alter table runs
  add column wait_until timestamptz,
  add column wait_outcome jsonb,
  add column waiting_since timestamptz,
  add column waited_ms bigint not null default 0,
  add constraint runs_wait_has_limit check ((state = 'waiting') = (wait_until is not null and wait_outcome is not null));
comment on column runs.wait_until is 'When a waiting run ends as wait_outcome says, if nobody has decided.';
comment on column runs.waiting_since is 'Set until a worker goes on with it; that time, and all such before (waited_ms), does not count against the timeout.';

drop index runs_one_running_per_subject_idx;
create unique index runs_one_running_per_subject_idx on runs (subject) where state = 'running';
create index runs_waiting_idx on runs (wait_until) where state = 'waiting';
create index runs_waiting_subject_idx on runs (subject) where state = 'waiting';
