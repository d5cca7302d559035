//! Who is signed in, since when, and with which browser.

use super::PeopleError;
use super::Role;
use super::hash_of;
use super::random_secret;
use crate::store::audit;
use crate::store::audit::Actor;
use crate::store::read::named;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Deserialize;
use serde::Serialize;
use std::time::Duration;

/// How somebody showed who they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// By a password alone.
    Password,
    /// By a password and a one-time code.
    Code,
    /// By way of a provider.
    Provider,
}

/// A session to begin.
#[derive(Clone, Copy, Debug)]
pub struct Opening<'a> {
    /// Whose it is.
    pub account: &'a str,
    /// How they showed that.
    pub way: Way,
    /// The browser's `User-Agent`.
    pub agent: &'a str,
}

/// Somebody who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// What it is called in lists; says nothing of its secret.
    pub id: String,
    /// The name of the account.
    pub account: String,
    /// What its owner may do.
    pub role: Role,
    /// What every form of this session must send along.
    pub csrf: String,
    /// How its owner showed who they are.
    pub way: Way,
    /// The browser it was begun with.
    pub agent: String,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// A session in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SessionRow {
    /// What it is called.
    pub id: String,
    /// The name of the account.
    pub account: String,
    /// How its owner showed who they are.
    pub way: Way,
    /// The browser it was begun with.
    pub agent: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it ends by itself.
    pub expires_at: Timestamp,
}

/// The first 64 bits of a hash that nobody can turn back.
const ID: &str = "lower(substr(hex(hash), 1, 16))";

/// Signs the account in for at most `length` and gives the secret to keep in
/// the cookie. Sessions that are over are forgotten.
pub fn open_session(
    connection: &Connection,
    opening: Opening,
    length: Duration,
    now: Timestamp,
) -> Result<String, PeopleError> {
    let Opening { account, way, agent } = opening;
    let secret = random_secret()?;
    let expires_at = now.checked_add(length).unwrap_or(Timestamp::MAX);
    connection.execute("delete from session where expires_at <= ?1", [now.to_string()])?;
    connection.execute(
        "insert into session (hash, account, csrf, way, agent, created_at, expires_at)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        (
            hash_of(&secret),
            account,
            random_secret()?,
            way.name(),
            agent,
            now.to_string(),
            expires_at.to_string(),
        ),
    )?;
    let subject = format!("account:{account} way:{}", way.name());
    let actor = Actor::Account(account.to_owned());
    audit::note(connection, &actor, ("account.login", &subject), now)?;
    Ok(secret)
}

/// The session of this secret, if it is not over and its account not disabled.
pub fn session(
    connection: &Connection,
    secret: &str,
    now: Timestamp,
) -> Result<Option<Session>, PeopleError> {
    let sql = format!(
        "select session.*, {ID} as id, role from session join account on name = account
         where hash = ?1 and disabled_at is null"
    );
    let found =
        connection.prepare_cached(&sql)?.query_row([hash_of(secret)], session_of).optional()?;
    Ok(found.filter(|session| now < session.expires_at))
}

/// The sessions that are not over, of one account or of all, newest first.
pub fn sessions(
    connection: &Connection,
    account: Option<&str>,
    now: Timestamp,
) -> rusqlite::Result<Vec<SessionRow>> {
    let sql = format!(
        "select *, {ID} as id from session
         where expires_at > ?1 and (?2 is null or account = ?2)
         order by created_at desc, id"
    );
    connection.prepare(&sql)?.query_map((now.to_string(), account), session_row)?.collect()
}

/// Remembers that the session's owner has given a one-time code by now.
pub fn raise_session(connection: &Connection, secret: &str) -> Result<(), PeopleError> {
    let sql = "update session set way = 'code' where hash = ?1";
    connection.execute(sql, [hash_of(secret)])?;
    Ok(())
}

/// Ends the session of this secret, if there is one.
pub fn end_session(connection: &Connection, secret: &str) -> Result<(), PeopleError> {
    connection.execute("delete from session where hash = ?1", [hash_of(secret)])?;
    Ok(())
}

/// Ends the session that is called so; false if there is none. With an account
/// only one of its own.
pub fn end_session_by_id(
    connection: &Connection,
    (id, account): (&str, Option<&str>),
    actor: &Actor,
    now: Timestamp,
) -> Result<bool, PeopleError> {
    let sql = format!(
        "delete from session where {ID} = ?1 and (?2 is null or account = ?2) returning account"
    );
    let ended: Option<String> =
        connection.query_row(&sql, (id, account), |row| row.get(0)).optional()?;
    let Some(account) = ended else { return Ok(false) };
    let subject = format!("account:{account} session:{id}");
    audit::note(connection, actor, ("session.revoke", &subject), now)?;
    Ok(true)
}

/// Ends all sessions of an account but the one that is called `spared`; says
/// how many.
pub fn end_sessions(
    connection: &Connection,
    (account, spared): (&str, &str),
    actor: &Actor,
    now: Timestamp,
) -> Result<usize, PeopleError> {
    let sql = format!("delete from session where account = ?1 and {ID} <> ?2");
    let ended = connection.execute(&sql, [account, spared])?;
    if ended > 0 {
        let subject = format!("account:{account} sessions:{ended}");
        audit::note(connection, actor, ("session.revoke", &subject), now)?;
    }
    Ok(ended)
}

impl Way {
    /// Its name, everywhere.
    pub fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Code => "code",
            Self::Provider => "provider",
        }
    }
}

fn session_of(row: &Row) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get("id")?,
        account: row.get("account")?,
        role: named(row, "role")?,
        csrf: row.get("csrf")?,
        way: named(row, "way")?,
        agent: row.get("agent")?,
        expires_at: time(row, "expires_at")?,
    })
}

fn session_row(row: &Row) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        id: row.get("id")?,
        account: row.get("account")?,
        way: named(row, "way")?,
        agent: row.get("agent")?,
        created_at: time(row, "created_at")?,
        expires_at: time(row, "expires_at")?,
    })
}

/// What cannot be read is over.
fn time(row: &Row, column: &str) -> rusqlite::Result<Timestamp> {
    let text: String = row.get(column)?;
    Ok(text.parse().unwrap_or(Timestamp::MIN))
}
