-- What a geocoder was asked for in vain, so that it is not asked again and again.

-- the address last asked for without finding it
alter table customer_places add column geocode_tried text;
-- Those that a geocoder may find.
create index customer_places_to_locate on customer_places (id)
    where location is null and address <> '' and geocode_tried is distinct from address;
