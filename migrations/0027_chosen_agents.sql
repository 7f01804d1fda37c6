-- What a person chose of a plan. What is only cheaper does not take it back.

alter table plan_entries
    -- a dispatcher gave the visit to this agent, or the agent said yes to it
    add column chosen boolean not null default false,
    add constraint plan_entries_chosen_held check (not chosen or commitment is not null);
