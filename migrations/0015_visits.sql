-- Visits at customers: what is planned, what is told of them, what the track shows; the settings, forms, beats and holidays they follow.

create table visits (
    id             uuid primary key,
    customer_id    uuid not null constraint visits_customer_exists references customers (id),
    -- outlives the place: what was done there was done
    place_id       uuid not null,
    territory_id   uuid constraint visits_territory_exists references territories (id),
    -- who is to go
    agent_id       uuid constraint visits_agent_exists references agents (id),
    kind           text not null constraint visits_kind_known check (kind in ('routine', 'ad_hoc', 'urgent', 'phone_call')),
    -- civil date it is planned for, in the organisation's time zone
    day            date not null,
    -- promised hours, in order; engine/src/visit/plan.rs, Window
    windows        jsonb not null,
    duration_s     integer not null constraint visits_duration_range check (duration_s between 60 and 86400),
    priority       smallint not null constraint visits_priority_range check (priority between 0 and 100),
    -- codes
    skills         text[] not null,
    purpose        text,
    note           text not null,
    -- the beginning of the first promised hours, or of the day: what lists go by
    starts_at      timestamptz not null,
    -- its place in the order of its beat's day; 0 for the others
    position       integer not null default 0,
    source         text not null constraint visits_source_known check (source in ('person', 'beat', 'import', 'phone', 'api')),
    -- the occurrence of a beat it was made for
    beat_id        uuid,
    beat_on        date constraint visits_beat_whole check ((beat_id is null) = (beat_on is null)),
    -- a person or the planner has changed, cancelled or reinstated it: the beat leaves it alone
    is_touched     boolean not null default false,

    -- what the facts amount to (engine/src/visit/progress.rs); written anew whenever one of them changes
    status         text not null constraint visits_status_known check (status in ('planned', 'en_route', 'arrived', 'checked_in',
                       'in_progress', 'completed', 'missed', 'cancelled', 'abandoned')),
    -- who checked in
    performed_by   uuid constraint visits_performer_exists references agents (id),
    -- whose visit it is on lists and in tracks
    doer           uuid generated always as (coalesce(performed_by, agent_id)) stored,
    -- civil date it belongs to: that of its check-in, else the one planned
    date           date not null,
    en_route_at    timestamptz,
    arrived_at     timestamptz,
    left_at        timestamptz,
    checked_in_at  timestamptz,
    started_at     timestamptz,
    ended_at       timestamptz,
    missed_at      timestamptz,
    outcome        text constraint visits_outcome_known check (outcome in ('productive', 'unproductive')),
    reason         text,
    -- proofs that a completed visit does not have
    lacking        text[] not null default '{}',
    flags          text[] not null default '{}',
    verification   text not null default 'no_data'
                       constraint visits_verification_known check (verification in ('verified', 'partial', 'unverified', 'no_data')),

    -- facts that are derived: where the track saw the agent, since when they are under way here, when the day was found to be over
    arrival        jsonb,
    under_way_since timestamptz,
    missed_mark    timestamptz,
    -- the proof, engine/src/visit/verify.rs; null: nothing is known
    proof          jsonb,
    -- more of the track will change what is derived
    awaits_track   boolean not null default false,

    -- agents who had it before: what they tell of it is taken
    former_agents  uuid[] not null default '{}',
    -- counts changes of the plan, and of anything
    version        bigint not null default 1,
    revision       bigint not null default 1,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    -- who did it was erased: what is left is about the customer, and does not change any more
    erased_at      timestamptz
);
-- Of an agent at most one visit is open.
create unique index visits_one_open on visits (performed_by) where status in ('checked_in', 'in_progress');
create index visits_by_time on visits (starts_at, position, id);
create index visits_by_doer on visits (doer, date);
create index visits_by_agent on visits (agent_id, day);
create index visits_by_territory on visits (territory_id, date);
create index visits_by_customer on visits (customer_id, date desc, id);
create index visits_completed on visits (customer_id, date desc) where status = 'completed';
create index visits_by_beat on visits (beat_id, beat_on) where beat_id is not null;
create index visits_ahead on visits (date) where status in ('planned', 'en_route', 'checked_in', 'in_progress');
create index visits_awaiting on visits (doer) where awaits_track;
create index visits_unassigned on visits (day) where agent_id is null and status = 'planned';

