-- Who is visited: customers, their places with fences and opening hours, whom one asks for there, and the lists they are made of.

-- How often and for how long customers of a class are visited.
create table customer_classes (
    code             text primary key constraint customer_classes_code_form check (code ~ '^[A-Za-z0-9._-]{1,32}$'),
    name             text not null,
    -- counts from 1
    version          bigint not null constraint customer_classes_version_counts check (version >= 1),
    -- every so many days, or so many times in a cycle of weeks, or neither: whenever there is a reason
    interval_days    smallint constraint customer_classes_interval_range check (interval_days between 1 and 730),
    visits_per_cycle smallint constraint customer_classes_visits_range check (visits_per_cycle between 1 and 366),
    cycle_weeks      smallint constraint customer_classes_cycle_range check (cycle_weeks between 1 and 52),
    visit_duration_s integer not null constraint customer_classes_duration_range check (visit_duration_s between 60 and 86400),
    constraint customer_classes_frequency_one_form
        check ((visits_per_cycle is null) = (cycle_weeks is null) and (interval_days is null or visits_per_cycle is null))
);

-- What a visit may need and an agent may have.
create table skills (
    code text primary key constraint skills_code_form check (code ~ '^[A-Za-z0-9._-]{1,32}$'),
    name text not null
);

-- Numbers the changes of customers, so that whoever has seen some asks only for what is new. Drawn under the lock that every change takes, so
-- that a smaller number is never committed after a larger one has been seen.
create sequence customer_revisions as bigint;

create table customers (
    id           uuid primary key,
    -- counts from 1; a change is made upon the version its maker has seen
    version      bigint not null constraint customers_version_counts check (version >= 1),
    -- of the newest change
    revision     bigint not null,
    name         text not null,
    -- what other systems call it
    reference    text constraint customers_reference_key unique,
    class        text constraint customers_class_exists references customer_classes (code),
    status       text not null constraint customers_status_known check (status in ('active', 'on_hold', 'closed')),
    territory_id uuid constraint customers_territory_exists references territories (id),
    tags         text[] not null,
    notes        text not null,
    -- the folded words of name, reference, tags and addresses (engine/src/words.rs); each is a lexeme as it stands
    words        tsvector not null,
    created_at   timestamptz not null,
    updated_at   timestamptz not null
);
-- Lists are paged by name, then id.
create index customers_by_name on customers (name, id);
create index customers_by_territory on customers (territory_id, name, id);
create index customers_by_class on customers (class);
create index customers_by_revision on customers (revision);
create index customers_by_words on customers using gin (words);
create index customers_by_tags on customers using gin (tags);

-- Who should visit, and who must not. A row of somebody erased goes with them.
create table customer_agents (
    customer_id uuid not null constraint customer_agents_customer_exists references customers (id) on delete cascade,
    agent_id    uuid not null constraint customer_agents_agent_exists references agents (id),
    is_preferred boolean not null,
    -- 0 is the best of the preferred
    rank        smallint not null,
    primary key (customer_id, agent_id)
);
create index customer_agents_by_agent on customer_agents (agent_id, customer_id);

create table customer_skills (
    customer_id uuid not null constraint customer_skills_customer_exists references customers (id) on delete cascade,
    skill       text not null constraint customer_skills_skill_exists references skills (code),
    primary key (customer_id, skill)
);
create index customer_skills_by_skill on customer_skills (skill);

create table customer_places (
    -- also of its fence
    id               uuid not null constraint customer_places_key primary key,
    customer_id      uuid not null constraint customer_places_customer_exists references customers (id) on delete cascade,
    -- 0 is the primary place
    position         smallint not null,
    label            text not null,
    address          text not null,
    -- x = longitude, y = latitude, degrees; null while nobody knows where it is
    location         point,
    located_by       text constraint customer_places_located_known check (located_by in ('geocoded', 'pinned', 'imported')),
    location_quality double precision constraint customer_places_quality_range check (location_quality between 0 and 1),
    fence_radius_m   double precision not null,
    -- Polygon or MultiPolygon, as checked by the engine; null: a circle
    fence_shape      jsonb,
    fence_dwell_s    integer not null,
    -- engine/src/fence/calendar.rs; null: always open
    hours            jsonb,
    -- null: that of the class
    visit_duration_s integer constraint customer_places_duration_range check (visit_duration_s between 60 and 86400),
    access_notes     text not null,
    constraint customer_places_position_once unique (customer_id, position) deferrable initially deferred,
    constraint customer_places_located check ((location is null) = (located_by is null))
);
create index customer_places_by_location on customer_places using gist (location);

-- Whom one asks for, sealed with a key of their own.
create table customer_contacts (
    contact_id   uuid not null constraint customer_contacts_key primary key,
    customer_id  uuid not null constraint customer_contacts_customer_exists references customers (id) on delete cascade,
    position     smallint not null,
    role         text not null,
    name_sealed  bytea not null,
    email_sealed bytea,
    phone_sealed bytea,
    updated_at   timestamptz not null
);
create index customer_contacts_by_customer on customer_contacts (customer_id, position);

-- A contact of a customer is a person too.
alter table erasures drop constraint erasures_kind_known;
alter table erasures add constraint erasures_kind_known check (kind in ('user', 'agent', 'contact'));
comment on column erasures.kind is '''user'', ''agent'' or ''contact'', of a customer';
