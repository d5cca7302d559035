//! How far each sink is, and what it would not take.

use super::events;
use event::News;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::OptionalExtension;
use serde::Serialize;

/// How a sink fares.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// What it is called.
    pub name: String,
    /// Records it has taken, in all.
    pub sent: i64,
    /// Events it refused for good, in all.
    pub refused: i64,
    /// Attempts that failed, in all.
    pub failed: i64,
    /// Events it did not take while they were kept, in all.
    pub lost: i64,
    /// Events it has not taken yet.
    pub waiting: i64,
    /// Events that lie in its dead letters now.
    pub dead: i64,
    /// When it last took something.
    pub last_at: Option<String>,
    /// Why its last attempt failed; nothing if it did not.
    pub error: Option<String>,
}

/// A step of a sink: what it is done with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Step {
    /// The last event that it is done with.
    pub through: i64,
    /// The records it has taken.
    pub sent: i64,
    /// The events it refuses, and why.
    pub refused: Vec<(i64, String, News)>,
}

/// An event that a sink refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Dead {
    /// Its number.
    pub number: i64,
    /// When it was refused.
    pub at: String,
    /// Why.
    pub why: String,
    /// The event.
    pub news: News,
}

/// Makes sure that just these sinks are known: a new one begins with what comes
/// next, and one that is no more is forgotten.
pub fn settle(connection: &Connection, names: &[String]) -> rusqlite::Result<()> {
    let mut known = connection.prepare("select name from sink")?;
    let known: Vec<String> = known.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
    for gone in known.iter().filter(|name| !names.contains(name)) {
        connection.execute("delete from sink where name = ?1", [gone])?;
        connection.execute("delete from dead_letter where sink = ?1", [gone])?;
    }
    let newest = events::newest(connection)?;
    for name in names {
        connection.execute(
            "insert into sink (name, through) values (?1, ?2) on conflict do nothing",
            (name, newest),
        )?;
    }
    Ok(())
}

/// The last event that a sink is done with; `None` if it is not known.
pub fn through(connection: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    connection
        .prepare_cached("select through from sink where name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()
}

/// Notes a step.
pub fn step(
    connection: &Connection,
    name: &str,
    step: &Step,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let now = now.to_string();
    let refused = i64::try_from(step.refused.len()).unwrap_or(i64::MAX);
    connection
        .prepare_cached(
            "update sink set through = max(through, ?2), sent = sent + ?3, refused = refused + ?4,
               last_at = case when ?3 > 0 then ?5 else last_at end, error = null
             where name = ?1",
        )?
        .execute((name, step.through, step.sent, refused, &now))?;
    for (number, why, news) in &step.refused {
        let (what, body) = events::columns(news)?;
        connection
            .prepare_cached(
                "insert into dead_letter (sink, event, at, why, what, body)
                 values (?1, ?2, ?3, ?4, ?5, ?6) on conflict do nothing",
            )?
            .execute((name, number, &now, why, what, body))?;
    }
    Ok(())
}

/// Notes that an attempt failed.
pub fn failed(connection: &Connection, name: &str, why: &str) -> rusqlite::Result<()> {
    connection
        .prepare_cached("update sink set failed = failed + 1, error = ?2 where name = ?1")?
        .execute((name, why))?;
    Ok(())
}

/// How all sinks fare, by name.
pub fn figures(connection: &Connection) -> rusqlite::Result<Vec<Figures>> {
    let newest = events::newest(connection)?;
    connection
        .prepare_cached(
            "select name, sent, refused, failed, lost, max(?1 - through, 0),
               (select count(*) from dead_letter where sink = name), last_at, error
             from sink order by name",
        )?
        .query_map([newest], |row| {
            Ok(Figures {
                name: row.get(0)?,
                sent: row.get(1)?,
                refused: row.get(2)?,
                failed: row.get(3)?,
                lost: row.get(4)?,
                waiting: row.get(5)?,
                dead: row.get(6)?,
                last_at: row.get(7)?,
                error: row.get(8)?,
            })
        })?
        .collect()
}

/// What a sink refused, in order.
pub fn dead(connection: &Connection, name: &str) -> rusqlite::Result<Vec<Dead>> {
    connection
        .prepare_cached(
            "select event, at, why, what, body from dead_letter where sink = ?1 order by event",
        )?
        .query_map([name], |row| {
            Ok(Dead {
                number: row.get(0)?,
                at: row.get(1)?,
                why: row.get(2)?,
                news: events::told(row, 3)?,
            })
        })?
        .collect()
}

/// Takes an event out of what a sink refused: it has taken it now.
pub fn revive(connection: &Connection, name: &str, number: i64) -> rusqlite::Result<()> {
    connection.execute("delete from dead_letter where sink = ?1 and event = ?2", (name, number))?;
    connection.execute("update sink set sent = sent + 1 where name = ?1", [name])?;
    Ok(())
}
