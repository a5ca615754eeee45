-- How many organizations one account has founded is limited: each has a share of the places for runs.
alter table organizations add column founded_by text references users on delete set null;
comment on column organizations.founded_by is 'Whose number of organizations it counts for; null when that user is gone.';
create index organizations_founded_by_idx on organizations (founded_by) where founded_by is not null;

-- Nothing says who founded those that are there: their first owner, most likely.
update organizations o set founded_by = (
  select m.user_id from members m where m.organization_id = o.id and m.role = 'owner' order by m.created_at, m.user_id limit 1
);
