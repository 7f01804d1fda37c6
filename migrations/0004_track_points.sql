-- track_points(agent, from, to): the fixes of one agent as rows, for BI tools and psql. The same answer as GET …/track: chunks and the
-- journal's tail, each fix once, without those in quarantine. Reads [from, to). It decodes in PL/pgSQL what
-- engine/src/track/codec.rs and actors/src/journal/record.rs write: change both or neither.

create type track_point as (
    recorded_at timestamptz,
    lat         double precision,
    lon         double precision,
    accuracy_m  double precision,
    speed_mps   double precision,
    bearing_deg double precision,
    altitude_m  double precision,
    -- fraction 0 to 1
    battery     double precision,
    source      text,
    device      text
);

-- One LEB128 varint at byte `at` (from 0). Values here stay below 2^62.
create function salessync_varint(data bytea, at integer, out value bigint, out next integer)
language plpgsql immutable parallel safe as $$
declare
    byte  integer;
    shift integer := 0;
begin
    value := 0;
    next := at;
    loop
        byte := get_byte(data, next);
        next := next + 1;
        value := value | ((byte & 127)::bigint << shift);
        exit when byte < 128;
        shift := shift + 7;
    end loop;
end $$;

create function salessync_zigzag(value bigint) returns bigint
language sql immutable parallel safe as $$ select (value >> 1) # -(value & 1) $$;

-- The chunk that starts at byte `at`, as rows.
create function salessync_decode_chunk(data bytea, at integer, of_device text) returns setof track_point
language plpgsql immutable parallel safe as $$
declare
    pos     integer := at;
    n       bigint;
    raw     bigint;
    mask    integer;
    delta   bigint := 0;
    t       bigint := 0;
    lat_e7  bigint := 0;
    lon_e7  bigint := 0;
    fields  bigint[] := array[0, 0, 0, 0, 0, 0];
    point   track_point;
begin
    if get_byte(data, pos) <> 1 then
        raise exception 'unknown chunk version %', get_byte(data, pos);
    end if;
    select v.value, v.next into n, pos from salessync_varint(data, pos + 1) v;
    for i in 1..n loop
        mask := get_byte(data, pos);
        select v.value, v.next into raw, pos from salessync_varint(data, pos + 1) v;
        delta := delta + salessync_zigzag(raw);
        t := t + delta;
        if i = 1 then
            delta := 0;
        end if;
        select v.value, v.next into raw, pos from salessync_varint(data, pos) v;
        lat_e7 := lat_e7 + salessync_zigzag(raw);
        select v.value, v.next into raw, pos from salessync_varint(data, pos) v;
        lon_e7 := lon_e7 + salessync_zigzag(raw);
        for field in 0..5 loop
            if mask & (1 << field) <> 0 then
                select v.value, v.next into raw, pos from salessync_varint(data, pos) v;
                fields[field + 1] := fields[field + 1] + salessync_zigzag(raw);
            end if;
        end loop;
        point.recorded_at := 'epoch'::timestamptz + t * interval '1 millisecond';
        point.lat := lat_e7 / 1e7::double precision;
        point.lon := lon_e7 / 1e7::double precision;
        point.accuracy_m := (nullif(fields[1], 0) - 1) / 10.0::double precision;
        point.speed_mps := (nullif(fields[2], 0) - 1) / 100.0::double precision;
        point.bearing_deg := (nullif(fields[3], 0) - 1) / 10.0::double precision;
        point.altitude_m := (nullif(fields[4], 0) - 200001) / 10.0::double precision;
        point.battery := (nullif(fields[5], 0) - 1) / 100.0::double precision;
        point.source := (array['unknown', 'gps', 'network', 'fused', 'manual'])[fields[6] + 1];
        point.device := of_device;
        return next point;
    end loop;
end $$;

-- One agent's records in a journal row: agent 16 bytes, verdict 1 (0: taken), length of device 1, device, length of chunk varint, chunk.
create function salessync_decode_journal(data bytea, of_agent uuid) returns setof track_point
language plpgsql immutable parallel safe as $$
declare
    pos     integer := 0;
    len     bigint;
    wanted  bytea := uuid_send(of_agent);
    agent   bytea;
    verdict integer;
    device  text;
begin
    while pos < length(data) loop
        agent := substring(data from pos + 1 for 16);
        verdict := get_byte(data, pos + 16);
        len := get_byte(data, pos + 17);
        device := convert_from(substring(data from pos + 19 for len::integer), 'UTF8');
        pos := pos + 18 + len::integer;
        select v.value, v.next into len, pos from salessync_varint(data, pos) v;
        if agent = wanted and verdict = 0 then
            return query select * from salessync_decode_chunk(data, pos, device);
        end if;
        pos := pos + len::integer;
    end loop;
end $$;

create function track_points(agent uuid, "from" timestamptz, "to" timestamptz) returns setof track_point
language sql stable as $$
    select distinct p.*
    from (
        select d.* from track_chunks c, salessync_decode_chunk(c.data, 0, c.device) d
        where c.agent_id = agent and c.t0 < "to" and c.t1 >= "from"
        union all
        select d.* from track_chunks_cold c, salessync_decode_chunk(c.data, 0, c.device) d
        where c.agent_id = agent and c.t0 < "to" and c.t1 >= "from"
        union all
        select d.*
        from journal_shards s
        join ingest_journal j on j.shard = s.shard and j.seq > s.compacted_seq,
        salessync_decode_journal(j.data, agent) d
        where s.shard = get_byte(uuid_send(agent), 15) & 63
    ) p
    where p.recorded_at >= "from" and p.recorded_at < "to"
      and not exists (
          select 1 from quarantined_fixes q, salessync_decode_chunk(q.data, 0, q.device) d
          where q.agent_id = agent and q.recorded_at = p.recorded_at and d is not distinct from p
      )
    order by p.recorded_at, p.lat, p.lon
$$;
