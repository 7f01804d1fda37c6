-- What follows from tracks: items (trips, stops, gaps, fence passages, times above the limit, suspect fixes) and days, and every change of
-- them. All of it can be derived again from the fixes; it is stored to be read and to tell integrators what changed.

create table timeline_items (
    id         uuid primary key,
    agent_id   uuid        not null,
    device     text        not null,
    -- 1 trip, 2 stop, 3 gap, 4 fence_passage, 5 overspeed, 6 suspect (engine/src/track/item.rs)
    kind       smallint    not null constraint timeline_items_kind_known check (kind between 1 and 6),
    -- the fence of a passage, a name of the fix of a suspect; otherwise nil
    subject    uuid        not null,
    -- civil date it starts on: the day it belongs to
    date       date        not null,
    start_at   timestamptz not null,
    -- null while it goes on
    end_at     timestamptz,
    -- event time of the fix that settled it: a late fix before this may change it
    decided_at timestamptz not null,
    -- 1 when created, then counted up
    revision   bigint      not null,
    -- engine/src/track/item.rs, Body
    body       jsonb       not null,
    constraint timeline_items_once unique (agent_id, device, kind, subject, start_at) deferrable initially deferred
);
create index timeline_items_by_start on timeline_items (agent_id, start_at, id);
create index timeline_items_by_decision on timeline_items (agent_id, device, decided_at);
create index timeline_items_open on timeline_items (agent_id, device) where end_at is null;
create index timeline_items_by_subject on timeline_items (subject, start_at) where kind = 4;

create table timeline_days (
    agent_id       uuid        not null,
    device         text        not null,
    -- civil date in the organisation's time zone
    date           date        not null,
    fixes          bigint      not null,
    distance_mm    bigint      not null,
    motion_ms      bigint      not null,
    idle_ms        bigint      not null,
    gap_ms         bigint      not null,
    max_speed_cmps integer     not null,
    first_at       timestamptz not null,
    last_at        timestamptz not null,
    -- the walk's state after the day's last fix (engine/src/track/walk.rs); null while the day is under way
    carry_out      bytea,
    -- counts up whenever late data changed the day
    revision       bigint      not null,
    primary key (agent_id, device, date)
);
create index timeline_days_by_date on timeline_days (date, agent_id);

-- The change feed, in the order of commits: one writer numbers it.
create table timeline_changes (
    seq      bigint generated always as identity primary key,
    -- when it was committed, by the server's clock
    at       timestamptz not null,
    agent_id uuid        not null,
    device   text        not null,
    -- 1 created, 2 amended, 3 withdrawn
    op       smallint    not null constraint timeline_changes_op_known check (op between 1 and 3),
    -- as in timeline_items; 0: a day
    kind     smallint    not null,
    -- null for a day
    item_id  uuid,
    date     date        not null,
    revision bigint      not null,
    -- what it was and what it is, as sent
    old      jsonb,
    new      jsonb
);
create index timeline_changes_by_time on timeline_changes (at);

-- What people decided about single fixes. The fix is named whole: it may be in the track, in quarantine, or come again later.
create table fix_decisions (
    agent_id    uuid        not null,
    recorded_at timestamptz not null,
    device      text        not null,
    -- the fix alone, as a chunk of one
    data        bytea       not null,
    -- 1 vouched (belongs to the track, whatever raised suspicion), 2 excluded (as if it had never come)
    decision    smallint    not null constraint fix_decisions_known check (decision in (1, 2)),
    decided_by  uuid        not null,
    decided_at  timestamptz not null,
    note        text        not null default '',
    primary key (agent_id, recorded_at, device, data)
);

-- Versions of the organisation's settings for tracks: each holds for event times from valid_from on.
create table track_settings (
    valid_from timestamptz primary key,
    -- engine/src/track/rules.rs, TrackRules
    rules      jsonb       not null,
    created_by uuid        not null,
    created_at timestamptz not null
);

-- How an agent moves, from when on. Without a row: vehicle.
create table agent_profiles (
    agent_id   uuid        not null constraint agent_profiles_agent_exists references agents (id),
    valid_from timestamptz not null,
    -- 1 vehicle, 2 foot
    profile    smallint    not null constraint agent_profiles_known check (profile in (1, 2)),
    primary key (agent_id, valid_from)
);

-- Which of an agent's phones counts where several were on at once, as a person said. Without a row: the one with most fixes of the day.
create table agent_primary_devices (
    agent_id uuid primary key constraint agent_primary_devices_agent_exists references agents (id),
    device   text not null
);

-- Snapshots are numbered in the order they were taken; a later one is never replaced by an earlier one.
alter table agent_snapshots add column rev bigint not null default 0;

-- Tracks follow people's decisions.
create or replace function track_points(agent uuid, "from" timestamptz, "to" timestamptz) returns setof track_point
language sql stable as $$
    select distinct p.*
    from (
        select d.* from track_chunks c, salessync_decode_chunk(c.data, 0, c.device) d
        where c.agent_id = agent and c.t0 < "to" and c.t1 >= "from"
        union all
        select d.* from track_chunks_cold c, salessync_decode_chunk(c.data, 0, c.device) d
        where c.agent_id = agent and c.t0 < "to" and c.t1 >= "from"
        union all
        select d.*
        from journal_shards s
        join ingest_journal j on j.shard = s.shard and j.seq > s.compacted_seq,
        salessync_decode_journal(j.data, agent) d
        where s.shard = get_byte(uuid_send(agent), 15) & 63
        union all
        select d.* from fix_decisions v, salessync_decode_chunk(v.data, 0, v.device) d
        where v.agent_id = agent and v.decision = 1 and v.recorded_at >= "from" and v.recorded_at < "to"
    ) p
    where p.recorded_at >= "from" and p.recorded_at < "to"
      and not exists (
          select 1 from quarantined_fixes q, salessync_decode_chunk(q.data, 0, q.device) d
          where q.agent_id = agent and q.recorded_at = p.recorded_at and d is not distinct from p
            and not exists (
                select 1 from fix_decisions v
                where v.agent_id = agent and v.recorded_at = q.recorded_at and v.device = q.device and v.data = q.data and v.decision = 1
            )
      )
      and not exists (
          select 1 from fix_decisions x, salessync_decode_chunk(x.data, 0, x.device) d
          where x.agent_id = agent and x.recorded_at = p.recorded_at and x.decision = 2 and d is not distinct from p
      )
    order by p.recorded_at, p.lat, p.lon
$$;
