-- Where laptops are expected, as the company says.
create table asset (
    serial      text primary key,
    host        text,                         -- where the serial number is not enough
    body        text not null,                -- JSON: place::expected::Expected
    imported_at text not null
) strict;
create index asset_of_host on asset (host);

-- Where databases err: what is said instead, of whom, why, and until when.
create table correction (
    network text primary key,                 -- such as 192.0.2.0/24
    country text not null,
    why     text not null,
    actor   text not null,
    until   text not null
) strict;

-- What was last decided about a laptop's place.
create table place (
    laptop     text primary key references laptop (id),
    decided_at text not null,                 -- when it was first decided so
    body       text not null                  -- JSON: judge::Told; no coordinates
) strict;

-- A laptop that was heard of from one address, from another, and from the
-- first again.
create table crossing (
    laptop  text not null references laptop (id),
    one     text not null,                    -- the address before and after
    other   text not null,
    at      text not null,                    -- when it was back
    seconds real not null                     -- how long it was heard of elsewhere, and on both ways
) strict;
create index crossing_of_laptop on crossing (laptop, at);
