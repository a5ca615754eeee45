-- What lets davit read the private repository of an organization's own module.

alter table kind_modules add column source_secret bytea;
comment on column kind_modules.source_secret is 'Encrypted: the access token or the deploy key of a private repository.';
