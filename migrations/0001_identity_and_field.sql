-- Who signs in, who is in the field, and where they work.

create table users (
    id            uuid primary key,
    email         text not null,
    name          text not null,
    -- agent tokens name an agent; the other roles are people at a console
    role          text not null constraint users_role_known check (role in ('dispatcher', 'manager', 'admin')),
    -- Argon2id in PHC string form
    password_hash text not null,
    created_at    timestamptz not null default now()
);
-- Sign-in ignores the case of an address.
create unique index users_email_key on users (lower(email));

create table territories (
    id         uuid primary key,
    name       text not null,
    colour     text not null constraint territories_colour_form check (colour ~ '^#[0-9a-fA-F]{6}$'),
    -- GeoJSON Polygon or MultiPolygon, as checked by the engine
    area       jsonb not null,
    created_at timestamptz not null default now()
);

create table agents (
    id           uuid primary key,
    name         text not null,
    territory_id uuid constraint agents_territory_exists references territories (id),
    created_at   timestamptz not null default now()
);
-- Lists are paged by name, then id.
create index agents_by_name on agents (name, id);
create index agents_by_territory on agents (territory_id);
