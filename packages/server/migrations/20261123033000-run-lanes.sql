-- Which places of a server a run takes, so that no number of long runs holds up those that are done in a moment.

alter table runs add column lane text not null default 'long'
  constraint runs_lane_is_known check (lane in ('quick', 'long', 'lasting', 'dependent'));
comment on column runs.lane is 'Which places of a server it takes while it runs; its kind says so when it is made.';

update runs set lane = case
    when kind in ('cron.run', 'command.run') then 'lasting'
    when kind like 'stack.%' then 'dependent'
    else 'quick'
  end
where state in ('queued', 'running', 'waiting') and kind not in ('deployment.create', 'platform.backup');

-- The claim walks the queued runs of a lane in order.
drop index runs_queued_idx;
create index runs_queued_idx on runs (lane, position) where state = 'queued';
