-- Plans: who makes which visits in which order, one live plan for each territory, in versions. What a plan's times are follows from the order
-- and from the world as it is; it is not stored but for what people are told of it.

create table plans (
    -- of the territory; nil for the visits and agents without one. No foreign key: what was planned outlives a territory
    territory  uuid primary key,
    -- of the change accepted last; 0: none yet
    version    bigint not null constraint plans_version_counts check (version >= 0),
    changed_at timestamptz
);

-- Where each visit is. A visit is at one place at most: it is the key.
create table plan_entries (
    visit_id   uuid primary key constraint plan_entries_visit_exists references visits (id) on delete cascade,
    territory  uuid not null constraint plan_entries_plan_exists references plans (territory),
    agent_id   uuid not null constraint plan_entries_agent_exists references agents (id),
    date       date not null,
    -- which of the agent's shifts that day
    part       smallint not null constraint plan_entries_part_counts check (part >= 0),
    position   integer not null constraint plan_entries_position_counts check (position >= 0),
    -- what people have settled of it; null: nothing
    commitment text constraint plan_entries_commitment_known
        check (commitment in ('fixed_order_and_time', 'fixed_order', 'fixed_agent', 'free')),
    -- when it begins, where that is settled
    start_at   timestamptz constraint plan_entries_start_held check (start_at is null or commitment is not null),
    -- when it was to begin when the version was accepted
    planned_at timestamptz,
    constraint plan_entries_position_once unique (territory, agent_id, date, part, position) deferrable initially deferred
);
create index plan_entries_by_agent on plan_entries (agent_id, date);

-- Every accepted change, for ever: what it did, and so how to undo it.
create table plan_versions (
    territory   uuid not null constraint plan_versions_plan_exists references plans (territory),
    -- counts from 1
    version     bigint not null constraint plan_versions_counts check (version >= 1),
    -- named by whoever asked for it: sent again it is answered again
    change_id   uuid not null constraint plan_versions_change_key unique,
    at          timestamptz not null,
    -- actor as in audit_log
    actor_kind  text not null,
    actor_id    uuid,
    kind        text not null,
    -- the version it takes back
    undoes      bigint,
    -- engine/src/plan/book/diff.rs
    diff        jsonb not null,
    -- visits that moved, for "what has changed since?"
    visits      uuid[] not null,
    -- what it changed of the plan's cost, by cause
    bill        jsonb not null,
    primary key (territory, version)
);
create index plan_versions_by_time on plan_versions (territory, at);

-- Searches for a better plan. A search that a restart has interrupted has failed, and changed nothing.
create table plan_jobs (
    id           uuid primary key,
    territory    uuid not null,
    state        text not null constraint plan_jobs_state_known
        check (state in ('queued', 'running', 'proposed', 'applied', 'rebased', 'refused', 'discarded', 'failed')),
    -- version of the plan it set out from
    base         bigint not null,
    -- seconds, dates, agents, seed, whether to apply
    request      jsonb not null,
    actor_kind   text not null,
    actor_id     uuid,
    created_at   timestamptz not null,
    started_at   timestamptz,
    finished_at  timestamptz,
    -- what it found: costs before and after, the curve, the diff
    result       jsonb,
    -- version it became
    version      bigint,
    -- why it was refused or failed
    reason       text
);
create index plan_jobs_by_territory on plan_jobs (territory, created_at desc);
create index plan_jobs_open on plan_jobs (state) where state in ('queued', 'running');
