//! What others are to be told: kept with the change that it tells of, in one
//! order for all sinks.

use event::Arrival;
use event::Event;
use event::News;
use jiff::Timestamp;
use rusqlite::Connection;
use rusqlite::types::Type;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// What the store calls it when a laptop is enrolled.
const ENROLLED: &str = "enrolled";

/// An event that is kept, and its place in the order.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    /// Its number.
    pub number: i64,
    /// The event.
    pub event: Event,
}

/// Keeps an event for every sink.
pub fn add(connection: &Connection, event: &Event) -> rusqlite::Result<()> {
    let incident = Some(event.incident.id).filter(|id| *id != 0);
    connection
        .prepare_cached(
            "insert into event (at, what, incident, laptop, severity, body)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute((
            event.at.to_string(),
            event.what.name(),
            incident,
            event.incident.laptops.first().map(|laptop| &laptop.id),
            event.incident.severity.to_string(),
            written(event)?,
        ))?;
    Ok(())
}

/// Keeps for every sink that a laptop was enrolled.
pub fn greet(connection: &Connection, arrival: &Arrival) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "insert into event (at, what, laptop, severity, body)
             values (?1, ?2, ?3, 'informational', ?4)",
        )?
        .execute((arrival.at.to_string(), ENROLLED, &arrival.laptop.id, written(arrival)?))?;
    Ok(())
}

/// The next events of incidents after a number, in order, at most so many.
pub fn after(connection: &Connection, number: i64, most: u32) -> rusqlite::Result<Vec<Kept>> {
    connection
        .prepare_cached(
            "select number, body from event where number > ?1 and what <> 'enrolled'
             order by number limit ?2",
        )?
        .query_map((number, most), |row| {
            Ok(Kept { number: row.get(0)?, event: read(1, &row.get::<_, String>(1)?)? })
        })?
        .collect()
}

/// All that is told after a number, in order, at most so many.
pub fn news(connection: &Connection, number: i64, most: u32) -> rusqlite::Result<Vec<(i64, News)>> {
    connection
        .prepare_cached(
            "select number, what, body from event where number > ?1 order by number limit ?2",
        )?
        .query_map((number, most), |row| Ok((row.get(0)?, told(row, 1)?)))?
        .collect()
}

/// What is told in the columns `what` and `body`, the second of which follows
/// the first.
pub fn told(row: &rusqlite::Row<'_>, what: usize) -> rusqlite::Result<News> {
    let body: String = row.get(what + 1)?;
    match row.get_ref(what)?.as_str()? {
        ENROLLED => read(what + 1, &body).map(News::Laptop),
        _ => read(what + 1, &body).map(News::Incident),
    }
}

/// The same as it is kept: `what`, and the body.
pub fn columns(news: &News) -> rusqlite::Result<(&'static str, String)> {
    match news {
        News::Incident(event) => Ok((event.what.name(), written(event)?)),
        News::Laptop(arrival) => Ok((ENROLLED, written(arrival)?)),
    }
}

/// The number of the newest event; 0 if there was none.
pub fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "select coalesce(max(seq), 0) from sqlite_sequence where name = 'event'";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Forgets what is older than `done` if every sink is done with it, and what is
/// older than `all` even if not, which is counted as lost. Gives how many are
/// forgotten.
pub fn forget(connection: &Connection, done: Timestamp, all: Timestamp) -> rusqlite::Result<usize> {
    connection.execute(
        "update sink set lost = lost
             + (select count(*) from event where number > through and at < ?1),
           through = max(through,
             coalesce((select max(number) from event where at < ?1), 0))",
        [all.to_string()],
    )?;
    connection.execute(
        "delete from event where at < ?1
           and number <= coalesce((select min(through) from sink), number)",
        [done.max(all).to_string()],
    )
}

fn written(thing: &impl Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(thing)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn read<T: DeserializeOwned>(column: usize, body: &str) -> rusqlite::Result<T> {
    serde_json::from_str(body).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error))
    })
}
