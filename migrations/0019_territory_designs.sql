-- Proposals to cut territories anew.

create table territory_designs (
    id            uuid primary key,
    name          text not null,
    state         text not null constraint territory_designs_state_known
                  check (state in ('computing', 'ready', 'failed', 'applied', 'reverted', 'discarded')),
    -- counts from 1
    version       bigint not null constraint territory_designs_version_counts check (version >= 1),
    -- the territories to be cut anew
    territory_ids uuid[] not null,
    -- engine/src/design/document.rs: what was asked for, what was found, and how even it was and would be
    request       jsonb not null,
    proposal      jsonb,
    before        jsonb,
    after         jsonb,
    failure       text,
    made_by       uuid,
    created_at    timestamptz not null,
    updated_at    timestamptz not null
);
create index territory_designs_by_time on territory_designs (created_at desc, id desc);

-- Customers that go over.
create table territory_design_moves (
    design_id   uuid not null constraint territory_design_moves_design_exists references territory_designs (id) on delete cascade,
    customer_id uuid not null constraint territory_design_moves_customer_exists references customers (id) on delete cascade,
    -- null: in no territory
    from_id     uuid,
    to_id       uuid not null,
    -- in the days of the design
    visits      double precision not null,
    primary key (design_id, customer_id)
);
create index territory_design_moves_by_customer on territory_design_moves (customer_id);
