-- How long the way to a laptop was on one connection: place::path::Sample.
create table way (
    laptop  text not null references laptop (id),
    at      text not null,
    address text not null,                    -- where the laptop came from
    vantage text not null,                    -- place::path::Vantage
    tcp_ms  real not null,
    echo_ms real not null,
    echoes  integer not null,
    mss     integer
) strict;
create index way_of_laptop on way (laptop, at);

-- The addresses a laptop came from.
create table exit (
    laptop   text not null references laptop (id),
    address  text not null,                   -- once it is old, a token of its network: store::exits
    first_at text not null,
    last_at  text not null,                   -- to ten minutes
    primary key (laptop, address)
) strict, without rowid;
