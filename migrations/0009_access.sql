-- Who may do what, to whom. The built-in roles and their permissions are in engine/src/access.rs; here are the roles people make, and
-- which territories and teams are whose.

create table roles (
    name       text primary key constraint roles_name_form check (name ~ '^[a-z][a-z0-9_-]{1,39}$'),
    title      text not null,
    created_at timestamptz not null default now(),
    -- a custom role never takes a built-in one's name
    constraint roles_not_built_in check (name not in ('agent', 'dispatcher', 'manager', 'admin', 'auditor'))
);

-- engine/src/access.rs, Permission
create table role_permissions (
    role   text not null constraint role_permissions_role_exists references roles (name) on delete cascade,
    module text not null,
    action text not null,
    scope  text not null constraint role_permissions_scope_known check (scope in ('own', 'team', 'territory', 'all')),
    primary key (role, module, action, scope)
);

alter table users drop constraint users_role_known;
alter table users
    -- the agent a user of the role agent is
    add column agent_id    uuid constraint users_agent_exists references agents (id),
    -- since when they cannot sign in
    add column disabled_at timestamptz;
comment on column users.role is 'a built-in role or one of roles; a role in use is not deleted';
create index users_by_role on users (role);

-- A tree: whoever is assigned a territory answers for all below it.
alter table territories add column parent_id uuid constraint territories_parent_exists references territories (id)
    constraint territories_not_own_parent check (parent_id <> id);
create index territories_by_parent on territories (parent_id);

create table user_territories (
    user_id      uuid not null constraint user_territories_user_exists references users (id) on delete cascade,
    territory_id uuid not null constraint user_territories_territory_exists references territories (id),
    primary key (user_id, territory_id)
);
create index user_territories_by_territory on user_territories (territory_id);
-- Until now everybody at a console saw everything: nobody loses sight of their work by the upgrade.
insert into user_territories (user_id, territory_id)
    select u.id, t.id from users u cross join territories t where u.role in ('dispatcher', 'manager');

create table teams (
    id         uuid primary key,
    name       text not null constraint teams_name_key unique,
    created_at timestamptz not null default now()
);
create table team_agents (
    team_id  uuid not null constraint team_agents_team_exists references teams (id) on delete cascade,
    agent_id uuid not null constraint team_agents_agent_exists references agents (id) on delete cascade,
    primary key (team_id, agent_id)
);
create index team_agents_by_agent on team_agents (agent_id);
create table team_leads (
    team_id uuid not null constraint team_leads_team_exists references teams (id) on delete cascade,
    user_id uuid not null constraint team_leads_user_exists references users (id) on delete cascade,
    primary key (team_id, user_id)
);
create index team_leads_by_user on team_leads (user_id);

-- Counts the changes of everything access follows from. Servers look at it a few times a second and read anew what changed; a trigger
-- counts, so that a change by hand holds as soon as one over REST. A row and not a sequence: its new value is seen with the change
-- itself, never before.
create table access_version (
    only_row boolean primary key default true check (only_row),
    version  bigint not null
);
insert into access_version (version) values (1);

create function access_changed() returns trigger language plpgsql as $$
begin
    update access_version set version = version + 1;
    return null;
end $$;

create trigger access_changed after insert or delete on users for each statement execute function access_changed();
create trigger access_changed_by_update after update of role, agent_id, disabled_at on users
    for each statement execute function access_changed();
create trigger access_changed after insert or update or delete on roles for each statement execute function access_changed();
create trigger access_changed after insert or update or delete on role_permissions for each statement execute function access_changed();
create trigger access_changed after insert or delete on territories for each statement execute function access_changed();
create trigger access_changed_by_update after update of parent_id on territories for each statement execute function access_changed();
create trigger access_changed after insert or update or delete on user_territories for each statement execute function access_changed();
create trigger access_changed after insert or update or delete on team_agents for each statement execute function access_changed();
create trigger access_changed after insert or update or delete on team_leads for each statement execute function access_changed();
