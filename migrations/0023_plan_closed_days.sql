-- Days of agents that a dispatcher ended: the plan gives them nothing more, whatever their shifts say, until that is undone.
create table plan_closed_days (
    -- of the plan: the territory, nil for agents without one
    territory uuid not null,
    agent_id  uuid not null constraint plan_closed_days_agent_exists references agents (id),
    date      date not null,
    -- which of the agent's shifts that day
    part      smallint not null constraint plan_closed_days_part_counts check (part >= 0),
    closed_at timestamptz not null,
    constraint plan_closed_days_pkey primary key (territory, agent_id, date, part)
);
