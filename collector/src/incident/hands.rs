//! What people do about an incident: each step is kept with it, is in the audit
//! log, and others are told.

use super::telling;
use crate::store::audit;
use crate::store::audit::Actor;
use crate::store::incidents;
use crate::store::incidents::Kept;
use event::Outcome;
use event::State;
use event::What;
use jiff::Timestamp;
use rusqlite::Connection;

/// The longest note that is kept, in signs.
pub const LONGEST_NOTE: usize = 4000;

/// What somebody wants to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// To look into it.
    Acknowledge,
    /// To have it silent until then.
    Suppress(Timestamp),
    /// To close it, as what it was.
    Close(Outcome),
    /// To open it again.
    Reopen,
    /// To say something of it.
    Note,
}

/// Why it is not done.
#[derive(Debug, thiserror::Error)]
pub enum Undone {
    /// There is no such incident.
    #[error("there is no incident {0}")]
    Missing(i64),
    /// It cannot be done to an incident that is as this one is.
    #[error("{0}")]
    Unfit(String),
    /// The store says no.
    #[error("cannot use the database: {0}")]
    Store(#[from] rusqlite::Error),
}

/// Does it, with a note of why.
pub fn act(
    connection: &Connection,
    id: i64,
    (act, note): (&Act, &str),
    actor: &Actor,
    now: Timestamp,
) -> Result<Kept, Undone> {
    let before = incidents::get(connection, id)?.ok_or(Undone::Missing(id))?;
    let note = note.trim();
    fits(&before, act, note, now)?;
    let after = Kept { changed_at: now, ..changed(&before, act, actor, now) };
    incidents::put(connection, &after)?;
    let (word, what) = names(act);
    incidents::note(connection, id, (actor, word, note), now)?;
    audit::note(
        connection,
        actor,
        (&format!("incident.{word}"), &subject(&after, act, note)),
        now,
    )?;
    if let Some(what) = what {
        telling::tell(connection, &after, (what, note), now)?;
    }
    Ok(after)
}

fn fits(incident: &Kept, act: &Act, note: &str, now: Timestamp) -> Result<(), Undone> {
    let unfit = |text: &str| Err(Undone::Unfit(text.to_owned()));
    if let Some(into) = incident.merged {
        return unfit(&format!("incident {} was joined to incident {into}", incident.id));
    }
    if note.chars().count() > LONGEST_NOTE {
        return unfit(&format!("the note must not be longer than {LONGEST_NOTE} signs"));
    }
    let is_closed = incident.state == State::Closed;
    match act {
        Act::Acknowledge | Act::Suppress(_) | Act::Close(_) if is_closed => {
            unfit("it is closed: open it again first")
        }
        Act::Reopen if incident.state == State::Open => unfit("it is open"),
        Act::Acknowledge if incident.state == State::Acknowledged => {
            unfit("somebody looks into it already")
        }
        Act::Suppress(until) if *until <= now => unfit("the time must be in the future"),
        Act::Suppress(_) | Act::Close(_) | Act::Note if note.is_empty() => {
            unfit("say why, in a note")
        }
        _ => Ok(()),
    }
}

fn changed(before: &Kept, act: &Act, actor: &Actor, now: Timestamp) -> Kept {
    let incident = before.clone();
    match act {
        Act::Acknowledge => Kept {
            state: State::Acknowledged,
            assignee: Some(name(actor)),
            silent_until: None,
            ..incident
        },
        Act::Suppress(until) => {
            Kept { state: State::Suppressed, silent_until: Some(*until), ..incident }
        }
        Act::Close(outcome) => Kept {
            state: State::Closed,
            outcome: Some(*outcome),
            closed_at: Some(now),
            silent_until: None,
            ..incident
        },
        Act::Reopen => Kept {
            state: State::Open,
            outcome: None,
            closed_at: None,
            silent_until: None,
            ..incident
        },
        Act::Note => incident,
    }
}

fn names(act: &Act) -> (&'static str, Option<What>) {
    match act {
        Act::Acknowledge => (What::Acknowledged.name(), Some(What::Acknowledged)),
        Act::Suppress(_) => (What::Suppressed.name(), Some(What::Suppressed)),
        Act::Close(_) => (What::Closed.name(), Some(What::Closed)),
        Act::Reopen => (What::Reopened.name(), Some(What::Reopened)),
        Act::Note => ("note", None),
    }
}

fn subject(incident: &Kept, act: &Act, note: &str) -> String {
    let how = match act {
        Act::Suppress(until) => format!(" until {until}"),
        Act::Close(outcome) => format!(" as {outcome}"),
        _ => String::new(),
    };
    let why = if note.is_empty() { String::new() } else { format!(": {note}") };
    format!("incident:{}{how}{why}", incident.id)
}

/// Who looks into it: the account's name alone.
fn name(actor: &Actor) -> String {
    match actor {
        Actor::Account(name) => name.clone(),
        other => other.to_string(),
    }
}
