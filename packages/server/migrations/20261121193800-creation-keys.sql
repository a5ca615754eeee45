-- Who creates by a program names each creation by a key: when it was cut short, the next try finds what the first one made.

alter table projects add column creation_key text check (length(creation_key) between 1 and 200);
alter table environments add column creation_key text check (length(creation_key) between 1 and 200);
alter table services add column creation_key text check (length(creation_key) between 1 and 200);
comment on column projects.creation_key is 'Of the creation that made it; the same one within a day is answered with it.';
comment on column environments.creation_key is 'As in projects.';
comment on column services.creation_key is 'As in projects.';
