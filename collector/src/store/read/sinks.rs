//! Where incidents are sent, how far each place is, and what it would not take.

use super::parsed;
use super::parsed_if_any;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::Row;
use serde::Serialize;

/// A place where incidents are sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SinkRow {
    /// Its name in the configuration.
    pub name: String,
    /// The last event that is done with.
    pub through: i64,
    /// How many events wait for it.
    pub waiting: i64,
    /// Since when the first of them waits.
    pub waits_since: Option<Timestamp>,
    /// What it took, in all.
    pub sent: i64,
    /// What it would not take, in all.
    pub refused: i64,
    /// Attempts that failed, in all.
    pub failed: i64,
    /// When it last took something.
    pub last_at: Option<Timestamp>,
    /// Why its last attempt failed; nothing if it did not.
    pub error: Option<String>,
}

/// An event a sink would not take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    /// Which sink.
    pub sink: String,
    /// The number of the event.
    pub event: i64,
    /// When it was given up.
    pub at: Timestamp,
    /// Why.
    pub why: String,
    /// What happened, such as `opened`.
    pub what: String,
    /// The incident it tells of; nothing for a test.
    pub incident: Option<i64>,
}

impl SinkRow {
    /// Whether somebody should look at it.
    pub fn is_in_trouble(&self) -> bool {
        self.error.is_some()
    }
}

/// All sinks that were ever used, by name.
pub fn sinks(connection: &Connection) -> rusqlite::Result<Vec<SinkRow>> {
    connection
        .prepare_cached(
            "select sink.*, max(0, (select coalesce(max(number), 0) from event) - through) as waiting,
                 (select at from event where number > through order by number limit 1) as waits_since
             from sink order by name",
        )?
        .query_map([], sink)?
        .collect()
}

/// What was given up last, of all sinks.
pub fn dead_letters(connection: &Connection, most: u32) -> rusqlite::Result<Vec<DeadLetter>> {
    connection
        .prepare_cached(
            "select sink, event, at, why, coalesce(json_extract(body, '$.what'), '') as what,
                 json_extract(body, '$.incident.id') as incident
             from dead_letter order by at desc, event desc limit ?1",
        )?
        .query_map([most], |row| {
            Ok(DeadLetter {
                sink: row.get("sink")?,
                event: row.get("event")?,
                at: parsed(row, "at")?,
                why: row.get("why")?,
                what: row.get("what")?,
                incident: row.get::<_, Option<i64>>("incident")?.filter(|id| *id > 0),
            })
        })?
        .collect()
}

fn sink(row: &Row) -> rusqlite::Result<SinkRow> {
    Ok(SinkRow {
        name: row.get("name")?,
        through: row.get("through")?,
        waiting: row.get("waiting")?,
        waits_since: parsed_if_any(row, "waits_since")?,
        sent: row.get("sent")?,
        refused: row.get("refused")?,
        failed: row.get("failed")?,
        last_at: parsed_if_any(row, "last_at")?,
        error: row.get("error")?,
    })
}
