-- What who asked for a stack update might do then: a module that acts on davit may do no more.

alter table stack_updates add column asked_role text check (asked_role in ('viewer', 'developer', 'admin', 'owner'));
comment on column stack_updates.asked_role is 'Of the caller, lowered by the scope of its API token; null for davit''s own schedule.';
