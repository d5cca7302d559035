//! What happened to an incident and what was done about it, in order.

use crate::store::audit::Actor;
use crate::store::read::parsed;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use utoipa::ToSchema;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = IncidentStep)]
pub struct StepRow {
    /// Its number; it rises by one.
    pub number: i64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, as in the audit log.
    pub actor: String,
    /// What: an [`event::What`], `note`, `quiet` or `merged`.
    pub what: String,
    /// What is new, or what somebody wrote.
    pub note: String,
}

/// Adds a step.
pub fn note(
    connection: &Connection,
    incident: i64,
    (actor, what, note): (&Actor, &str, &str),
    now: Timestamp,
) -> rusqlite::Result<()> {
    connection
        .prepare_cached(
            "insert into incident_step
             select ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5
             from incident_step where incident = ?1",
        )?
        .execute((incident, now.to_string(), actor.to_string(), what, note))?;
    Ok(())
}

/// The steps of an incident.
pub fn of_incident(connection: &Connection, incident: i64) -> rusqlite::Result<Vec<StepRow>> {
    connection
        .prepare_cached("select * from incident_step where incident = ?1 order by number")?
        .query_map([incident], |row| {
            Ok(StepRow {
                number: row.get("number")?,
                at: parsed(row, "at")?,
                actor: row.get("actor")?,
                what: row.get("what")?,
                note: row.get("note")?,
            })
        })?
        .collect()
}
