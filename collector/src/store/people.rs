//! People who may use the console: their accounts, and what each may do.
//!
//! Passwords are kept as argon2id hashes, the secrets of sessions as SHA-256:
//! who reads the file can sign in as nobody, but can read what one-time codes
//! are made of.

pub mod password;
pub mod second_factor;
mod sessions;
#[cfg(test)]
mod tests;

pub use sessions::Opening;
pub use sessions::Session;
pub use sessions::SessionRow;
pub use sessions::Way;
pub use sessions::end_session;
pub use sessions::end_session_by_id;
pub use sessions::end_sessions;
pub use sessions::open_session;
pub use sessions::raise_session;
pub use sessions::session;
pub use sessions::sessions;

pub use crate::role::Role;

use super::audit;
use super::audit::Actor;
use crate::secret;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Serialize;

const LONGEST_NAME: usize = 64;

/// Why an account or a session cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// The name cannot be that of an account.
    #[error("cannot name an account `{0}`: use 1 to 64 of a-z, 0-9, `.`, `_`, `-` and `@`")]
    Name(String),
    /// There is such an account.
    #[error("there is an account `{0}` already")]
    Taken(String),
    /// There is no such account.
    #[error("there is no account `{0}`")]
    Missing(String),
    /// Nobody would be left who may do everything.
    #[error("`{0}` is the last account that may do everything: make another one first")]
    LastAdmin(String),
    /// The password would be guessed.
    #[error("a password has {} to {} characters", password::SHORTEST, password::LONGEST)]
    Weak,
    /// The database does not answer.
    #[error("cannot read or write accounts: {0}")]
    Store(#[from] rusqlite::Error),
    /// Hashing or random numbers fail.
    #[error("cannot make a secret: {0}")]
    Secret(String),
}

/// An account, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountRow {
    /// The name to sign in with.
    pub name: String,
    /// What its owner may do.
    pub role: Role,
    /// When it was made; nothing if that was never noted.
    pub created_at: Option<String>,
    /// When it was disabled, if it is.
    pub disabled_at: Option<String>,
    /// Who says that its owner is its owner; nothing for a password of ours.
    pub issuer: Option<String>,
    /// Whether a one-time code is asked for.
    pub second_factor: bool,
    /// How many sessions it has that are not over.
    pub sessions: u64,
}

/// Somebody a provider speaks of.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// The provider: `iss`.
    pub issuer: &'a str,
    /// Who they are to the provider: `sub`.
    pub subject: &'a str,
    /// What the provider's groups make of them.
    pub role: Role,
}

const ACCOUNTS: &str = "
    select name, role, created_at, disabled_at, issuer,
        exists (
            select 1 from second_factor where account = name and confirmed_at is not null
        ) as second_factor,
        (select count(*) from session where account = name and expires_at > ?1) as sessions
    from account";

/// All accounts, by name.
pub fn accounts(connection: &Connection, now: Timestamp) -> rusqlite::Result<Vec<AccountRow>> {
    connection
        .prepare(&format!("{ACCOUNTS} order by name"))?
        .query_map([now.to_string()], account_row)?
        .collect()
}

