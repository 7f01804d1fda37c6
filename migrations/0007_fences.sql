-- Fences, all versions of each: a day is derived with the fences as they stood at the time of its fixes, whenever that is done.

-- Numbers the changes, so that whoever holds all fences in memory asks only for what is new to it. Drawn under the lock that
-- every change takes, so that a smaller number is never committed after a larger one has been seen.
create sequence fence_revisions as bigint;

create table fences (
    fence_id   uuid not null,
    -- counts from 1
    version    bigint not null constraint fences_version_counts check (version >= 1),
    -- in force in [valid_from, valid_to); null while this is the version in force
    valid_from timestamptz not null,
    valid_to   timestamptz constraint fences_valid_forward check (valid_to > valid_from),
    -- of the change that wrote this row last: its making, or its end
    revision   bigint not null,
    name       text not null,
    -- Polygon, MultiPolygon, Circle or Corridor, as checked by the engine
    shape      jsonb not null,
    -- bounds of the shape, x = longitude; where it crosses the antimeridian, the part before and the part after
    extent     box not null,
    extent_2   box,
    owner_kind text not null constraint fences_owner_known check (owner_kind in ('territory', 'place', 'ad_hoc')),
    owner_id   uuid constraint fences_owner_named check (owner_id is not null or owner_kind = 'ad_hoc'),
    -- null: for everybody
    agents     uuid[] constraint fences_agents_some check (cardinality(agents) > 0),
    dwell_s    integer constraint fences_dwell_range check (dwell_s between 1 and 604800),
    -- null: always in force
    calendar   jsonb,
    -- metres; null: no limit
    floor_m    double precision,
    ceiling_m  double precision,
    -- who made this version; null for a program
    made_by    uuid,
    primary key (fence_id, version),
    constraint fences_height_order check (floor_m < ceiling_m)
);
create unique index fences_in_force on fences (fence_id) where valid_to is null;
create index fences_by_revision on fences (revision);
-- Lists are of what is in force, paged by name, then id.
create index fences_by_name on fences (name, fence_id) where valid_to is null;
create index fences_by_owner on fences (owner_kind, owner_id) where valid_to is null;
create index fences_by_extent on fences using gist (extent) where valid_to is null;
create index fences_by_extent_2 on fences using gist (extent_2) where valid_to is null and extent_2 is not null;
