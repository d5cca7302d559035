-- What others are to be told, in order. Each sink reads on from where it is.
create table event (
    number   integer primary key autoincrement,
    at       text not null,
    what     text not null,                   -- event::What, or 'enrolled'
    incident integer,                         -- null for a test, and for a laptop
    laptop   text,                            -- whose order is to be kept
    severity text not null,
    body     text not null                    -- JSON: event::Event, or event::Arrival
) strict;
create index event_at on event (at);

-- How far a sink is.
create table sink (
    name      text primary key,
    through   integer not null,               -- the last event that is done with
    sent      integer not null default 0,     -- records taken, in all
    refused   integer not null default 0,     -- events put into dead_letter, in all
    failed    integer not null default 0,     -- attempts that failed, in all
    lost      integer not null default 0,     -- events it did not take while they were kept
    last_at   text,                           -- when it last took something
    error     text                            -- why its last attempt failed; null if it did not
) strict;

-- What a sink would not take, however often it is told.
create table dead_letter (
    sink  text not null,
    event integer not null,
    at    text not null,
    why   text not null,
    what  text not null,                      -- as in event
    body  text not null,                      -- JSON, as in event
    primary key (sink, event)
) strict, without rowid;
