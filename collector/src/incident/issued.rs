//! An incident without findings: a laptop that was issued and never enrolled.

use super::Desk;
use super::Rules;
use super::runbook;
use crate::store::incidents;
use crate::store::incidents::Story;
use event::Reason;
use event::State;
use event::What;
use jiff::Timestamp;
use jiff::civil::Date;
use model::Severity;
use rusqlite::Connection;
use std::collections::BTreeSet;

/// What the keys of these incidents begin with.
const KEY: &str = "asset:";

/// A laptop on the company's list that should have been heard of.
pub struct Unheard {
    /// Its serial number.
    pub serial: String,
    /// When it was delivered, or its user began.
    pub since: Option<Date>,
    /// When another of the company's systems last heard of it.
    pub alive: Option<Date>,
}

/// Opens an incident for each that is missing, once, and closes those of
/// laptops that are not missing any more.
pub fn issued(
    connection: &Connection,
    missing: &[Unheard],
    rules: &Rules,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let mut open = incidents::open_keys(connection, KEY)?;
    let desk = Desk::new(connection, rules, now)?;
    for laptop in missing {
        let key = format!("{KEY}{}", laptop.serial);
        if !open.remove(&key) {
            desk.open_missing(&key, laptop)?;
        }
    }
    for settled in open {
        if let Some(incident) = incidents::current(connection, &settled)? {
            desk.close(incident, "it was enrolled, or it is off the list")?;
        }
    }
    Ok(())
}

impl Desk<'_> {
    /// One that somebody has closed is not opened again within a month.
    fn open_missing(&self, key: &str, laptop: &Unheard) -> rusqlite::Result<()> {
        let mut incident = self.closed_or_new(key, self.now)?;
        if incident.state == State::Closed {
            return Ok(());
        }
        let book = runbook::of("sight");
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        incident.title = format!("A laptop was issued and never heard of: {}", laptop.serial);
        incident.severity = if laptop.alive.is_some() { Severity::Medium } else { Severity::Low };
        incident.marks = BTreeSet::from(["issued".to_owned()]);
        let alive = laptop.alive.map(|day| Reason {
            text: format!("another of the company's systems heard of it on {day}"),
            weight: 30.0,
        });
        let due = laptop
            .since
            .map(|day| Reason { text: format!("it was to be in use from {day} on"), weight: 10.0 });
        incident.score = if alive.is_some() { 40 } else { 10 };
        incident.story = Story {
            reasons: due.into_iter().chain(alive).collect(),
            refutes: owned(book.refutes),
            innocent: vec!["A laptop in stock, in the post or returned, or a roll-out that has not come to it yet.".to_owned()],
            steps: owned(book.steps),
        };
        incidents::put(self.connection, &incident)?;
        let title = incident.title.clone();
        self.tell(&incident, What::Opened, &title)
    }
}
