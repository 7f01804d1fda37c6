-- Where fixes live after the journal: chunks of many fixes of one agent and device, delta-varint encoded (engine/src/track/codec.rs).

-- Days in a bounded window around today; partitions track_chunks_YYYYMMDD are made ahead and, with a retention set, dropped.
-- There is no default partition: it would block detaching. Everything outside the window goes to track_chunks_cold, so that one
-- phone with a broken clock cannot make thousands of partitions.
create table track_chunks (
    agent_id uuid        not null,
    -- event time of the first and of the last fix; a chunk never crosses midnight UTC
    t0       timestamptz not null,
    t1       timestamptz not null,
    device   text        not null,
    -- journal position the chunk was made from: late parts of the same time have another
    part     bigint      not null,
    n        integer     not null,
    -- 1: delta-varint
    codec    smallint    not null,
    -- bounding box in 1e-7 degrees
    south    integer     not null,
    west     integer     not null,
    north    integer     not null,
    east     integer     not null,
    data     bytea       not null,
    primary key (agent_id, t0, device, part)
) partition by range (t0);
alter table track_chunks alter column data set storage external;
create index track_chunks_by_time on track_chunks using brin (t0);

create table track_chunks_cold (like track_chunks including all);

-- Kept, but out of the track, of totals and of the marker. The first verdict on a fix stands.
create table quarantined_fixes (
    agent_id    uuid        not null,
    recorded_at timestamptz not null,
    device      text        not null,
    -- the fix alone, as a chunk of one: together with the columns above its identity
    data        bytea       not null,
    -- 1 too_far_ahead, 2 ancient, 3 mock, 4 derivation_failed (engine/src/track/plausible.rs)
    reason      smallint    not null,
    received_at timestamptz not null,
    primary key (agent_id, recorded_at, device, data)
);

-- Live state of agents as of a journal position: what a restart begins from.
create table agent_snapshots (
    agent_id uuid primary key,
    shard    smallint    not null,
    -- covers the journal of the shard up to and including this row
    seq      bigint      not null,
    epoch    bigint      not null,
    at       timestamptz not null,
    -- engine/src/agent.rs, AgentState::to_bytes
    state    bytea       not null
);
create index agent_snapshots_by_shard on agent_snapshots (shard);
