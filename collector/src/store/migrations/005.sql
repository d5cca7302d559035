-- What the laptop tells of itself although no signature names it, as its
-- newest report that told any of it says.
alter table laptop add column told   text not null default '[]'; -- JSON: list of model::Observation

-- Its own serial number, as its firmware says; null where it says none.
alter table laptop add column serial text;