-- Everything that happened to visits, in the order of commits: the history of each, and the feed of all. A number is drawn under the lock
-- that every writer takes, so that a smaller one is never committed after a larger one has been seen.
create table visit_events (
    seq         bigint generated always as identity primary key,
    -- minted by whoever tells it: the same one again is the same event
    id          uuid not null constraint visit_events_key unique,
    visit_id    uuid not null constraint visit_events_visit_exists references visits (id),
    -- when it happened, by the clock of whoever told it
    at          timestamptz not null,
    received_at timestamptz not null,
    by_kind     text not null constraint visit_events_author_known check (by_kind in ('user', 'agent', 'api_key', 'system')),
    by_id       uuid,
    -- whose deed or whose track it is; null: nobody's in particular
    agent_id    uuid,
    device      text,
    -- engine/src/visit/feed.rs, EventKind
    kind        text not null,
    body        jsonb not null,
    -- of a report: what it did, as far as is known by now (engine/src/visit/progress.rs, Effect)
    effect      text,
    -- the visit's status before and after
    was         text not null,
    status      text not null,
    -- the visit's revision after
    revision    bigint not null
);
create index visit_events_by_visit on visit_events (visit_id, seq);
create index visit_events_by_agent on visit_events (agent_id, seq) where agent_id is not null;

-- Every proof a visit has had. The newest is in visits.
create table visit_verifications (
    visit_id   uuid not null constraint visit_verifications_visit_exists references visits (id),
    -- counts from 1
    revision   bigint not null,
    at         timestamptz not null,
    -- whose track it was weighed by
    agent_id   uuid,
    status     text not null,
    proof      jsonb not null,
    primary key (visit_id, revision)
);
create index visit_verifications_by_agent on visit_verifications (agent_id) where agent_id is not null;

-- When each customer was last visited: what is overdue follows from it.
create table customer_visits (
    customer_id    uuid primary key constraint customer_visits_customer_exists references customers (id) on delete cascade,
    -- date of the newest completed visit; null: none any more
    last_completed date
);

-- Versions of the organisation's settings for visits: each holds for event times from valid_from on.
create table visit_settings (
    valid_from timestamptz primary key,
    -- engine/src/visit/rules.rs, VisitRules
    rules      jsonb not null,
    created_by uuid not null,
    created_at timestamptz not null
);

-- Days of agents whose visits are to be derived: something of the visits or of the track has changed.
create table visit_due (
    agent_id uuid not null,
    date     date not null,
    -- counts up whenever it becomes due again, so that what comes while it is derived is not lost
    mark     bigint not null default 1,
    primary key (agent_id, date)
);

-- How far into the change feed of timelines days have been found due.
create table visit_derivation (
    is_only  boolean primary key default true constraint visit_derivation_one check (is_only),
    feed_seq bigint not null
);
insert into visit_derivation (feed_seq) select coalesce(max(seq), 0) from timeline_changes;

-- Forms by version; an answer keeps the version it was given under.
create table forms (
    form_id    uuid not null,
    -- counts from 1
    version    bigint not null constraint forms_version_counts check (version >= 1),
    title      text not null,
    -- engine/src/form/mod.rs, Field
    fields     jsonb not null,
    created_by uuid not null,
    created_at timestamptz not null,
    primary key (form_id, version)
);

-- What may be done on a visit.
create table activity_types (
    id         uuid primary key,
    name       text not null constraint activity_types_name_key unique,
    -- its form, always the newest version; null: nothing is asked
    form_id    uuid,
    -- an inactive one is kept for what was done under it
    is_active  boolean not null default true,
    version    bigint not null default 1,
    created_at timestamptz not null
);

create table visit_activities (
    id           uuid primary key,
    visit_id     uuid not null constraint visit_activities_visit_exists references visits (id),
    type_id      uuid not null constraint visit_activities_type_exists references activity_types (id),
    at           timestamptz not null,
    received_at  timestamptz not null,
    by_kind      text not null,
    -- taken out when they are erased: what was found at the customer stays
    by_id        uuid,
    form_id      uuid,
    form_version bigint,
    answers      jsonb not null,
    note         text not null default '',
    constraint visit_activities_form_exists foreign key (form_id, form_version) references forms (form_id, version)
);
create index visit_activities_by_visit on visit_activities (visit_id, at, id);
create index visit_activities_by_author on visit_activities (by_id) where by_id is not null;

create table beats (
    id           uuid primary key,
    version      bigint not null default 1,
    name         text not null,
    territory_id uuid constraint beats_territory_exists references territories (id),
    agent_id     uuid constraint beats_agent_exists references agents (id),
    -- engine/src/beat.rs, BeatContent
    content      jsonb not null,
    created_at   timestamptz not null,
    updated_at   timestamptz not null,
    -- makes no visits any more; what it has made and nobody has touched is withdrawn
    ended_at     timestamptz
);
create index beats_by_name on beats (name, id) where ended_at is null;
create index beats_by_territory on beats (territory_id) where ended_at is null;

-- Days on which nobody works.
create table holidays (
    date date primary key,
    name text not null
);
