create index stack_updates_credential_idx on stack_updates (organization_id, (credential ->> 'id'), id);
comment on index stack_updates_credential_idx is 'Which updates were given a credential, newest first.';
