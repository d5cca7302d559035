//! What the collector knows, in one SQLite file.
//!
//! Functions take the connection, or the transaction, they are to work in, and
//! the time as their last argument.

mod copy;
mod writer;
mod reader;
mod opener;
pub mod audit;
pub mod tokens;
pub mod api_tokens;
pub mod laptops;
pub mod numbering;
pub mod steps;
pub mod findings;
pub mod events;
pub mod deliveries;
pub mod assets;
pub mod corrections;
pub mod places;
pub mod incidents;
pub mod suppressions;
pub mod routers;
pub mod lapses;
pub mod people;
pub mod read;
pub mod ways;
pub mod landmarks;
pub mod exits;
pub mod crossings;
pub mod keep;
#[cfg(test)]
pub mod released;
#[cfg(test)]
mod tests;

use crate::private;
use rusqlite::Connection;
use rusqlite::OpenFlags;
use rusqlite::Transaction;
use rusqlite::TransactionBehavior;
use std::io;
use std::path::Path;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

pub use copy::Copied;
pub use copy::copy;
pub use copy::examine;
pub use copy::measure;
pub use opener::Opener;
pub use reader::Reader;
pub use writer::Unwritten;
pub use writer::Writer;

/// The name of the file, in the state folder.
pub const FILE: &str = "collector.db";

/// How often to ask whether another connection has ended writing. The writer goes out of
/// the way for twice as long now and then, however much it has to do.
const POLL: Duration = Duration::from_millis(1);
/// How often to ask at most: for ten seconds and more.
const POLLS: i32 = 10_000;

/// Each brings a database from its index as version to the next one.
const MIGRATIONS: [&str; 13] = [
    include_str!("migrations/001.sql"),
    include_str!("migrations/002.sql"),
    include_str!("migrations/003.sql"),
    include_str!("migrations/004.sql"),
    include_str!("migrations/005.sql"),
    include_str!("migrations/006.sql"),
    include_str!("migrations/007.sql"),
    include_str!("migrations/008.sql"),
    include_str!("migrations/009.sql"),
    include_str!("migrations/010.sql"),
    include_str!("migrations/011.sql"),
    include_str!("migrations/012.sql"),
    include_str!("migrations/013.sql"),
];

/// Why the store cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// There is no database, and none was to be made.
    #[error(
        "there is no database in {0} yet: start the collector once, with `moored-collector run`"
    )]
    Missing(PathBuf),
    /// A newer collector has been here.
    #[error("the database is of version {0}, and this collector knows only {known}: install the newer collector again", known = MIGRATIONS.len())]
    Newer(usize),
    /// The folder or the file cannot be used.
    #[error("cannot use {0}: {1}")]
    File(PathBuf, io::Error),
    /// It is not whole.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// SQLite says no.
    #[error("cannot use the database: {0}")]
    Database(#[from] rusqlite::Error),
}

/// Opens the database in the state folder, made if need be, at this version.
pub fn create(state: &Path) -> Result<Connection, StoreError> {
    let file = state.join(FILE);
    private::folder(state, FILE)
        .and_then(|()| private::touch(&file))
        .map_err(|error| StoreError::File(file, error))?;
    open(state)
}

/// Opens the database in the state folder, which must be there, at this version.
pub fn open(state: &Path) -> Result<Connection, StoreError> {
    let file = state.join(FILE);
    match file.try_exists() {
        Ok(true) => {}
        Ok(false) => return Err(StoreError::Missing(state.to_owned())),
        Err(error) => return Err(StoreError::File(file, error)),
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_handler(Some(wait))?;
    // What a newer collector has made is not touched.
    let version = version(&connection)?;
    if version > MIGRATIONS.len() {
        return Err(StoreError::Newer(version));
    }
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "full")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    migrate(&mut connection)?;
    Ok(connection)
}

/// Waits for whoever else writes, for the so-manieth time; false once that is too long.
fn wait(polls: i32) -> bool {
    thread::park_timeout(POLL);
    polls < POLLS
}

/// Begins a change, kept whole or not at all. Whoever else is changing something is waited
/// for first: a change that began as a look would be refused at once
/// (<https://www.sqlite.org/lang_transaction.html>, deferred transactions).
pub fn change(connection: &Connection) -> rusqlite::Result<Transaction<'_>> {
    Transaction::new_unchecked(connection, TransactionBehavior::Immediate)
}

/// Begins a look: what others change meanwhile is not mixed in.
pub fn look(connection: &Connection) -> rusqlite::Result<Transaction<'_>> {
    Transaction::new_unchecked(connection, TransactionBehavior::Deferred)
}

fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    while version(connection)? != MIGRATIONS.len() {
        // Another process may have migrated while we waited for the lock.
        let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let version = version(&change)?;
        let Some(migration) = MIGRATIONS.get(version) else {
            if version == MIGRATIONS.len() {
                break;
            }
            return Err(StoreError::Newer(version));
        };
        change.execute_batch(migration)?;
        change.pragma_update(
            None,
            "user_version",
            u32::try_from(version + 1).unwrap_or(u32::MAX),
        )?;
        change.commit()?;
    }
    Ok(())
}

fn version(connection: &Connection) -> rusqlite::Result<usize> {
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    Ok(usize::try_from(version).unwrap_or(usize::MAX))
}
