-- Tokens that a run is given to call davit with: revoked when it ends.

alter table api_tokens add column run_id text references runs on delete cascade;
create index api_tokens_run_id_idx on api_tokens (run_id) where run_id is not null;
comment on column api_tokens.run_id is 'The run that alone uses it; null for a token that a person made.';
