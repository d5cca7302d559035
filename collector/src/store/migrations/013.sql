-- Places: how many come from where, and whose asks for most.
alter table place add column country  text; -- as in body
alter table place add column expected text; -- as in body, JSON
alter table place add column logit    real; -- as in body
update place set country = body ->> '$.country', expected = json_extract(body, '$.expected'),
    logit = body ->> '$.logit';
create index place_by_country on place (country, expected, laptop);
create index place_by_logit on place (logit desc, laptop);

-- What findings are called: few names, and many findings.
create table finding_name (
    signature text not null,
    title     text not null,
    technique text not null,
    primary key (signature, title, technique)
) strict, without rowid;
insert into finding_name select distinct signature, title, technique from finding;
create trigger finding_name_of_new after insert on finding begin
    insert or ignore into finding_name values (new.signature, new.title, new.technique);
end;
create trigger finding_name_changed after update of title, technique on finding
when old.title is not new.title or old.technique is not new.technique begin
    insert or ignore into finding_name values (new.signature, new.title, new.technique);
end;
create trigger finding_name_of_gone after delete on finding
when not exists (select 1 from finding where signature = old.signature) begin
    delete from finding_name where signature = old.signature;
end;

-- Lists of findings, whatever is asked of these three.
drop index finding_newest;
drop index finding_open_newest;
create index finding_listed on finding (standing, severity, closed_at is null,
    opened_at desc, id desc, rung, verdict, signature, laptop);
-- Those of a laptop are sorted without a look at each.
drop index finding_of_laptop;
create index finding_of_laptop on finding
    (laptop, signature, opened_at, standing, severity, closed_at);

-- On which laptops a signature holds.
create index finding_holders on finding (signature, laptop) where closed_at is null;
