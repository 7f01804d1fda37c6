-- What changes of plans were asked for, so that an id that names one is not taken for another.

alter table plan_versions
    -- SHA-256 of the operations (engine/src/plan/book/asked.rs); null: the server's own, or made before this was kept
    add column asked bytea constraint plan_versions_asked_length check (length(asked) = 32),
    -- the id under which several plans were changed together: each version has an id of its own then
    add column of_bulk uuid;
create index plan_versions_of_bulk on plan_versions (of_bulk) where of_bulk is not null;
