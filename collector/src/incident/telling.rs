//! Tells others of an incident.

use crate::store::events;
use crate::store::incidents;
use crate::store::incidents::Kept;
use event::Event;
use event::Incident;
use event::Laptop;
use event::What;
use jiff::Timestamp;
use model::Confidence;
use model::Severity;
use rusqlite::Connection;
use uuid::Uuid;

/// Keeps an event for all sinks.
pub fn tell(
    connection: &Connection,
    incident: &Kept,
    (what, because): (What, &str),
    now: Timestamp,
) -> rusqlite::Result<()> {
    let incident = incidents::told(connection, incident)?;
    events::add(connection, &made(what, because, incident, now))
}

/// An event that tells nothing, to see whether events arrive.
pub fn test(now: Timestamp) -> Event {
    let nobody = Laptop { host: "moored-test".to_owned(), ..Laptop::default() };
    let incident = Incident {
        id: 0,
        title: "A test of Moored: nothing was found".to_owned(),
        state: event::State::Open,
        outcome: None,
        severity: Severity::Informational,
        confidence: Confidence::Low,
        score: 0,
        opened_at: now,
        changed_at: now,
        closed_at: None,
        assignee: None,
        laptops: vec![nobody],
        findings: Vec::new(),
        reasons: Vec::new(),
        refutes: Vec::new(),
        innocent: vec!["Somebody wanted to see whether events arrive here.".to_owned()],
        steps: Vec::new(),
    };
    made(What::Test, "somebody has asked for a test", incident, now)
}

fn made(what: What, because: &str, incident: Incident, now: Timestamp) -> Event {
    let uid = Uuid::new_v4().to_string();
    Event { uid, at: now, what, because: because.to_owned(), incident }
}
