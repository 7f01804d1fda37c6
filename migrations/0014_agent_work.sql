-- How agents work, as planning needs it, and when they are on duty.

-- engine/src/work/mod.rs, one document for each agent. Read and written as a whole.
create table agent_work (
    agent_id   uuid primary key constraint agent_work_agent_exists references agents (id),
    -- counts from 1; a change is made upon the version its maker has seen
    version    bigint not null constraint agent_work_version_counts check (version >= 1),
    work       jsonb not null,
    updated_at timestamptz not null
);

-- The skills of the document, so that a skill somebody has is not deleted.
create table agent_skills (
    agent_id   uuid not null constraint agent_skills_agent_exists references agents (id),
    skill      text not null constraint agent_skills_skill_exists references skills (code),
    -- the last date it holds; null: for ever
    expires_on date,
    primary key (agent_id, skill)
);
create index agent_skills_by_skill on agent_skills (skill);

-- On and off duty: when an agent is tracked (docs/adr/0012). Only ever added to.
create table duty_changes (
    -- minted by whoever told it
    id          uuid not null constraint duty_changes_key primary key,
    agent_id    uuid not null constraint duty_changes_agent_exists references agents (id),
    -- when it happened
    at          timestamptz not null,
    is_on       boolean not null,
    -- when it was told
    received_at timestamptz not null,
    -- the user who said so for the agent; null where the agent or a program did
    told_by     uuid,
    -- false until what is stored of the time it concerns has been set aside or taken back
    is_settled  boolean not null default false
);
create index duty_changes_by_agent on duty_changes (agent_id, at, id);
create index duty_changes_unsettled on duty_changes (agent_id) where not is_settled;
