-- How far a remote tool has come, and what the policy says of it; null for a
-- finding that is about no tool.
alter table finding add column rung     text; -- model::Rung
alter table finding add column verdict  text; -- model::Verdict, as on the wire
alter table finding add column approval text; -- JSON: model::Approval

-- How a finding went: one step whenever a report said something new of it.
create table finding_step (
    finding  integer not null references finding (id) on delete cascade,
    number   integer not null,                -- rises by one; a hole is steps that were dropped
    at       text not null,                   -- by the laptop's clock
    title    text not null,                   -- its beginning, if it is long
    severity text not null,
    standing text not null,
    rung     text,
    verdict  text,
    open     integer not null,                -- 0 for the end
    primary key (finding, number)
) strict, without rowid;

-- Of what was kept before, only how it is now is known.
insert into finding_step
    select id, 1, coalesce(closed_at, last_at), substr(title, 1, 200), severity, standing,
        null, null, closed_at is null
    from finding;
