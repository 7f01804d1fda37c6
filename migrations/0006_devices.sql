-- Phones with stock apps: which one speaks for which agent, and what it last said of itself.

create table devices (
    id           uuid primary key,
    agent_id     uuid not null constraint devices_agent_exists references agents (id),
    -- the device its fixes carry
    name         text not null constraint devices_name_form check (name ~ '^[A-Za-z0-9._:-]{1,64}$'),
    app          text not null constraint devices_app_known
                 check (app in ('traccar_client', 'osmand', 'owntracks', 'overland', 'gpslogger', 'other')),
    -- a second way to be recognised, for apps that can only say who they are; a weak secret
    external_id  text constraint devices_external_id_form check (external_id ~ '^[A-Za-z0-9._:-]{4,64}$'),
    -- engine/src/device.rs, DeviceSettings
    settings     jsonb not null,
    -- SHA-256 of the token, which itself is shown once and never stored
    token_hash   bytea not null constraint devices_token_hash_length check (octet_length(token_hash) = 32),
    created_at   timestamptz not null,
    revoked_at   timestamptz,
    -- by the server's clock; written every few seconds, not at every request
    last_seen_at timestamptz,
    -- engine/src/wire/phone/words.rs: the newest word of each kind
    last_words   jsonb
);
create unique index devices_token_key on devices (token_hash);
-- A revoked phone gives its name and id free: enrolled anew it goes on with its track.
create unique index devices_name_key on devices (agent_id, name) where revoked_at is null;
create unique index devices_external_id_key on devices (external_id) where revoked_at is null;
create index devices_by_agent on devices (agent_id, created_at);
