-- The acknowledgement point: a fix is durable when its journal row is committed, and only then is the phone told.

-- The fence. A server takes the next epoch when it starts and shares this row with every append: a server that was replaced while it
-- was paused finds its epoch gone and cannot write.
create table journal_epoch (
    one_row boolean primary key default true constraint journal_epoch_is_one_row check (one_row),
    epoch   bigint not null
);
insert into journal_epoch (epoch) values (0);

-- 64 shards by the last byte of the agent's id (& 63).
create table journal_shards (
    shard         smallint primary key constraint journal_shards_range check (shard between 0 and 63),
    -- every row with seq <= compacted_seq is in chunks; readers take chunks and the rows above
    compacted_seq bigint not null default 0,
    -- every fix with seq <= snapshot_seq is in the agents' snapshots; a partition is dropped only below both
    snapshot_seq  bigint not null default 0
);
insert into journal_shards (shard) select generate_series(0, 63);

create table ingest_journal (
    shard smallint    not null,
    -- counts up by one with each row of the shard, across restarts
    seq   bigint      not null,
    -- when the row was written, by the server's clock: the partition key
    at    timestamptz not null,
    epoch bigint      not null,
    -- number of fixes in data
    n     integer     not null,
    -- records, one per (agent, device, verdict) of a frame: see actors/src/journal/record.rs
    data  bytea       not null,
    primary key (shard, seq, at)
) partition by range (at);
-- Partitions are hours, made ahead by the partitions task: ingest_journal_YYYYMMDDHH.
alter table ingest_journal alter column data set storage external;
