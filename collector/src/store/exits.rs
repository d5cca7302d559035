//! The addresses laptops come from.
//!
//! Once an address is old only a token of its network is kept, under a key that
//! is not in the database: that a laptop is where it was before can still be
//! said, where that was cannot.

#[cfg(test)]
mod tests;

use super::read;
use crate::place::network::around;
use crate::secret;
use crate::secret::Key;
use jiff::SignedDuration;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use std::net::IpAddr;

/// While a laptop stays where it is, this often at most its row is written.
const SPACING: SignedDuration = SignedDuration::from_mins(10);

/// The most addresses kept of one laptop; beyond that the oldest go.
const MOST: u32 = 1000;

/// What a token begins with; no address does.
const TOKEN: &str = "network:";

/// An address a laptop came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exit {
    /// The address, or a token of its network once it is old.
    pub address: String,
    /// When it first came from there.
    pub first_at: Timestamp,
    /// When it last did, to ten minutes.
    pub last_at: Timestamp,
}

/// Notes that a laptop comes from this address now. Costs one look while it
/// stays there.
pub fn seen(
    connection: &Connection,
    laptop: &str,
    address: IpAddr,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let address = address.to_string();
    let newest: Option<Exit> = connection
        .prepare_cached("select * from exit where laptop = ?1 order by last_at desc limit 1")?
        .query_row([laptop], exit)
        .optional()?;
    let is_noted = |newest: Exit| {
        let since = now.duration_since(newest.last_at);
        newest.address == address && !since.is_negative() && since < SPACING
    };
    if newest.is_some_and(is_noted) {
        return Ok(());
    }
    put(connection, laptop, &Exit { address, first_at: now, last_at: now })?;
    connection
        .prepare_cached(
            "delete from exit where laptop = ?1 and address in (
                 select address from exit where laptop = ?1
                 order by last_at desc limit -1 offset ?2)",
        )?
        .execute((laptop, MOST))?;
    Ok(())
}

/// Where a laptop came from, the newest first.
pub fn of_laptop(connection: &Connection, laptop: &str) -> rusqlite::Result<Vec<Exit>> {
    connection
        .prepare_cached("select * from exit where laptop = ?1 order by last_at desc, address")?
        .query_map([laptop], exit)?
        .collect()
}

/// Puts a token in the place of each address that no laptop has come from since
/// `before`; gives how many there were. Addresses of one network become one.
pub fn forget(connection: &Connection, before: Timestamp, key: &Key) -> rusqlite::Result<usize> {
    let old: Vec<(String, Exit)> = connection
        .prepare_cached("select * from exit where last_at < ?1 and address not like ?2 || '%'")?
        .query_map([&before.to_string(), TOKEN], |row| Ok((row.get("laptop")?, exit(row)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (laptop, exit) in &old {
        connection
            .prepare_cached("delete from exit where laptop = ?1 and address = ?2")?
            .execute([laptop, &exit.address])?;
        if let Some(address) = token(&exit.address, key) {
            put(connection, laptop, &Exit { address, ..exit.clone() })?;
        }
    }
    Ok(old.len())
}

/// HMAC-SHA256 of the network as text.
fn token(address: &str, key: &Key) -> Option<String> {
    let text = around(address.parse().ok()?)?.to_string();
    Some(format!("{TOKEN}{}", secret::keyed(key, text.as_bytes())))
}

/// Adds a row, or widens the times of the one that is there.
fn put(connection: &Connection, laptop: &str, exit: &Exit) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "insert into exit values (?1, ?2, ?3, ?4)
             on conflict (laptop, address) do update set
                 first_at = min(first_at, excluded.first_at),
                 last_at = max(last_at, excluded.last_at)",
        )?
        .execute([laptop, &exit.address, &exit.first_at.to_string(), &exit.last_at.to_string()])?;
    Ok(())
}

fn exit(row: &Row) -> rusqlite::Result<Exit> {
    Ok(Exit {
        address: row.get("address")?,
        first_at: read::parsed(row, "first_at")?,
        last_at: read::parsed(row, "last_at")?,
    })
}
