-- Dispatch: visits that somebody is sought for, and who is asked. An offer's time is in its row, so that a server that starts again knows what
-- has run out and what has not.

create table dispatch_jobs (
    id             uuid primary key,
    visit_id       uuid not null constraint dispatch_jobs_visit_exists references visits (id) on delete cascade,
    -- nil: no territory
    territory      uuid not null,
    mode           text not null constraint dispatch_jobs_mode_known check (mode in ('auto', 'manual')),
    state          text not null constraint dispatch_jobs_state_known
        check (state in ('open', 'offering', 'accepted', 'unfilled', 'cancelled')),
    timeout_s      integer not null,
    at_once        smallint not null,
    candidates_max smallint not null,
    -- whom to ask, best first, as ranked last
    candidates     jsonb not null,
    agent_id       uuid constraint dispatch_jobs_agent_exists references agents (id),
    cause          text,
    opened_at      timestamptz not null,
    closed_at      timestamptz,
    -- steps taken so far
    revision       integer not null constraint dispatch_jobs_revision_counts check (revision >= 1),
    constraint dispatch_jobs_agent_when_accepted check ((state = 'accepted') = (agent_id is not null)),
    constraint dispatch_jobs_closed_when_final check ((closed_at is not null) = (state in ('accepted', 'cancelled')))
);
-- One search for somebody at a time.
create unique index dispatch_jobs_one_open on dispatch_jobs (visit_id) where closed_at is null;
create index dispatch_jobs_by_territory on dispatch_jobs (territory, opened_at desc, id);
create index dispatch_jobs_by_state on dispatch_jobs (state, opened_at desc, id);

create table dispatch_offers (
    id          uuid primary key,
    job_id      uuid not null constraint dispatch_offers_job_exists references dispatch_jobs (id) on delete cascade,
    -- place among the job's offers, from 0
    position    integer not null,
    agent_id    uuid not null constraint dispatch_offers_agent_exists references agents (id),
    state       text not null constraint dispatch_offers_state_known
        check (state in ('offered', 'accepted', 'declined', 'timed_out', 'withdrawn')),
    offered_at  timestamptz not null,
    -- from here on it cannot be accepted
    expires_at  timestamptz not null constraint dispatch_offers_expire_later check (expires_at > offered_at),
    answered_at timestamptz,
    reason      text,
    cause       text,
    arrival_at  timestamptz,
    detour_s    integer,
    constraint dispatch_offers_position_once unique (job_id, position),
    constraint dispatch_offers_answered check ((answered_at is null) = (state = 'offered'))
);
-- The last guard of the rule that one agent has a job at most.
create unique index dispatch_offers_one_accepted on dispatch_offers (job_id) where state = 'accepted';
create index dispatch_offers_pending on dispatch_offers (agent_id, expires_at) where state = 'offered';

-- Every step of every job, in the order in which they were taken.
create table dispatch_steps (
    job_id   uuid not null constraint dispatch_steps_job_exists references dispatch_jobs (id) on delete cascade,
    -- counts from 1
    revision integer not null,
    at       timestamptz not null,
    -- engine/src/dispatch, Event
    event    jsonb not null,
    actor_kind text not null,
    actor_id uuid,
    primary key (job_id, revision)
);
