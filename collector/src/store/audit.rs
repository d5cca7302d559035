//! Who did what: rows that are only ever added, each sealed by a hash.
//!
//! A row's hash is the SHA-256 of the hash before it and of the row itself, so
//! whoever changes, removes or slips in a row must also make all later hashes
//! anew. Who owns the file can do that: note the head elsewhere, and it shows.
//! Rows from before there was a chain have no hash of their own; the first
//! hash covers them all, as they were then.

mod chain;
#[cfg(test)]
mod tests;

pub use chain::Broken;
pub use chain::Head;
pub use chain::Verdict;
pub use chain::holds;
pub use chain::verify;

use chain::Link;
use jiff::Timestamp;
use rusqlite::Connection;
use std::fmt;

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at the collector's command line.
    Cli,
    /// Somebody who is signed in to the console, by the account's name.
    Account(String),
    /// A program that has a token of the API, by the token's number.
    Token(i64),
    /// A laptop, by its id.
    Laptop(String),
    /// The collector by itself.
    System,
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cli => f.write_str("cli"),
            Self::Account(name) => write!(f, "account:{name}"),
            Self::Token(id) => write!(f, "api-token:{id}"),
            Self::Laptop(id) => write!(f, "laptop:{id}"),
            Self::System => f.write_str("system"),
        }
    }
}

/// Notes that `actor` did `action`, such as `laptop.revoke`, to `subject`.
pub fn note(
    connection: &Connection,
    actor: &Actor,
    what: (&str, &str),
    now: Timestamp,
) -> rusqlite::Result<()> {
    if connection.is_autocommit() {
        let change = super::change(connection)?;
        append(&change, actor, what, now)?;
        return change.commit();
    }
    append(connection, actor, what, now)
}

/// Seals what was noted before there was a chain, if anything was.
pub fn begin(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let rows: i64 = connection.query_row(
        "select count(*) from audit where not exists (select 1 from audit_head)",
        [],
        |row| row.get(0),
    )?;
    if rows == 0 {
        return Ok(());
    }
    note(connection, &Actor::System, ("audit.begin", &format!("rows:{rows}")), now)
}

/// The end of the chain; nothing if nothing was ever noted.
pub fn head(connection: &Connection) -> rusqlite::Result<Option<Head>> {
    chain::head(connection)
}

fn append(
    connection: &Connection,
    actor: &Actor,
    (action, subject): (&str, &str),
    now: Timestamp,
) -> rusqlite::Result<()> {
    // Writing comes first: from here on nobody else adds a row.
    let taken = connection.prepare_cached("update audit_head set id = id + 1")?.execute([])?;
    let (id, before) = if taken == 1 {
        let Head { id, hash } = chain::head(connection)?.unwrap_or_default();
        (id, hash)
    } else {
        let before = chain::unsealed(connection)?;
        (before.id + 1, before.hash)
    };
    let (at, actor) = (now.to_string(), actor.to_string());
    let link = Link { id, at: &at, actor: &actor, action, subject };
    let hash = link.after(&before);
    connection
        .prepare_cached("insert into audit values (?1, ?2, ?3, ?4, ?5, ?6)")?
        .execute((id, &at, &actor, action, subject, &hash))?;
    connection
        .prepare_cached("insert or replace into audit_head values (1, ?1, ?2)")?
        .execute((id, &hash))?;
    Ok(())
}
