-- Photos, signatures and documents of visits. The bytes are in the file store; here is what is known of them.

create table files (
    -- minted by whoever sends it: the same one again is the same file
    id           uuid primary key,
    visit_id     uuid constraint files_visit_exists references visits (id),
    -- whose photo it is; goes with them
    agent_id     uuid,
    purpose      text not null constraint files_purpose_known check (purpose in ('check_in', 'check_out', 'answer', 'signature', 'other')),
    -- by its own first bytes, engine/src/photo
    media_type   text not null,
    bytes        bigint not null constraint files_bytes_positive check (bytes > 0),
    sha256       bytea not null constraint files_sha256_len check (length(sha256) = 32),
    width        integer,
    height       integer,
    -- by the camera's own word
    taken_at     timestamptz,
    place        point,
    -- what it looks like (dHash), and the bands by which it is found
    looks        bigint,
    bands        integer[],
    -- an earlier file that is the same, or looks the same
    duplicate_of uuid,
    duplicate_by text constraint files_duplicate_known check (duplicate_by in ('content', 'looks')),
    -- where the bytes are
    key          text not null constraint files_key_key unique,
    thumbnail    text,
    by_kind      text not null,
    by_id        uuid,
    created_at   timestamptz not null,
    constraint files_duplicate_whole check ((duplicate_of is null) = (duplicate_by is null))
);
create index files_by_visit on files (visit_id, created_at, id);
create index files_by_agent on files (agent_id) where agent_id is not null;
create index files_by_content on files (sha256);
create index files_by_looks on files using gin (bands);
create index files_by_time on files (created_at);

-- Bytes that are to go from the file store: of files that were erased or are older than they are kept.
create table file_removals (
    key   text primary key,
    since timestamptz not null
);
