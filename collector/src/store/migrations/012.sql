-- What the console asks for must be found without walking through everything.

-- Incidents: the newest of all, of those that are not closed, of one severity,
-- of one person.
create index incident_changed on incident (changed_at desc, id desc);
create index incident_not_closed on incident (changed_at desc, id desc) where state <> 'closed';
create index incident_by_severity on incident (state, severity, changed_at desc, id desc);
create index incident_of_person on incident (assignee, changed_at desc, id desc)
    where state <> 'closed';

-- How many laptops were heard of since a time.
create index laptop_heard on laptop (revoked_at, heard_at);

-- What sinks gave up last.
create index dead_letter_newest on dead_letter (at desc, event desc);

-- On how many laptops something is not as it should be.
create index lapse_of_what on lapse (what, laptop);

-- Laptops and incidents by their words. A laptop's row has no number of its own
-- that lasts, so it is found again by its id.
create virtual table laptop_text using fts5 (host, serial, id, prefix = '2 3 4');
insert into laptop_text select host, coalesce(serial, ''), id from laptop;
create trigger laptop_text_new after insert on laptop begin
    insert into laptop_text values (new.host, coalesce(new.serial, ''), new.id);
end;
create trigger laptop_text_changed after update of host, serial on laptop
when old.host is not new.host or old.serial is not new.serial begin
    update laptop_text set host = new.host, serial = coalesce(new.serial, '')
    where rowid in (select rowid from laptop_text
        where laptop_text match 'id : "' || replace(old.id, '"', '""') || '"' and id = old.id);
end;
create trigger laptop_text_gone after delete on laptop begin
    delete from laptop_text
    where rowid in (select rowid from laptop_text
        where laptop_text match 'id : "' || replace(old.id, '"', '""') || '"' and id = old.id);
end;

create virtual table incident_text using fts5 (title, prefix = '2 3 4');
insert into incident_text (rowid, title) select id, title from incident;
create trigger incident_text_new after insert on incident begin
    insert into incident_text (rowid, title) values (new.id, new.title);
end;
create trigger incident_text_changed after update of title on incident
when old.title is not new.title begin
    update incident_text set title = new.title where rowid = new.id;
end;
create trigger incident_text_gone after delete on incident begin
    delete from incident_text where rowid = old.id;
end;

-- People, by the company's list.
create virtual table asset_text using fts5 (person, serial, prefix = '2 3 4');
insert into asset_text select coalesce(json_extract(body, '$.person'), ''), serial from asset;
-- A row that is replaced is not told of as deleted.
create trigger asset_text_new after insert on asset begin
    delete from asset_text
    where rowid in (select rowid from asset_text
        where asset_text match 'serial : "' || replace(new.serial, '"', '""') || '"'
            and serial = new.serial);
    insert into asset_text values (coalesce(json_extract(new.body, '$.person'), ''), new.serial);
end;
create trigger asset_text_gone after delete on asset begin
    delete from asset_text
    where rowid in (select rowid from asset_text
        where asset_text match 'serial : "' || replace(old.serial, '"', '""') || '"'
            and serial = old.serial);
end;

-- Every signature that ever held, counted as findings come and go.
create table signature (
    id      text primary key,
    ever    integer not null,                 -- its findings, in all
    holds   integer not null,                 -- of them open: on so many laptops it holds
    finding integer not null,                 -- its newest finding, whose words are shown
    last_at text not null                     -- when a report last told something of it
) strict, without rowid;
insert into signature
    select signature, count(*), count(*) - count(closed_at), max(id), max(last_at)
    from finding group by signature;

-- How many of its findings opened in which week; the day is its Monday.
create table signature_week (
    signature text not null,
    monday    text not null,
    opened    integer not null,
    primary key (signature, monday)
) strict, without rowid;
insert into signature_week
    select signature, coalesce(date(opened_at, 'weekday 0', '-6 days'), ''), count(*)
    from finding group by 1, 2;

create trigger signature_of_new after insert on finding begin
    insert into signature values (new.signature, 1, new.closed_at is null, new.id, new.last_at)
        on conflict (id) do update set ever = ever + 1, holds = holds + excluded.holds,
            finding = excluded.finding, last_at = max(last_at, excluded.last_at);
    insert into signature_week
        values (new.signature, coalesce(date(new.opened_at, 'weekday 0', '-6 days'), ''), 1)
        on conflict do update set opened = opened + 1;
end;
create trigger signature_of_changed after update of closed_at, last_at on finding
when old.closed_at is not new.closed_at or old.last_at is not new.last_at begin
    update signature set last_at = max(last_at, new.last_at),
        holds = holds + (new.closed_at is null) - (old.closed_at is null)
    where id = new.signature;
end;
create trigger signature_of_gone after delete on finding begin
    update signature set ever = ever - 1, holds = holds - (old.closed_at is null)
    where id = old.signature;
end;
