//! What the picture of a laptop is drawn of.

use super::from_json;
use super::parsed;
use event::Member;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

/// Something of a laptop that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LapseRow {
    /// What: `blind SENSOR` or `gap RUN FIRST`.
    pub what: String,
    /// Since when, as noticed here.
    pub since: Timestamp,
    /// Why, as the laptop says.
    pub reason: String,
}

/// The laptop's findings, the newest first, at most so many.
pub fn timeline(connection: &Connection, laptop: &str, most: u32) -> rusqlite::Result<Vec<Member>> {
    connection
        .prepare_cached(
            "select id, laptop, body from finding where laptop = ?1
             order by opened_at desc, id desc limit ?2",
        )?
        .query_map((laptop, most), |row| {
            Ok(Member {
                id: row.get("id")?,
                laptop: row.get("laptop")?,
                finding: from_json(row, "body")?,
            })
        })?
        .collect()
}

/// What of the laptop is not as it should be, the oldest first.
pub fn lapses(connection: &Connection, laptop: &str, most: u32) -> rusqlite::Result<Vec<LapseRow>> {
    connection
        .prepare_cached("select * from lapse where laptop = ?1 order by since, what limit ?2")?
        .query_map((laptop, most), |row| {
            Ok(LapseRow {
                what: row.get("what")?,
                since: parsed(row, "since")?,
                reason: row.get("reason")?,
            })
        })?
        .collect()
}
