//! Databases as each released collector left them, for tests.

use super::FILE;
use super::MIGRATIONS;
use rusqlite::Connection;
use std::path::Path;

/// What the collector of each version kept that the one before did not.
const ROWS: [&str; 13] = [
    include_str!("released/001.sql"),
    include_str!("released/002.sql"),
    include_str!("released/003.sql"),
    include_str!("released/004.sql"),
    include_str!("released/005.sql"),
    include_str!("released/006.sql"),
    include_str!("released/007.sql"),
    include_str!("released/008.sql"),
    include_str!("released/009.sql"),
    include_str!("released/010.sql"),
    include_str!("released/011.sql"),
    include_str!("released/012.sql"),
    include_str!("released/013.sql"),
];

/// Every version there has been.
pub fn versions() -> impl Iterator<Item = usize> {
    1..=MIGRATIONS.len()
}

/// Makes a database in the state folder as one that went through all versions
/// up to this one, and was used in each.
pub fn leave(state: &Path, version: usize) {
    let connection = Connection::open(state.join(FILE)).unwrap();
    connection.pragma_update(None, "journal_mode", "wal").unwrap();
    for (number, migration) in MIGRATIONS.iter().enumerate().take(version) {
        connection.execute_batch(migration).unwrap();
        connection.execute_batch(ROWS.get(number).unwrap_or(&"")).unwrap();
    }
    connection.pragma_update(None, "user_version", u32::try_from(version).unwrap()).unwrap();
}