/// The account of this name.
pub fn account(
    connection: &Connection,
    name: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<AccountRow>> {
    connection
        .prepare(&format!("{ACCOUNTS} where name = ?2"))?
        .query_row([&now.to_string(), name], account_row)
        .optional()
}

/// Makes an account with this password.
pub fn add(
    connection: &Connection,
    (name, role): (&str, Role),
    password: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), PeopleError> {
    let hash = password::hashed(password)?;
    insert(connection, (name, role), (&hash, None), now)?;
    let subject = format!("account:{name} role:{role}");
    Ok(audit::note(connection, actor, ("account.add", &subject), now)?)
}

/// The account of somebody a provider speaks of, made at their first time; its
/// role is what the provider says now. Nothing if the account is disabled.
pub fn admit(
    connection: &Connection,
    (wanted, known): (&str, Known),
    now: Timestamp,
) -> Result<Option<String>, PeopleError> {
    let Known { issuer, subject, role } = known;
    let found: Option<(String, Role, bool)> = connection
        .prepare("select * from account where issuer = ?1 and subject = ?2")?
        .query_row([issuer, subject], |row| {
            let is_disabled = row.get::<_, Option<String>>("disabled_at")?.is_some();
            Ok((row.get("name")?, super::read::named(row, "role")?, is_disabled))
        })
        .optional()?;
    let Some((name, before, is_disabled)) = found else {
        insert(connection, (wanted, role), ("", Some((issuer, subject))), now)?;
        let subject = format!("account:{wanted} role:{role} issuer:{issuer}");
        audit::note(connection, &Actor::System, ("account.add", &subject), now)?;
        return Ok(Some(wanted.to_owned()));
    };
    if is_disabled {
        return Ok(None);
    }
    if before != role {
        put_role(connection, (&name, role), &Actor::System, now)?;
    }
    Ok(Some(name))
}

fn insert(
    connection: &Connection,
    (name, role): (&str, Role),
    (hash, known): (&str, Option<(&str, &str)>),
    now: Timestamp,
) -> Result<(), PeopleError> {
    if !is_name(name) {
        return Err(PeopleError::Name(name.to_owned()));
    }
    let (issuer, subject) = known.unzip();
    let made = connection.execute(
        "insert into account (name, password, role, created_at, issuer, subject)
         values (?1, ?2, ?3, ?4, ?5, ?6) on conflict (name) do nothing",
        (name, hash, role.name(), now.to_string(), issuer, subject),
    )?;
    if made == 0 { Err(PeopleError::Taken(name.to_owned())) } else { Ok(()) }
}

/// Gives the account another password and ends its sessions.
pub fn set_password(
    connection: &Connection,
    name: &str,
    password: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), PeopleError> {
    let hash = password::hashed(password)?;
    let sql = "update account set password = ?2 where name = ?1 and issuer is null";
    is_there(name, connection.execute(sql, [name, &hash])?)?;
    changed(connection, name, actor, ("account.password", ""), now)
}

/// Gives the account another role and ends its sessions.
pub fn set_role(
    connection: &Connection,
    (name, role): (&str, Role),
    actor: &Actor,
    now: Timestamp,
) -> Result<(), PeopleError> {
    put_role(connection, (name, role), actor, now)?;
    somebody_is_left(connection, name)
}

fn put_role(
    connection: &Connection,
    (name, role): (&str, Role),
    actor: &Actor,
    now: Timestamp,
) -> Result<(), PeopleError> {
    let sql = "update account set role = ?2 where name = ?1";
    is_there(name, connection.execute(sql, [name, role.name()])?)?;
    changed(connection, name, actor, ("account.role", &format!(" role:{role}")), now)
}

/// Lets nobody sign in with the account any more, and ends its sessions.
pub fn disable(
    connection: &Connection,
    name: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), PeopleError> {
    let sql = "update account set disabled_at = coalesce(disabled_at, ?2) where name = ?1";
    is_there(name, connection.execute(sql, [name, &now.to_string()])?)?;
    changed(connection, name, actor, ("account.disable", ""), now)?;
    somebody_is_left(connection, name)
}

/// Lets the account sign in again.
pub fn enable(
    connection: &Connection,
    name: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), PeopleError> {
    let sql = "update account set disabled_at = null where name = ?1";
    is_there(name, connection.execute(sql, [name])?)?;
    changed(connection, name, actor, ("account.enable", ""), now)
}

/// Removes the account; what it did stays in the audit trail.
pub fn remove(
    connection: &Connection,
    name: &str,
    actor: &Actor,
    now: Timestamp,
) -> Result<(), PeopleError> {
    is_there(name, connection.execute("delete from account where name = ?1", [name])?)?;
    changed(connection, name, actor, ("account.remove", ""), now)?;
    somebody_is_left(connection, name)
}

/// What was true of a session when it began may no longer be: it ends.
fn changed(
    connection: &Connection,
    name: &str,
    actor: &Actor,
    (action, more): (&str, &str),
    now: Timestamp,
) -> Result<(), PeopleError> {
    connection.execute("delete from session where account = ?1", [name])?;
    let subject = format!("account:{name}{more}");
    Ok(audit::note(connection, actor, (action, &subject), now)?)
}

fn is_there(name: &str, changed: usize) -> Result<(), PeopleError> {
    if changed == 0 { Err(PeopleError::Missing(name.to_owned())) } else { Ok(()) }
}

/// An error, for which the caller takes its change back, if it was the last.
fn somebody_is_left(connection: &Connection, name: &str) -> Result<(), PeopleError> {
    let sql = "select exists (select 1 from account where role = 'admin' and disabled_at is null)";
    let is_left: bool = connection.query_row(sql, [], |row| row.get(0))?;
    if is_left { Ok(()) } else { Err(PeopleError::LastAdmin(name.to_owned())) }
}

/// 256 random bits in hexadecimal.
pub fn random_secret() -> Result<String, PeopleError> {
    Ok(secret::hexadecimal(&random::<32>()?))
}

/// Whether two secrets are the same; how long it takes tells nothing of them.
pub fn same_secret(one: &str, other: &str) -> bool {
    hash_of(one) == hash_of(other)
}

fn account_row(row: &Row) -> rusqlite::Result<AccountRow> {
    let sessions: u32 = row.get("sessions")?;
    Ok(AccountRow {
        name: row.get("name")?,
        role: super::read::named(row, "role")?,
        created_at: row.get("created_at")?,
        disabled_at: row.get("disabled_at")?,
        issuer: row.get("issuer")?,
        second_factor: row.get("second_factor")?,
        sessions: sessions.into(),
    })
}

fn is_name(name: &str) -> bool {
    let is_sign =
        |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || b"._-@".contains(&sign);
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(is_sign)
}

fn random<const COUNT: usize>() -> Result<[u8; COUNT], PeopleError> {
    secret::bytes().map_err(|error| PeopleError::Secret(error.to_string()))
}

fn hash_of(secret: &str) -> Vec<u8> {
    secret::sha256(secret.as_bytes())
}
