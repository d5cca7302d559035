//! Which laptops were behind which router: tokens, never addresses.

use jiff::SignedDuration;
use jiff::Timestamp;
use rusqlite::Connection;

/// A laptop behind a router.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Behind {
    /// The laptop's id.
    pub laptop: String,
    /// Its host name.
    pub host: String,
    /// When it was first seen there.
    pub first_at: Timestamp,
    /// When it was last seen there.
    pub last_at: Timestamp,
}

/// Times are noted to an hour: a laptop that stays says nothing new.
const COARSE: SignedDuration = SignedDuration::from_hours(1);

/// Notes that a laptop is behind a router.
pub fn seen(
    connection: &Connection,
    laptop: &str,
    token: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let noted = now.checked_sub(COARSE).unwrap_or(Timestamp::MIN);
    connection
        .prepare_cached(
            "insert into router values (?1, ?2, ?3, ?3) on conflict (token, laptop)
             do update set last_at = excluded.last_at where last_at < ?4",
        )?
        .execute([token, laptop, &now.to_string(), &noted.to_string()])?;
    Ok(())
}

/// The laptops that were behind a router since then, revoked ones left aside.
pub fn behind(
    connection: &Connection,
    token: &str,
    since: Timestamp,
) -> rusqlite::Result<Vec<Behind>> {
    connection
        .prepare_cached(
            "select router.laptop, host, first_at, last_at from router
             join laptop on laptop.id = router.laptop
             where token = ?1 and last_at >= ?2 and revoked_at is null order by router.laptop",
        )?
        .query_map([token, &since.to_string()], |row| {
            Ok(Behind {
                laptop: row.get(0)?,
                host: row.get(1)?,
                first_at: super::read::parsed(row, "first_at")?,
                last_at: super::read::parsed(row, "last_at")?,
            })
        })?
        .collect()
}

/// Forgets who was where before this; gives how many there were.
pub fn forget(connection: &Connection, before: Timestamp) -> rusqlite::Result<usize> {
    connection.execute("delete from router where last_at < ?1", [before.to_string()])
}
