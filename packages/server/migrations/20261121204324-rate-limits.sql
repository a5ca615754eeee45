-- How often somebody came in a window of time, for all servers on this database together. Unlogged: written often, and worth nothing
-- after a crash, which empties it.

create unlogged table rate_limits (
  bucket text primary key check (length(bucket) between 1 and 300),
  used integer not null,
  ends_at timestamptz not null
);
comment on table rate_limits is 'Requests of a user or an address in the window that ends at ends_at.';
create index rate_limits_ends_at on rate_limits (ends_at);
