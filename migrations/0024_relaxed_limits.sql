-- Limits that a dispatcher lets be exceeded so that a visit can be made. They hold as long as the visit stays where it was put.

alter table plan_entries
    -- how late it may begin although its windows have closed
    add column start_until timestamptz,
    -- how long the shift that makes it may go on for its sake, beyond all overtime
    add column shift_until timestamptz,
    add constraint plan_entries_relaxed_held check ((start_until is null and shift_until is null) or commitment is not null);

alter table dispatch_jobs
    -- engine/src/plan/live/relax.rs, RelaxationKind: what had to give when it was given by hand; null: nothing
    add column relaxed jsonb;
