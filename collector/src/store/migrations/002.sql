-- A lead is a single weak sign that is to alert nobody. Findings kept before
-- there were leads have alerted.
alter table finding add column kind     text not null default 'identity';
alter table finding add column standing text not null default 'alert';
