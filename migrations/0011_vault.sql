-- What is sealed: keys, people's addresses, and what is left of whoever was erased. Sealed bytes are read and made by actors/src/vault.

-- One row about all data keys.
create table vault_state (
    one_row boolean primary key default true constraint vault_state_is_one_row check (one_row),
    -- name of the master key that every data key is wrapped with; null until the first one is made. Whoever adds a key holds this row
    -- for share, whoever wraps all of them anew holds it for update, so that no key is left behind under the old master key
    kek_id  text,
    -- of the passphrase that the master key is stretched from; null where it is a file
    salt    bytea constraint vault_state_salt_length check (octet_length(salt) = 16),
    -- counts up when a server should look at the keys again: new versions, another master key, somebody's keys destroyed
    version bigint not null default 0
);
insert into vault_state default values;

-- Data keys, wrapped: 12 bytes nonce, 32 bytes key, 16 bytes tag. AES-256-GCM under the master key, bound to purpose, subject, version
-- and kek_id.
create table data_keys (
    -- stands in the sealed bytes
    id           bigint generated always as identity (maxvalue 4294967295) primary key,
    -- what it seals: actors/src/vault/purpose.rs; 'user' and 'agent': one person's key
    purpose      text        not null,
    -- the person of a person's key; otherwise nil. Not a foreign key: the row outlives what it names
    subject      uuid        not null,
    -- counts from 1; the newest seals, the others only open
    version      integer     not null constraint data_keys_version_counts check (version >= 1),
    kek_id       text        not null,
    -- null once destroyed: what was sealed with it cannot be opened any more, by anybody
    wrapped      bytea,
    created_at   timestamptz not null default now(),
    destroyed_at timestamptz,
    constraint data_keys_once unique (purpose, subject, version),
    constraint data_keys_destroyed_or_not check ((wrapped is null) = (destroyed_at is not null))
);
create index data_keys_by_subject on data_keys (subject);

-- E-mail addresses of users, sealed with the user's own key. A row is either still in plain text, as written before there were keys, or
-- sealed; a server seals what is plain when it starts. users_email_key keeps plain addresses unique, users_email_index_key sealed ones.
alter table users alter column email drop not null;
alter table users
    add column email_sealed bytea,
    -- blind index: HMAC-SHA-256 of the address in lower case
    add column email_index  bytea constraint users_email_index_length check (octet_length(email_index) = 32),
    add column erased_at    timestamptz,
    add constraint users_email_one_form check (email is null or email_sealed is null),
    add constraint users_email_findable check ((email_sealed is null) = (email_index is null));
create unique index users_email_index_key on users (email_index);

-- How an agent is reached, sealed with the agent's own key.
create table agent_contacts (
    agent_id     uuid primary key constraint agent_contacts_agent_exists references agents (id),
    phone_sealed bytea,
    email_sealed bytea,
    -- blind indexes, of the number in E.164 and of the address in lower case. Not unique: a shared phone is somebody's everyday
    phone_index  bytea constraint agent_contacts_phone_index_length check (octet_length(phone_index) = 32),
    email_index  bytea constraint agent_contacts_email_index_length check (octet_length(email_index) = 32),
    updated_at   timestamptz not null,
    constraint agent_contacts_phone_findable check ((phone_sealed is null) = (phone_index is null)),
    constraint agent_contacts_email_findable check ((email_sealed is null) = (email_index is null))
);
create index agent_contacts_by_phone on agent_contacts (phone_index);
create index agent_contacts_by_email on agent_contacts (email_index);

-- Erased: nothing is kept of the person but this row without a name. Such an agent is not known to any server any more.
alter table agents add column erased_at timestamptz;
create index agents_erased on agents (id) where erased_at is not null;

-- What was erased, for whoever must show that it was.
create table erasures (
    id         uuid primary key,
    at         timestamptz not null,
    -- 'user' or 'agent'
    kind       text        not null constraint erasures_kind_known check (kind in ('user', 'agent')),
    subject    uuid        not null,
    -- the administrator; null for a program
    decided_by uuid,
    -- rows deleted or rewritten, by table; null while it goes on: a server finishes it
    rows       jsonb
);
create index erasures_by_time on erasures (at, id);
create index erasures_by_subject on erasures (subject);
create index erasures_unfinished on erasures (at) where rows is null;

-- What the retention task deleted, a row for each kind and run that found something.
create table retention_runs (
    id      bigint generated always as identity primary key,
    at      timestamptz not null,
    -- actors/src/retention.rs, Kind
    kind    text        not null,
    -- everything older went
    before  timestamptz not null,
    -- rows; of tracks: daily partitions, and rows of the cold table
    deleted bigint      not null
);
create index retention_runs_by_kind on retention_runs (kind, at desc);
