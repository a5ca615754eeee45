-- Whoever claimed the installation operates it. An owner of an organization is none by that: backups hold everybody's data.
create table platform_operators (
  user_id text primary key references users on delete cascade,
  created_at timestamptz not null default now()
);
comment on table platform_operators is 'Users who may see and back up the whole installation, whatever organization they act in.';

-- The first account of an installation is the one that claimed it.
insert into platform_operators (user_id) select id from users order by created_at, id limit 1;
