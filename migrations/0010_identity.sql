-- Where people and phones are signed in, what they sign in with, and the keys that sign their tokens. Secrets are here only as hashes, or
-- sealed by the vault.

-- null: set when the account was made
alter table users add column password_changed_at timestamptz;

-- One browser, one phone, one command line that got a token. Its refresh tokens are one family: the session goes, and so do they.
create table sessions (
    id              uuid primary key,
    -- whose it is: one of the two
    user_id         uuid constraint sessions_user_exists references users (id) on delete cascade,
    agent_id        uuid constraint sessions_agent_exists references agents (id) on delete cascade,
    -- the administrator who acts as this user
    impersonator_id uuid constraint sessions_impersonator_exists references users (id) on delete cascade,
    -- what the client calls itself
    device          text,
    user_agent      text,
    -- where it was last used from
    address         text,
    created_at      timestamptz not null,
    last_used_at    timestamptz not null,
    -- cannot be refreshed from then on, however often it was used
    expires_at      timestamptz not null,
    -- life of its access tokens, seconds
    token_ttl_s     bigint not null constraint sessions_token_ttl_positive check (token_ttl_s > 0),
    -- when the last access token signed for it ends: a revoked session is remembered for so long
    tokens_until    timestamptz not null,
    revoked_at      timestamptz,
    constraint sessions_of_one check (num_nonnulls(user_id, agent_id) = 1)
);
create index sessions_by_user on sessions (user_id, last_used_at desc) where user_id is not null;
create index sessions_by_agent on sessions (agent_id) where agent_id is not null;
create index sessions_by_end on sessions (expires_at);
create index sessions_revoked on sessions (tokens_until) where revoked_at is not null;

-- A used token stays until it would have expired, so that its reuse is noticed.
create table refresh_tokens (
    id         uuid primary key,
    session_id uuid not null constraint refresh_tokens_session_exists references sessions (id) on delete cascade,
    -- SHA-256 of the secret
    hash       bytea not null,
    issued_at  timestamptz not null,
    -- when it ends if it is not used
    expires_at timestamptz not null,
    used_at    timestamptz,
    -- SHA-256 of the user agent it was used by: the same one may ask again for a lost answer
    used_by    bytea
);
create index refresh_tokens_by_session on refresh_tokens (session_id);
create index refresh_tokens_by_end on refresh_tokens (expires_at);

-- Whoever accepts one has an account instead of it: the row goes.
create table invitations (
    id           uuid primary key,
    -- sealed; the index finds it
    email_sealed bytea not null,
    email_index  bytea not null,
    name         text not null,
    role         text not null,
    territories  uuid[] not null default '{}',
    agent_id     uuid constraint invitations_agent_exists references agents (id) on delete cascade,
    -- SHA-256
    token_hash   bytea not null constraint invitations_token_key unique,
    invited_by   uuid constraint invitations_inviter_exists references users (id) on delete set null,
    created_at   timestamptz not null,
    expires_at   timestamptz not null,
    revoked_at   timestamptz
);
create index invitations_by_age on invitations (created_at desc, id desc);
-- one open invitation for an address: a new one takes the place of the old
create unique index invitations_open_key on invitations (email_index) where revoked_at is null;

create table password_resets (
    -- SHA-256 of the token that was mailed
    token_hash bytea primary key,
    user_id    uuid not null constraint password_resets_user_exists references users (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at    timestamptz
);
create index password_resets_by_user on password_resets (user_id);

-- TOTP: SHA-1, six digits, 30 s.
create table second_factors (
    user_id      uuid primary key constraint second_factors_user_exists references users (id) on delete cascade,
    -- sealed
    secret_sealed bytea not null,
    created_at   timestamptz not null,
    -- null: shown, not yet proved
    confirmed_at timestamptz,
    -- the step (Unix time / 30) of the last code taken: it and those before it are used up
    last_step    bigint not null default 0
);

create table recovery_codes (
    user_id uuid not null constraint recovery_codes_user_exists references users (id) on delete cascade,
    -- SHA-256
    hash    bytea not null,
    used_at timestamptz,
    primary key (user_id, hash)
);

-- Keys that sign access tokens: Ed25519.
create table signing_keys (
    kid          text primary key constraint signing_keys_kid_form check (kid ~ '^[A-Za-z0-9_-]{1,64}$'),
    -- a next key is published before it signs, so that whoever caches the published ones knows it in time; a retired one only verifies
    state        text not null constraint signing_keys_state_known check (state in ('next', 'current', 'retired')),
    -- 32 bytes
    public_key   bytea not null,
    -- PKCS#8, sealed
    private_key_sealed bytea not null,
    created_at   timestamptz not null,
    retired_at   timestamptz,
    -- no token signed with it lives longer: a retired key verifies for so long
    signed_until timestamptz not null
);
create unique index signing_keys_one_each on signing_keys (state) where state <> 'retired';

-- Programs that use the API.
create table api_keys (
    id         uuid primary key,
    name       text not null,
    role       text not null,
    -- SHA-256 of the secret
    hash       bytea not null,
    created_by uuid constraint api_keys_creator_exists references users (id) on delete set null,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz
);
create index api_keys_by_age on api_keys (created_at desc, id desc);
create table api_key_territories (
    api_key_id   uuid not null constraint api_key_territories_key_exists references api_keys (id) on delete cascade,
    territory_id uuid not null constraint api_key_territories_territory_exists references territories (id),
    primary key (api_key_id, territory_id)
);

-- What servers hold in memory; see 0009.
create trigger access_changed_by_update after update of revoked_at on sessions for each statement execute function access_changed();
create trigger access_changed after insert or update or delete on api_keys for each statement execute function access_changed();
create trigger access_changed after insert or update or delete on api_key_territories
    for each statement execute function access_changed();
create trigger access_changed after insert or delete on signing_keys for each statement execute function access_changed();
create trigger access_changed_by_update after update of state, private_key_sealed on signing_keys for each statement execute function access_changed();
-- a server that has not yet heard of a rotation signed once more
create trigger access_changed_late after update of signed_until on signing_keys
    for each row when (new.state = 'retired') execute function access_changed();
