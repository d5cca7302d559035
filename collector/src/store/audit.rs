//! Who did what: rows that are only ever added.

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
            Self::Laptop(id) => write!(f, "laptop:{id}"),
            Self::System => f.write_str("system"),
        }
    }
}

/// Notes that `actor` did `action`, such as `laptop.revoke`, to `subject`.
pub fn note(
    connection: &Connection,
    actor: &Actor,
    (action, subject): (&str, &str),
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert into audit (at, actor, action, subject) values (?1, ?2, ?3, ?4)")?
        .execute([&now.to_string(), &actor.to_string(), action, subject])?;
    Ok(())
}
