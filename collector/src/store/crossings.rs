//! Laptops that come from two addresses in turn, as rows.

use super::read;
use jiff::Timestamp;
use rusqlite::Connection;
use std::net::IpAddr;

/// From one address, from another, and from the first again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Crossing {
    /// The address before and after.
    pub one: IpAddr,
    /// The address in between.
    pub other: IpAddr,
    /// When it was back.
    pub at: Timestamp,
    /// Between the last time before and the first after, in seconds.
    pub seconds: f64,
}

/// Keeps a crossing of a laptop.
pub fn add(connection: &Connection, laptop: &str, crossing: &Crossing) -> rusqlite::Result<()> {
    let Crossing { one, other, at, seconds } = crossing;
    connection.prepare_cached("insert into crossing values (?1, ?2, ?3, ?4, ?5)")?.execute((
        laptop,
        one.to_string(),
        other.to_string(),
        at.to_string(),
        seconds,
    ))?;
    Ok(())
}

/// A laptop's since then, oldest first.
pub fn of_laptop(
    connection: &Connection,
    laptop: &str,
    since: Timestamp,
) -> rusqlite::Result<Vec<Crossing>> {
    connection
        .prepare_cached("select * from crossing where laptop = ?1 and at >= ?2 order by at")?
        .query_map([laptop, &since.to_string()], |row| {
            Ok(Crossing {
                one: read::parsed(row, "one")?,
                other: read::parsed(row, "other")?,
                at: read::parsed(row, "at")?,
                seconds: row.get("seconds")?,
            })
        })?
        .collect()
}

/// Deletes those before this; gives how many there were.
pub fn forget(connection: &Connection, before: Timestamp) -> rusqlite::Result<usize> {
    connection.execute("delete from crossing where at < ?1", [before.to_string()])
}
