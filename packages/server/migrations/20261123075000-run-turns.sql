-- Organizations take turns for the places of a lane: a claim steps from one's queue to the next's, and reads the first runs of each.
drop index runs_queued_idx;
create index runs_queued_idx on runs (lane, coalesce(organization_id, ''), position) where state = 'queued';
