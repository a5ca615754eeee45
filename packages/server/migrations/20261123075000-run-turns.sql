-- Organizations take turns for the places of a lane: a claim steps from one's queue to the next's, and reads the first runs of each.
create index runs_turns_idx on runs (lane, coalesce(organization_id, ''), position) where state = 'queued';
