//! What others are to be told: kept with the change that it tells of, in one
//! order for all sinks.

use event::Event;
use rusqlite::Connection;

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
    let body = serde_json::to_string(event)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
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
            body,
        ))?;
    Ok(())
}

/// The next events after a number, in order, at most so many.
pub fn after(connection: &Connection, number: i64, most: u32) -> rusqlite::Result<Vec<Kept>> {
    connection
        .prepare_cached(
            "select number, body from event where number > ?1 order by number limit ?2",
        )?
        .query_map((number, most), |row| {
            let body: String = row.get(1)?;
            let event = serde_json::from_str(&body).map_err(|error| {
                rusqlite::Error::FromSqlConversionFailure(
                    1,
                    rusqlite::types::Type::Text,
                    Box::new(error),
                )
            })?;
            Ok(Kept { number: row.get(0)?, event })
        })?
        .collect()
}
