//! Decides about laptops' places and silences, and keeps what is found as findings.
//!
//! Agents cannot do this: only the collector sees from where a laptop comes,
//! and only the company knows where it belongs. Each finding of family `place`
//! says which place it is about and what it does not show.

mod known;
mod finding;
mod keep;
mod shared;
mod silence;
mod issued;
#[cfg(test)]
mod tests;

use crate::place::atlas::Atlas;
use crate::place::country::Country;
use crate::place::decide::Decision;
use crate::place::decide::decide;
use crate::place::network::Class;
use crate::place::path::Path;
use crate::place::score::Band;
use crate::store::places;
pub use issued::issued;
use jiff::SignedDuration;
use jiff::Timestamp;
use known::Gathered;
pub use known::Usual;
use model::Finding;
use rusqlite::Connection;
use serde::Deserialize;
use serde::Serialize;

/// What is told of a laptop's place: without an address and without a point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Told {
    /// The country of its exit, if the databases agree.
    pub country: Option<Country>,
    /// What they say, in words.
    pub vote: String,
    /// What kind of network it comes from.
    pub class: Class,
    /// Whose network that is.
    pub organization: Option<String>,
    /// Where it belongs, in words without points; nothing if nobody has said.
    pub expected: Vec<String>,
    /// The way to it, in words.
    pub way: String,
    /// What was left aside, each in a sentence.
    pub notes: Vec<String>,
    /// What the findings are worth together, and what is to be done.
    pub logit: f64,
    /// See [`Told::logit`].
    pub band: String,
    /// What waits to be seen for longer, each in a line.
    pub waits: Vec<String>,
}

/// Decides about a laptop and keeps what is found; true if that has changed.
pub fn laptop(
    connection: &Connection,
    laptop: &str,
    (atlas, usual): (&Atlas, &Usual),
    now: Timestamp,
) -> rusqlite::Result<bool> {
    let gathered = Gathered::of(connection, laptop, (atlas, usual), now)?;
    let decision = decide(&gathered.known(atlas.collector, now));
    let mut found: Vec<Finding> = decision
        .found
        .iter()
        .filter(|found| found.waits.is_none())
        .map(|found| finding::of(found, &gathered, &decision, now))
        .collect();
    found.extend(shared::found(connection, laptop, &gathered, now)?);
    found.extend(silence::found(connection, laptop, &usual.digests, now)?);
    places::put(connection, laptop, &told(&gathered, &decision), now)?;
    keep::keep(connection, laptop, (&found, lasts), now)
}

/// How long a finding of the collector's own stays although it is not found any
/// more; nothing for those of agents.
fn lasts(signature: &str) -> Option<SignedDuration> {
    shared::lasts(signature)
        .or_else(|| silence::lasts(signature))
        .or_else(|| finding::lasts(signature))
}

fn told(gathered: &Gathered, decision: &Decision) -> Told {
    let exit = gathered.exit();
    let waits = decision.found.iter().filter_map(|found| {
        let what = found.waits.as_ref()?;
        Some(format!("{}: opens after {what}", found.code.meaning().title))
    });
    Told {
        country: exit.vote.outcome.country(),
        vote: exit.vote.outcome.to_string(),
        class: exit.network.class,
        organization: exit.organization.clone(),
        expected: gathered.areas(),
        way: way(&gathered.path, gathered.landmarks.len()),
        notes: decision.notes.clone(),
        logit: decision.score.logit,
        band: decision.score.band.to_string(),
        waits: waits.collect(),
    }
}

fn way(path: &Path, landmarks: usize) -> String {
    let way = match (path.tcp_ms, path.echo_ms) {
        _ if path.is_hidden => "hidden by a proxy of your own".to_owned(),
        (Some(tcp), Some(echo)) => format!(
            "TCP {tcp:.1} ms, echo {echo:.1} ms, on {} connections of {} days",
            path.connections, path.days
        ),
        _ => "not measured yet".to_owned(),
    };
    match landmarks {
        0 => way,
        1 => format!("{way}; and to a landmark"),
        _ => format!("{way}; and to {landmarks} landmarks"),
    }
}

/// True for what is to alert somebody.
pub fn is_alert(band: Band) -> bool {
    band >= Band::Case
}
