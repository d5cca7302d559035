-- Times are RFC 3339 in UTC, as jiff::Timestamp writes them.

-- An issued laptop, from its enrolment on.
create table laptop (
    id          text primary key,             -- UUID, in the certificate as urn:uuid:…
    host        text not null,                -- as its newest report says
    platform    text not null,
    agent       text not null default '',     -- the agent's version
    enrolled_at text not null,
    heard_at    text,                         -- when its newest report was taken in
    not_after   text not null,                -- end of its newest certificate
    revoked_at  text,
    sight       text not null default '{}',   -- JSON: sensor → model::Sight of the newest report
    lost        integer not null default 0,   -- reports the agent says it dropped, in all
    damaged     integer not null default 0    -- spool entries it set aside, in all
) strict;

-- Which report numbers have been taken in, as ranges without holes. A hole
-- between the ranges of a run is a gap: reports that never arrived.
create table numbering (
    laptop text not null references laptop (id),
    run    text not null,
    first  integer not null,
    last   integer not null,
    at     text not null,                     -- when it was last extended
    primary key (laptop, run, first)
) strict, without rowid;

-- A signature that holds, or held, on a laptop. It is open while closed_at is
-- null; one that comes back is a new row.
create table finding (
    id         integer primary key,
    laptop     text not null references laptop (id),
    signature  text not null,
    title      text not null,
    severity   text not null,
    confidence text not null,
    technique  text not null,
    opened_at  text not null,                 -- first seen, by the laptop's clock
    last_at    text not null,                 -- last report that changed it
    closed_at  text,
    body       text not null                  -- JSON: model::Finding, evidence and all
) strict;
create unique index finding_open on finding (laptop, signature) where closed_at is null;
create index finding_newest on finding (opened_at desc);

-- Enrolment tokens; only the SHA-256 of the secret is kept.
create table token (
    id         integer primary key,
    hash       blob not null unique,
    label      text not null,
    created_at text not null,
    expires_at text,
    uses_left  integer,                       -- null: any number
    used       integer not null default 0,
    revoked_at text
) strict;

-- People who may use the console.
create table account (
    name     text primary key,
    password text not null                    -- argon2id, PHC string
) strict;

create table session (
    hash       blob primary key,              -- SHA-256 of the cookie's secret
    account    text not null references account (name),
    csrf       text not null,
    expires_at text not null
) strict, without rowid;

-- Who did what; rows are only ever added.
create table audit (
    id      integer primary key,
    at      text not null,
    actor   text not null,                    -- account:NAME, laptop:ID, cli or system
    action  text not null,                    -- such as laptop.revoke
    subject text not null
) strict;
