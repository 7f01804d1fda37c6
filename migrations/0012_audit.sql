-- The audit trail: what was done that matters for security. Rows are only ever added; one background task gives them their place in a chain
-- of hashes and signs its head (docs/adr/0008-audit-chain.md). The triggers below are a guard against mistakes, the chain is the guard
-- against those who can get around triggers.

create table audit_log (
    -- UUIDv7: lists go by it, newest first
    id           uuid primary key,
    at           timestamptz not null constraint audit_log_at_finite check (isfinite(at)),
    actor_kind   text not null constraint audit_log_actor_known check (actor_kind in ('user', 'agent', 'api_key', 'system', 'nobody')),
    actor_id     uuid,
    -- whose place the actor took while impersonating them
    on_behalf_of uuid,
    -- engine/src/audit, ActKind
    kind         text not null,
    object_kind  text,
    object_id    text constraint audit_log_object_whole check ((object_id is null) = (object_kind is null)),
    outcome      text not null constraint audit_log_outcome_known check (outcome in ('done', 'refused', 'failed')),
    address      inet,
    request_id   text,
    -- acts this row stands for: refusals beyond a few a minute are counted
    count        integer not null default 1 constraint audit_log_count_positive check (count > 0),
    -- ids and settings only, never contacts, names of people, secrets or positions
    before       jsonb,
    after        jsonb,
    -- place in the chain and hash up to here, both set once by the sealer
    seq          bigint constraint audit_log_seq_key unique,
    hash         bytea,
    constraint audit_log_sealed_whole check ((seq is null) = (hash is null))
);
-- No foreign keys: a row outlives whom and what it speaks of.
create index audit_log_unsealed on audit_log (id) where seq is null;
create index audit_log_by_kind on audit_log (kind, id);
create index audit_log_by_actor on audit_log (actor_id, id) where actor_id is not null;
create index audit_log_by_object on audit_log (object_kind, object_id, id) where object_kind is not null;
create index audit_log_by_time on audit_log (at);

create table audit_heads (
    -- the newest row it speaks of
    seq           bigint not null,
    is_checkpoint boolean not null default false,
    hash          bytea not null,
    -- rows sealed since the head before; 0 for a checkpoint
    rows          bigint not null,
    sealed_at     timestamptz not null,
    key_id        text not null,
    -- Ed25519, over engine/src/audit/chain.rs, Head::message
    signature     bytea not null,
    primary key (seq, is_checkpoint)
);

create function audit_log_guard() returns trigger language plpgsql as $$
declare
    was audit_log;
begin
    if tg_op = 'UPDATE' then
        was := new;
        was.seq := null;
        was.hash := null;
        if old.seq is null and new.seq is not null and was is not distinct from old then
            return new;
        end if;
    elsif tg_op = 'DELETE' then
        if current_setting('salessync.audit_retention', true) = 'on' then
            return old;
        end if;
    end if;
    raise exception 'the audit trail is only added to' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_log_only_added_to before update or delete on audit_log for each row execute function audit_log_guard();
create trigger audit_log_not_emptied before truncate on audit_log for each statement execute function audit_log_guard();

create function audit_heads_guard() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('salessync.audit_retention', true) = 'on' then
        return old;
    end if;
    raise exception 'heads of the audit trail are only added' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_heads_only_added before update or delete on audit_heads for each row execute function audit_heads_guard();
create trigger audit_heads_not_emptied before truncate on audit_heads for each statement execute function audit_heads_guard();

-- Forgets rows and heads up to a checkpoint, and earlier checkpoints; returns how many rows. The one way to delete.
create function audit_forget(cut bigint) returns bigint language plpgsql as $$
declare
    forgotten bigint;
begin
    if not exists (select from audit_heads where seq = cut and is_checkpoint) then
        raise exception 'there is no checkpoint at %', cut;
    end if;
    perform set_config('salessync.audit_retention', 'on', true);
    delete from audit_log where seq <= cut;
    get diagnostics forgotten = row_count;
    delete from audit_heads where seq < cut or (seq = cut and not is_checkpoint);
    perform set_config('salessync.audit_retention', 'off', true);
    return forgotten;
end $$;
