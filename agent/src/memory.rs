//! What this laptop has had at its ports, so that a signature that arrives
//! later judges the past as well. It never leaves the laptop; only what a
//! signature quotes does.

mod past;
#[cfg(test)]
mod tests;

use jiff::SignedDuration;
use jiff::Timestamp;
use model::Observation;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeSet;

pub use past::judge;

/// The file of what is remembered, in the state folder.
pub const FILE: &str = "memory.json";

/// How long a thing is remembered after it was last seen.
const KEPT: SignedDuration = SignedDuration::from_hours(180 * 24);

/// The most things remembered; beyond that the ones not seen for longest go.
const MOST: usize = 500;

/// Being seen again is worth writing down only so often.
const FRESHNESS: SignedDuration = SignedDuration::from_hours(1);

/// The things seen, and the signatures that have judged them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Memory {
    things: Vec<Thing>,
    /// The ids of the signatures that have judged what is remembered.
    judged: BTreeSet<String>,
    /// When this laptop was first watched; unknown where that was before it
    /// was written down.
    #[serde(default)]
    since: Option<Timestamp>,
}

/// A thing that was seen, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thing {
    /// What was seen of it, where it was last seen.
    pub observation: Observation,
    /// When it was first seen.
    pub first: Timestamp,
    /// When it was last seen, to the hour.
    pub last: Timestamp,
}

impl Thing {
    /// A thing is the same at another port.
    fn is(&self, observation: &Observation) -> bool {
        self.observation.sensor == observation.sensor
            && self.observation.fields == observation.fields
    }

    /// True if it is seen, and not where it was. Of two that are alike in
    /// everything, the one that stays is meant.
    fn has_moved(&self, seen: &[Observation]) -> bool {
        let mut places = seen.iter().filter(|one| self.is(one)).map(|one| &one.subject);
        places.all(|place| *place != self.observation.subject)
    }
}

impl Memory {
    /// Remembers what a sensor sees; true if that is worth writing to disk.
    pub fn note(&mut self, seen: &[Observation], now: Timestamp) -> bool {
        let mut changed = false;
        for observation in seen {
            let Some(thing) = self.things.iter_mut().find(|thing| thing.is(observation)) else {
                let observation = observation.clone();
                self.things.push(Thing { observation, first: now, last: now });
                changed = true;
                continue;
            };
            let has_moved = thing.has_moved(seen);
            if has_moved {
                thing.observation = observation.clone();
            }
            if has_moved || now.duration_since(thing.last) >= FRESHNESS {
                thing.last = now;
                changed = true;
            }
        }
        if changed {
            self.forget(now);
        }
        changed
    }

    fn forget(&mut self, now: Timestamp) {
        self.things.retain(|thing| now.duration_since(thing.last) < KEPT);
        self.things.sort_by_key(|thing| thing.last);
        let surplus = self.things.len().saturating_sub(MOST);
        self.things.drain(..surplus);
    }

    /// When the last of these was first seen; `None` if one is not remembered.
    pub fn first_seen(&self, evidence: &[Observation]) -> Option<Timestamp> {
        let first = |seen: &Observation| {
            self.things.iter().find(|thing| thing.is(seen)).map(|thing| thing.first)
        };
        evidence.iter().map(first).collect::<Option<Vec<_>>>()?.into_iter().max()
    }

    /// True if the signature has not judged the past yet.
    pub fn is_new(&self, signature: &str) -> bool {
        !self.judged.contains(signature)
    }

    /// Notes which signatures have judged the past; true if that is news.
    pub fn have_judged(&mut self, signatures: impl Iterator<Item = String>) -> bool {
        let judged: BTreeSet<String> = signatures.collect();
        let news = judged != self.judged;
        self.judged = judged;
        news
    }

    /// When this laptop was first watched; `None` if it is only looked at once.
    pub fn since(&self) -> Option<Timestamp> {
        self.since
    }

    /// Notes that the laptop is watched from now on, unless it was before.
    pub fn begin(&mut self, now: Timestamp) {
        let first = self.things.iter().map(|thing| thing.first).min();
        self.since.get_or_insert(first.unwrap_or(now));
    }

    /// Everything remembered.
    pub fn things(&self) -> &[Thing] {
        &self.things
    }
}
