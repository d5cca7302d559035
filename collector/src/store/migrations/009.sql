-- What somebody may do: people::Role. Who was there before could do everything.
alter table account add column role        text not null default 'viewer';
update account set role = 'admin';
alter table account add column created_at  text; -- null: before this was noted
alter table account add column disabled_at text;

-- Who signs in by way of a provider: OpenID Connect's `iss` and `sub`. Their
-- password is empty, and opens nothing.
alter table account add column issuer      text;
alter table account add column subject     text;
create unique index account_of_provider on account (issuer, subject);

-- Everybody signs in anew.
drop table session;
create table session (
    hash       blob primary key,              -- SHA-256 of the cookie's secret
    account    text not null references account (name) on delete cascade,
    csrf       text not null,
    way        text not null,                 -- people::Way
    agent      text not null,                 -- the browser's User-Agent
    created_at text not null,
    expires_at text not null
) strict, without rowid;
create index session_of_account on session (account);

-- One-time codes by time, RFC 6238.
create table second_factor (
    account      text primary key references account (name) on delete cascade,
    secret       blob not null,
    confirmed_at text,                        -- null: a code was never given, so none is asked for
    step         integer not null default 0   -- of the last code that was taken; none is taken twice
) strict;

-- What stands in for a code, each once; only the SHA-256 is kept.
create table recovery_code (
    hash    blob primary key,
    account text not null references second_factor (account) on delete cascade
) strict, without rowid;

-- Tokens of the API; only the SHA-256 of the secret is kept.
create table api_token (
    id         integer primary key,
    hash       blob not null unique,
    label      text not null,
    scopes     text not null,                 -- names, with a space between
    actor      text not null,                 -- who made it
    created_at text not null,
    expires_at text,
    last_at    text,                          -- when it was last used, to a minute
    revoked_at text
) strict;

-- SHA-256 over the row before and this one: store::audit. Null in rows from
-- before there was a chain; the first that has one covers them.
alter table audit add column hash blob;

-- The end of the chain.
create table audit_head (
    one  integer primary key check (one = 1),
    id   integer not null,
    hash blob not null
) strict;

create trigger audit_is_not_changed before update on audit
begin select raise(abort, 'an audit row is never changed'); end;
create trigger audit_is_not_shortened before delete on audit
begin select raise(abort, 'an audit row is never removed'); end;
