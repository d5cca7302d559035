//! Incidents as rows: put together, changed, told of, joined.

mod members;
mod fleet;
mod steps;
#[cfg(test)]
mod tests;

use super::read::named;
use super::read::named_if_any;
use super::read::parsed;
use super::read::parsed_if_any;
use event::Outcome;
use event::Reason;
use event::State;
use jiff::Timestamp;
use model::Confidence;
use model::Severity;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use rusqlite::Row;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeSet;

pub use fleet::current_of_laptop;
pub use fleet::enrolled_at;
pub use fleet::laptop_count;
pub use fleet::laptops_with;
pub use fleet::of_laptop;
pub use fleet::open_keys;
pub use fleet::waiting;
pub use members::join;
pub use members::laptop;
pub use members::members;
pub use members::move_all;
pub use members::of_finding;
pub use members::settle;
pub use members::told;
pub use members::unjoined;
pub use steps::StepRow;
pub use steps::note;
pub use steps::of_incident as steps;

/// An incident that is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its number; 0 before it is kept.
    pub id: i64,
    /// What holds it together: `laptop:ID`, `router:TOKEN` or `asset:SERIAL`.
    pub key: String,
    /// What it is, in one line.
    pub title: String,
    /// What has become of it.
    pub state: State,
    /// What it was, as somebody said.
    pub outcome: Option<Outcome>,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// How sure its evidence makes us.
    pub confidence: Confidence,
    /// The same in shades.
    pub score: u8,
    /// When its first finding opened, by the laptop's clock.
    pub opened_at: Timestamp,
    /// When it was put together here.
    pub made_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
    /// Since when nothing of it holds; `None` while something does.
    pub quiet_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Until when it is silent, while it is suppressed.
    pub silent_until: Option<Timestamp>,
    /// Who looks into it.
    pub assignee: Option<String>,
    /// The incident it was joined to.
    pub merged: Option<i64>,
    /// True if it was put together while the collector was learning.
    pub is_learned: bool,
    /// What about it was new once: none of it is new again.
    pub marks: BTreeSet<String>,
    /// What is told of it beside its findings.
    pub story: Story,
}

/// What is told of an incident beside its findings.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Story {
    /// What its confidence is made of.
    pub reasons: Vec<Reason>,
    /// What would refute it.
    pub refutes: Vec<String>,
    /// What could be innocent about it.
    pub innocent: Vec<String>,
    /// What to do next.
    pub steps: Vec<String>,
}

/// The incident with this number.
pub fn get(connection: &Connection, id: i64) -> rusqlite::Result<Option<Kept>> {
    one(connection, "where id = ?1", [id])
}

/// The incident of this key that is not closed.
pub fn current(connection: &Connection, key: &str) -> rusqlite::Result<Option<Kept>> {
    one(connection, "where key = ?1 and state <> 'closed'", [key])
}

/// The incident of this key that was closed last, if it was after `since` and
/// it was not joined to another.
pub fn closed_since(
    connection: &Connection,
    key: &str,
    since: Timestamp,
) -> rusqlite::Result<Option<Kept>> {
    let which = "where key = ?1 and state = 'closed' and closed_at >= ?2 and merged is null
        order by closed_at desc limit 1";
    one(connection, which, (key, since.to_string()))
}

/// The numbers of all that are not closed.
pub fn not_closed(connection: &Connection) -> rusqlite::Result<Vec<i64>> {
    connection
        .prepare_cached("select id from incident where state <> 'closed' order by id")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// Keeps an incident that is new, and gives its number.
pub fn add(connection: &Connection, incident: &Kept) -> rusqlite::Result<i64> {
    connection.execute(
        "insert into incident (key, title, state, severity, confidence, score, opened_at,
             made_at, changed_at, is_learned, marks, story)
         values (?1, '', 'open', 'low', 'low', 0, ?2, ?3, ?3, ?4, '[]', '{}')",
        (
            &incident.key,
            incident.opened_at.to_string(),
            incident.made_at.to_string(),
            incident.is_learned,
        ),
    )?;
    let id = connection.last_insert_rowid();
    put(connection, &Kept { id, ..incident.clone() })?;
    Ok(id)
}

/// Keeps an incident as it is now.
pub fn put(connection: &Connection, incident: &Kept) -> rusqlite::Result<()> {
    let text = |at: &Timestamp| at.to_string();
    connection
        .prepare_cached(
            "update incident set key = ?2, title = ?3, state = ?4, outcome = ?5, severity = ?6,
                 confidence = ?7, score = ?8, opened_at = ?9, changed_at = ?10, quiet_at = ?11,
                 closed_at = ?12, silent_until = ?13, assignee = ?14, merged = ?15, marks = ?16,
                 story = ?17
             where id = ?1",
        )?
        .execute(rusqlite::params![
            incident.id,
            incident.key,
            incident.title,
            incident.state.name(),
            incident.outcome.map(Outcome::name),
            incident.severity.to_string(),
            incident.confidence.to_string(),
            incident.score,
            incident.opened_at.to_string(),
            incident.changed_at.to_string(),
            incident.quiet_at.as_ref().map(text),
            incident.closed_at.as_ref().map(text),
            incident.silent_until.as_ref().map(text),
            incident.assignee,
            incident.merged,
            json(&incident.marks)?,
            json(&incident.story)?,
        ])?;
    Ok(())
}

fn one(
    connection: &Connection,
    which: &str,
    wanted: impl rusqlite::Params,
) -> rusqlite::Result<Option<Kept>> {
    connection
        .prepare_cached(&format!("select * from incident {which}"))?
        .query_row(wanted, kept)
        .optional()
}

/// A row of the table, every column of it.
pub(super) fn kept(row: &Row) -> rusqlite::Result<Kept> {
    Ok(Kept {
        id: row.get("id")?,
        key: row.get("key")?,
        title: row.get("title")?,
        state: named(row, "state")?,
        outcome: named_if_any(row, "outcome")?,
        severity: named(row, "severity")?,
        confidence: named(row, "confidence")?,
        score: row.get("score")?,
        opened_at: parsed(row, "opened_at")?,
        made_at: parsed(row, "made_at")?,
        changed_at: parsed(row, "changed_at")?,
        quiet_at: parsed_if_any(row, "quiet_at")?,
        closed_at: parsed_if_any(row, "closed_at")?,
        silent_until: parsed_if_any(row, "silent_until")?,
        assignee: row.get("assignee")?,
        merged: row.get("merged")?,
        is_learned: row.get("is_learned")?,
        marks: super::read::from_json(row, "marks")?,
        story: super::read::from_json(row, "story")?,
    })
}

fn json(what: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(what)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}
