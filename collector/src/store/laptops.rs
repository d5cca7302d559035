//! Laptops as rows: enrolled, renewed, heard of, revoked.

#[cfg(test)]
mod tests;

use super::audit;
use super::audit::Actor;
use jiff::Timestamp;
use model::Enroll;
use model::Observation;
use model::Report;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use serde::Serialize;

/// What a laptop may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It may report.
    Enrolled,
    /// It may not any more.
    Revoked,
    /// It is not in this database.
    Unknown,
}

/// A certificate, as far as the database keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Issued<'a> {
    /// The laptop it is for.
    pub laptop: &'a str,
    /// When it ends.
    pub not_after: Timestamp,
}

/// Keeps a laptop that has just been given its first certificate.
pub fn enroll(
    connection: &Connection,
    issued: Issued,
    letter: &Enroll,
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection.execute(
        "insert into laptop (id, host, platform, enrolled_at, not_after, serial)
         values (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            issued.laptop,
            &letter.host,
            &letter.platform,
            &now.to_string(),
            &issued.not_after.to_string(),
            proper(letter.serial.as_deref()),
        ),
    )?;
    note(connection, issued.laptop, "laptop.enroll", now)
}

/// Puts a laptop into the group of the token that enrolled it.
pub fn group_as(connection: &Connection, laptop: &str, token: i64) -> rusqlite::Result<()> {
    connection.execute(
        "update laptop set team = (select team from token where id = ?2) where id = ?1",
        (laptop, token),
    )?;
    Ok(())
}

/// Notes that a laptop has been given its next certificate.
pub fn renew(connection: &Connection, issued: Issued, now: Timestamp) -> rusqlite::Result<()> {
    connection.execute(
        "update laptop set not_after = ?2 where id = ?1",
        [issued.laptop, &issued.not_after.to_string()],
    )?;
    note(connection, issued.laptop, "laptop.renew", now)
}

/// Takes a laptop's rights away; false if there is no such laptop or it has none.
pub fn revoke(
    connection: &Connection,
    laptop: &str,
    actor: &Actor,
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let revoked = connection.execute(
        "update laptop set revoked_at = ?2 where id = ?1 and revoked_at is null",
        [laptop, &now.to_string()],
    )?;
    if revoked == 1 {
        let subject = format!("laptop:{laptop}");
        audit::note(connection, actor, ("laptop.revoke", &subject), now)?;
    }
    Ok(revoked == 1)
}

/// What a laptop may do here.
pub fn standing(connection: &Connection, laptop: &str) -> rusqlite::Result<Standing> {
    let revoked: Option<bool> = connection
        .prepare_cached("select revoked_at is not null from laptop where id = ?1")?
        .query_row([laptop], |row| row.get(0))
        .optional()?;
    Ok(match revoked {
        Some(false) => Standing::Enrolled,
        Some(true) => Standing::Revoked,
        None => Standing::Unknown,
    })
}

/// Takes over what a laptop's newest report says of it. What it tells is only
/// in some reports: one without it changes nothing of that, unless it is complete.
pub fn heard(
    connection: &Connection,
    laptop: &str,
    report: &Report,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let is_told = report.complete || !report.told.is_empty();
    let told = is_told.then(|| json(&report.told)).transpose()?;
    connection
        .prepare_cached(
            "update laptop set host = ?2, platform = ?3, agent = ?4, heard_at = ?5, sight = ?6,
                 told = coalesce(?7, told), serial = coalesce(?8, serial)
             where id = ?1",
        )?
        .execute((
            laptop,
            &report.host,
            &report.platform,
            &report.agent,
            &now.to_string(),
            json(&report.sight)?,
            told,
            proper(report.serial.as_deref()),
        ))?;
    Ok(())
}

/// What a laptop last told of itself although no signature names it; nothing
/// of one that has told nothing or is not in this database.
pub fn told(connection: &Connection, laptop: &str) -> rusqlite::Result<Vec<Observation>> {
    let text: Option<String> = connection
        .prepare_cached("select told from laptop where id = ?1")?
        .query_row([laptop], |row| row.get(0))
        .optional()?;
    let told = text.map_or_else(|| Ok(Vec::new()), |text| serde_json::from_str(&text));
    told.map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Text, Box::new(error))
    })
}

fn json(what: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(what)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

/// The longest serial number that is kept, in bytes.
const LONGEST_SERIAL: usize = 64;

/// A serial number as people can read it; others are none.
fn proper(serial: Option<&str>) -> Option<&str> {
    let is_proper = |text: &&str| {
        (1..=LONGEST_SERIAL).contains(&text.len()) && !text.chars().any(char::is_control)
    };
    serial.filter(is_proper)
}

/// Adds to what a laptop's agent says it lost.
pub fn missed(connection: &Connection, laptop: &str, report: &Report) -> rusqlite::Result<()> {
    if report.lost == 0 && report.damaged == 0 {
        return Ok(());
    }
    // A sum beyond what SQLite can hold stays at the largest number it can.
    let most = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "update laptop set
                 lost = lost + min(?2, 9223372036854775807 - lost),
                 damaged = damaged + min(?3, 9223372036854775807 - damaged)
             where id = ?1",
        )?
        .execute((laptop, most(report.lost), most(report.damaged)))?;
    Ok(())
}

fn note(
    connection: &Connection,
    laptop: &str,
    action: &str,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let actor = Actor::Laptop(laptop.to_owned());
    audit::note(connection, &actor, (action, &format!("laptop:{laptop}")), now)
}
