//! A copy of the database, as it is at one moment, and whether one is whole.

use super::FILE;
use super::MIGRATIONS;
use super::StoreError;
use super::version;
use super::wait;
use rusqlite::Connection;
use rusqlite::OpenFlags;
use std::path::Path;

/// What has been copied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The version of its tables.
    pub version: usize,
    /// Its bytes at most.
    pub bytes: u64,
}

/// What a copy of the database in the state folder would be.
pub fn measure(state: &Path) -> Result<Copied, StoreError> {
    measured(&unchanged(&state.join(FILE))?)
}

/// Copies the database in the state folder into an empty file, as it is at this
/// moment, whoever writes to it meanwhile. It is not brought to this version.
pub fn copy(state: &Path, to: &Path) -> Result<Copied, StoreError> {
    let connection = unchanged(&state.join(FILE))?;
    let copied = measured(&connection)?;
    connection.execute("vacuum into ?1", [to.to_string_lossy()])?;
    Ok(copied)
}

fn measured(connection: &Connection) -> Result<Copied, StoreError> {
    let version = version(connection)?;
    if version > MIGRATIONS.len() {
        return Err(StoreError::Newer(version));
    }
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let pages = number("page_count")? - number("freelist_count")?;
    let bytes = pages.saturating_mul(number("page_size")?);
    Ok(Copied { version, bytes: u64::try_from(bytes).unwrap_or_default() })
}

/// Whether a database is one that this collector can use, every page of it.
/// Nobody is signed in to it any more: who has signed out since must not be in
/// again.
pub fn examine(file: &Path) -> Result<Copied, StoreError> {
    let connection = unchanged(file)?;
    let copied = measured(&connection)?;
    let said: String = connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    let strangers = connection.prepare("select 1 from pragma_foreign_key_check")?.exists([])?;
    if said != "ok" || strangers {
        let what = if strangers { "rows that belong to nothing".to_owned() } else { said };
        return Err(StoreError::Damaged(what));
    }
    connection.execute("delete from session", [])?;
    connection.pragma_update(None, "journal_mode", "delete")?;
    Ok(copied)
}

fn unchanged(file: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    connection.busy_handler(Some(wait))?;
    Ok(connection)
}
