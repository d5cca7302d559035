-- The first packet of the connection on which a way was measured:
-- place::syn::Syn; null where the kernel kept none.
alter table way add column syn_hops_left    integer;
alter table way add column syn_mss          integer;
alter table way add column syn_window_scale integer;
alter table way add column syn_timestamp    integer;

-- The ways to landmarks, as laptops measured them: the least of each.
create table landmark (
    laptop       text not null references laptop (id),
    name         text not null,               -- as in place.landmarks
    network      text not null,               -- the exit's, such as 192.0.2.0/24
    microseconds integer not null,
    connects     integer not null,            -- in the measurement that gave the least
    at           text not null,               -- when that was
    first_at     text not null,
    last_at      text not null,
    primary key (laptop, name, network)
) strict, without rowid;
