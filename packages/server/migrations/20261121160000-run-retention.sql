-- Runs that ended long ago are removed: found by their end, and each looked for among those that it superseded.

create index runs_finished_at_idx on runs (finished_at) where finished_at is not null;
create index runs_superseded_by_idx on runs (superseded_by) where superseded_by is not null;
