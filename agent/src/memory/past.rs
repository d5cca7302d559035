//! Judges what was at the ports before.

use super::Memory;
use super::Thing;
use crate::sensors;
use crate::signature::Signature;
use crate::world::World;
use jiff::Timestamp;
use model::Observation;
use std::collections::BTreeMap;

/// When a signature held, and what showed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Past {
    /// When all of the evidence had been seen for the first time.
    pub opened: Timestamp,
    /// When the first of it was seen for the last time.
    pub closed: Timestamp,
    /// The observations that show it.
    pub evidence: Vec<Observation>,
}

/// The last time the signature held, by what is remembered; `None` if it never did.
///
/// A thing is judged together with all that was seen in the same stretch of
/// time: a display and a keyboard that were never there together show nothing.
/// What is not remembered is taken to be as it is now.
pub fn judge(signature: &Signature, memory: &Memory, present: &World) -> Option<Past> {
    let things = memory.things();
    let mut held: Vec<Past> = things
        .iter()
        .filter_map(|thing| {
            let together = things.iter().filter(|other| overlap(thing, other));
            let evidence = signature.held(&world(together, present))?.evidence;
            past(evidence, things).filter(|past| past.evidence.contains(&thing.observation))
        })
        .collect();
    held.sort_by_key(|past| past.closed);
    held.pop()
}

fn overlap(one: &Thing, other: &Thing) -> bool {
    one.first <= other.last && other.first <= one.last
}

fn world<'a>(things: impl Iterator<Item = &'a Thing>, present: &World) -> World {
    let mut seen: BTreeMap<&'static str, Vec<Observation>> = BTreeMap::new();
    for sensor in sensors::ALL.iter().filter(|sensor| !sensor.is_remembered()) {
        seen.insert(sensor.name(), present.seen(sensor.name()).to_vec());
    }
    for thing in things {
        if let Some(sensor) = sensors::find(&thing.observation.sensor) {
            seen.entry(sensor.name()).or_default().push(thing.observation.clone());
        }
    }
    let mut world = World::default();
    for (sensor, observations) in seen {
        world.take(sensor, Ok(observations));
    }
    world
}

fn past(evidence: Vec<Observation>, things: &[Thing]) -> Option<Past> {
    let shown: Vec<&Thing> =
        things.iter().filter(|thing| evidence.contains(&thing.observation)).collect();
    let opened = shown.iter().map(|thing| thing.first).max()?;
    let closed = shown.iter().map(|thing| thing.last).min()?;
    Some(Past { opened, closed: closed.max(opened), evidence })
}
