//! The ways to landmarks, as laptops measured them: of each, from each network a
//! laptop comes from, only the least.

#[cfg(test)]
mod tests;

use super::read;
use crate::place::network::around;
use jiff::Timestamp;
use model::Landmark;
use rusqlite::Connection;
use rusqlite::Row;
use std::net::IpAddr;

/// The most rows of one laptop; beyond that those of networks it was in last
/// longest ago go.
const MOST: u32 = 200;

/// Longer than any way is, in microseconds.
const LONGEST: u64 = 60_000_000;

/// The least that was measured of one landmark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Least {
    /// The landmark.
    pub name: String,
    /// The shortest connect, in microseconds.
    pub microseconds: u64,
    /// How many connects there were in that measurement.
    pub connects: u32,
    /// When that was.
    pub at: Timestamp,
    /// When the landmark was first measured from there.
    pub first_at: Timestamp,
    /// When it was last.
    pub last_at: Timestamp,
}

/// Takes in what a laptop that comes from there has measured now; what no
/// measurement can give is passed over.
pub fn add(
    connection: &Connection,
    laptop: &str,
    (exit, landmark): (IpAddr, &Landmark),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let is_possible = landmark.connects > 0 && (1..=LONGEST).contains(&landmark.microseconds);
    let Some(network) = around(exit).filter(|_| is_possible) else { return Ok(()) };
    connection
        .prepare_cached(
            "insert into landmark values (?1, ?2, ?3, ?4, ?5, ?6, ?6, ?6)
             on conflict (laptop, name, network) do update set
                 at = iif(excluded.microseconds <= microseconds, excluded.at, at),
                 connects = iif(excluded.microseconds <= microseconds, excluded.connects, connects),
                 microseconds = min(microseconds, excluded.microseconds),
                 first_at = min(first_at, excluded.first_at),
                 last_at = max(last_at, excluded.last_at)",
        )?
        .execute((
            laptop,
            &landmark.name,
            network.to_string(),
            i64::try_from(landmark.microseconds).unwrap_or(i64::MAX),
            landmark.connects,
            now.to_string(),
        ))?;
    connection
        .prepare_cached(
            "delete from landmark where laptop = ?1 and (name, network) in (
                 select name, network from landmark where laptop = ?1
                 order by last_at desc limit -1 offset ?2)",
        )?
        .execute((laptop, MOST))?;
    Ok(())
}

/// What a laptop measured while it came from the network of this address, by
/// names.
pub fn of_laptop(
    connection: &Connection,
    laptop: &str,
    exit: IpAddr,
) -> rusqlite::Result<Vec<Least>> {
    let Some(network) = around(exit) else { return Ok(Vec::new()) };
    connection
        .prepare_cached("select * from landmark where laptop = ?1 and network = ?2 order by name")?
        .query_map([laptop, &network.to_string()], least)?
        .collect()
}

/// Deletes what was measured before this, although longer ways were measured
/// since; gives how many there were.
pub fn forget(connection: &Connection, before: Timestamp) -> rusqlite::Result<usize> {
    connection.execute("delete from landmark where at < ?1", [before.to_string()])
}

fn least(row: &Row) -> rusqlite::Result<Least> {
    Ok(Least {
        name: row.get("name")?,
        microseconds: read::count(row, "microseconds")?,
        connects: row.get("connects")?,
        at: read::parsed(row, "at")?,
        first_at: read::parsed(row, "first_at")?,
        last_at: read::parsed(row, "last_at")?,
    })
}
