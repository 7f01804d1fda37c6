-- What visits take of their vehicles' capacity.

alter table visits
    -- in the unit of the organisation's choice, that of vehicle.capacity in agent_work
    add column demand integer not null default 0 constraint visits_demand_range check (demand between 0 and 1000000);
