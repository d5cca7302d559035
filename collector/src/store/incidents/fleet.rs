//! What incidents need to know of all laptops: how many there are, and on how
//! many a signature holds.

use super::Kept;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use std::collections::BTreeSet;

/// Counting stops here: more is common in any case.
const ENOUGH: u32 = 50_000;

/// How many laptops there are, revoked ones left aside.
pub fn laptop_count(connection: &Connection) -> rusqlite::Result<u64> {
    counted(connection, "select count(*) from laptop where revoked_at is null", [])
}

/// On how many laptops the signature holds.
pub fn laptops_with(connection: &Connection, signature: &str) -> rusqlite::Result<u64> {
    let sql = "select count(*) from (
        select 1 from finding where signature = ?1 and closed_at is null limit ?2)";
    counted(connection, sql, (signature, ENOUGH))
}

/// When a laptop was enrolled.
pub fn enrolled_at(connection: &Connection, laptop: &str) -> rusqlite::Result<Option<Timestamp>> {
    let at: Option<String> = connection
        .prepare_cached("select enrolled_at from laptop where id = ?1")?
        .query_row([laptop], |row| row.get(0))
        .optional()?;
    Ok(at.and_then(|at| at.parse().ok()))
}

/// The newest incident that is not closed and has a finding of the laptop.
pub fn current_of_laptop(connection: &Connection, laptop: &str) -> rusqlite::Result<Option<Kept>> {
    let which = "where state <> 'closed' and id in (
            select incident from finding join incident_finding on finding = finding.id
            where finding.laptop = ?1)
        order by id desc limit 1";
    super::one(connection, which, [laptop])
}

/// The numbers of incidents an open finding of the laptop belongs to, and of
/// the one that is not closed.
pub fn of_laptop(connection: &Connection, laptop: &str) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached(
            "select distinct incident from finding
             join incident_finding on finding = finding.id
             join incident on incident.id = incident
             where finding.laptop = ?1
                 and (finding.closed_at is null or incident.state <> 'closed')
             order by incident",
        )?
        .query_map([laptop], |row| row.get(0))?
        .collect()
}

/// The laptops with an alert that holds and belongs to no incident.
pub fn waiting(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    connection
        .prepare_cached(
            "select distinct laptop from finding
             where closed_at is null and standing = 'alert'
                 and id not in (select finding from incident_finding)",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// The keys that begin so of incidents that are not closed.
pub fn open_keys(connection: &Connection, prefix: &str) -> rusqlite::Result<BTreeSet<String>> {
    connection
        .prepare_cached(
            "select key from incident where state <> 'closed' and substr(key, 1, length(?1)) = ?1",
        )?
        .query_map([prefix], |row| row.get(0))?
        .collect()
}

fn counted(
    connection: &Connection,
    sql: &str,
    wanted: impl rusqlite::Params,
) -> rusqlite::Result<u64> {
    let count: i64 = connection.prepare_cached(sql)?.query_row(wanted, |row| row.get(0))?;
    Ok(u64::try_from(count).unwrap_or_default())
}
