-- Findings that an analyst should read as one story.
create table incident (
    id         integer primary key autoincrement,
    key        text not null,                 -- what holds it together: laptop:ID, router:TOKEN, asset:SERIAL
    title      text not null,
    state      text not null,                 -- event::State
    outcome    text,                          -- event::Outcome
    severity   text not null,
    confidence text not null,
    score      integer not null,
    opened_at  text not null,                 -- when its first finding opened, by the laptop's clock
    made_at    text not null,                 -- when it was put together here
    changed_at text not null,
    quiet_at   text,                          -- since when nothing of it holds; null while something does
    closed_at  text,
    silent_until text,                        -- while it is suppressed
    assignee   text,
    merged     integer references incident (id), -- the one it was joined to
    is_learned integer not null,              -- 1: opened while the collector was learning; nobody was told
    marks      text not null,                 -- JSON: what about it was new once, and was told
    story      text not null                  -- JSON: incident::Story, but for its findings
) strict;
create unique index incident_open on incident (key) where state <> 'closed';
create index incident_newest on incident (key, closed_at);
create index incident_state on incident (state, changed_at desc);

-- A finding belongs to one incident for good.
create table incident_finding (
    finding  integer primary key references finding (id) on delete cascade,
    incident integer references incident (id) on delete cascade -- null: it was over before anybody was to hear of it
) strict;
insert into incident_finding select id, null from finding where closed_at is not null;
create index incident_finding_of on incident_finding (incident);

-- What was done about an incident, and what happened to it, in order.
create table incident_step (
    incident integer not null references incident (id) on delete cascade,
    number   integer not null,
    at       text not null,
    actor    text not null,                   -- as in audit
    what     text not null,                   -- event::What, `note` or `quiet`
    note     text not null,
    primary key (incident, number)
) strict, without rowid;

-- What alerts nobody for a time. What is null is not asked for.
create table suppression (
    id         integer primary key,
    tool       text,
    signature  text,                          -- an id, or a family: `kvm.*`
    team       text,
    laptop     text references laptop (id),
    why        text not null,
    actor      text not null,
    created_at text not null,
    until      text not null,
    ended_at   text
) strict;

-- The group of laptops a laptop was enrolled into.
alter table laptop add column team text;
alter table token  add column team text;

-- What a laptop's newest report says of its clock and its signatures.
alter table laptop add column reported_at text;       -- by its own clock
alter table laptop add column clock_moved text;       -- JSON: store::clocks::Moved, the newest
alter table laptop add column signatures  text;       -- SHA-256 of the signatures it judges by
alter table laptop add column forked_at   text;       -- when a numbering went on that another had followed

-- Since when something of a laptop is not as it should be.
create table lapse (
    laptop text not null references laptop (id),
    what   text not null,                     -- `blind SENSOR` or `gap RUN FIRST`
    since  text not null,                     -- when it was noticed here
    reason text not null,
    primary key (laptop, what)
) strict, without rowid;

-- Which laptops are behind which router: tokens, never addresses.
create table router (
    token    text not null,
    laptop   text not null references laptop (id),
    first_at text not null,
    last_at  text not null,
    primary key (token, laptop)
) strict, without rowid;
create index router_of_laptop on router (laptop);
