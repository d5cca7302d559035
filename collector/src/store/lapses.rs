//! What makes a laptop's reports less to be believed, or its silence: a clock
//! that moved, a numbering that forked, sensors that do not see, signatures
//! that are not those of the others.

use super::read::from_json_if_any;
use super::read::parsed;
use super::read::parsed_if_any;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Report;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeMap;

/// Clocks may differ by so much; batteries die and time servers are late.
const SLACK: SignedDuration = SignedDuration::from_mins(5);

/// A clock that was set, or that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// When it was noticed here.
    pub at: Timestamp,
    /// By how many seconds.
    pub seconds: i64,
    /// What was noticed.
    pub how: Clock,
}

/// What a laptop's clock was seen to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// It says a time that has not come yet.
    Ahead,
    /// It was set back between two reports.
    Back,
}

/// What is kept of a laptop's lapses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lapses {
    /// The last time its clock was seen to move.
    pub clock: Option<Moved>,
    /// When a numbering went on that another had followed.
    pub forked_at: Option<Timestamp>,
    /// The SHA-256 of the signatures it judges by.
    pub signatures: Option<String>,
}

/// Something that is not as it should be, for a while now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapse {
    /// What: `blind SENSOR` or `gap RUN FIRST`.
    pub what: String,
    /// Since when, as noticed here.
    pub since: Timestamp,
    /// Why, as the laptop says.
    pub reason: String,
}

/// Notes what the newest report of a laptop says of its clock and signatures.
pub fn heard(
    connection: &Connection,
    laptop: &str,
    report: &Report,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let before: Option<Timestamp> = connection
        .prepare_cached("select reported_at from laptop where id = ?1")?
        .query_row([laptop], |row| parsed_if_any(row, "reported_at"))
        .optional()?
        .flatten();
    let moved = moved(before, report.at, now).map(|moved| json(&moved)).transpose()?;
    connection
        .prepare_cached(
            "update laptop set reported_at = ?2, clock_moved = coalesce(?3, clock_moved),
                 signatures = coalesce(?4, signatures)
             where id = ?1",
        )?
        .execute((laptop, report.at.to_string(), moved, &report.signatures))?;
    Ok(())
}

/// What was noticed of a clock whose newest report was written at `at`, and the
/// one before it at `before`.
fn moved(before: Option<Timestamp>, at: Timestamp, now: Timestamp) -> Option<Moved> {
    let (ahead, back) = (at.duration_since(now), before.map(|before| before.duration_since(at)));
    if ahead > SLACK {
        return Some(Moved { at: now, seconds: ahead.as_secs(), how: Clock::Ahead });
    }
    let back = back.filter(|back| *back > SLACK)?;
    Some(Moved { at: now, seconds: back.as_secs(), how: Clock::Back })
}

/// Notes that a report came in a numbering that another one has followed; only
/// one that was written after the newest report tells of a fork.
pub fn followed(
    connection: &Connection,
    laptop: &str,
    report: &Report,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let written = report.at.checked_sub(SLACK).unwrap_or(Timestamp::MIN);
    connection
        .prepare_cached("update laptop set forked_at = ?2 where id = ?1 and reported_at < ?3")?
        .execute([laptop, &now.to_string(), &written.to_string()])?;
    Ok(())
}

/// What is kept of a laptop; nothing of one that is not here.
pub fn of_laptop(connection: &Connection, laptop: &str) -> rusqlite::Result<Lapses> {
    let found = connection
        .prepare_cached("select clock_moved, forked_at, signatures from laptop where id = ?1")?
        .query_row([laptop], |row| {
            Ok(Lapses {
                clock: from_json_if_any(row, "clock_moved")?,
                forked_at: parsed_if_any(row, "forked_at")?,
                signatures: row.get("signatures")?,
            })
        })
        .optional()?;
    Ok(found.unwrap_or_default())
}

/// Keeps what is not as it should be with a laptop, by name and with a reason,
/// and since when; gives it. What is not named any more is over.
pub fn lasting(
    connection: &Connection,
    laptop: &str,
    present: &BTreeMap<String, String>,
    now: Timestamp,
) -> rusqlite::Result<Vec<Lapse>> {
    let before: Vec<Lapse> = connection
        .prepare_cached("select * from lapse where laptop = ?1 order by what")?
        .query_map([laptop], lapse_row)?
        .collect::<rusqlite::Result<_>>()?;
    for over in before.iter().filter(|lapse| !present.contains_key(&lapse.what)) {
        connection
            .prepare_cached("delete from lapse where laptop = ?1 and what = ?2")?
            .execute([laptop, &over.what])?;
    }
    let mut all = Vec::new();
    for (what, reason) in present {
        let known = before.iter().find(|lapse| lapse.what == *what);
        if known.is_none() {
            connection.prepare_cached("insert into lapse values (?1, ?2, ?3, ?4)")?.execute([
                laptop,
                what,
                &now.to_string(),
                reason,
            ])?;
        }
        let since = known.map_or(now, |lapse| lapse.since);
        all.push(Lapse { what: what.clone(), since, reason: reason.clone() });
    }
    Ok(all)
}

/// How many laptops judge by which signatures, by the version of their agent.
pub fn signatures(
    connection: &Connection,
) -> rusqlite::Result<BTreeMap<String, BTreeMap<String, u64>>> {
    let mut all: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let mut found = connection.prepare_cached(
        "select agent, signatures, count(*) from laptop
         where signatures is not null and revoked_at is null group by agent, signatures",
    )?;
    let mut rows = found.query([])?;
    while let Some(row) = rows.next()? {
        let count: u32 = row.get(2)?;
        all.entry(row.get(0)?).or_default().insert(row.get(1)?, count.into());
    }
    Ok(all)
}

fn lapse_row(row: &Row) -> rusqlite::Result<Lapse> {
    Ok(Lapse { what: row.get("what")?, since: parsed(row, "since")?, reason: row.get("reason")? })
}

fn json(what: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(what)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
