//! Signatures: named, explained patterns over the world, each in a file.

pub mod pattern;
mod file;
mod check;
mod folder;

use crate::sensors;
use crate::world::World;
use model::Confidence;
use model::Observation;
use model::Severity;
use model::Value;
use pattern::Pattern;
use pattern::all_hold;
use std::collections::BTreeMap;

pub use folder::load;
pub use folder::load_file;

/// A pattern over the world, and what it means when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Its path below the signature folder, such as `kvm.pikvm`.
    pub id: String,
    /// It in one line.
    pub title: String,
    /// How bad it is if it is true.
    pub severity: Severity,
    /// How sure the evidence makes us.
    pub confidence: Confidence,
    /// The MITRE ATT&CK technique.
    pub technique: String,
    /// Why it matters.
    pub why: String,
    /// What could be innocent about it.
    pub innocent: String,
    /// Where its facts come from.
    pub references: Vec<String>,
    /// Each of these must find something.
    pub when: Vec<Question>,
    /// None of these may.
    pub unless: Vec<Question>,
    /// Worlds in which it must hold: sensor → fields of its observations.
    pub hits: Vec<Example>,
    /// Worlds in which it must not.
    pub misses: Vec<Example>,
}

/// A world in an example: sensor → the fields of its observations.
pub type Example = BTreeMap<String, Vec<BTreeMap<String, Value>>>;

/// Which observations of one sensor are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The sensor asked.
    pub sensor: String,
    /// What its fields must be, all of them of one and the same observation.
    pub fields: BTreeMap<String, Pattern>,
}

impl Question {
    fn finds<'a>(&'a self, seen: &'a [Observation]) -> impl Iterator<Item = &'a Observation> {
        seen.iter().filter(|observation| all_hold(&self.fields, observation))
    }
}

impl Signature {
    /// The observations that show the signature, each once, in the world's
    /// order; `None` if it does not hold.
    pub fn evidence(&self, world: &World) -> Option<Vec<Observation>> {
        let mut evidence = Vec::new();
        for question in &self.when {
            let mut found = question.finds(world.seen(&question.sensor)).peekable();
            found.peek()?;
            for observation in found.map(|observation| quote(question, observation)) {
                if !evidence.contains(&observation) {
                    evidence.push(observation);
                }
            }
        }
        let refuted = self
            .unless
            .iter()
            .any(|question| question.finds(world.seen(&question.sensor)).next().is_some());
        (!refuted).then_some(evidence)
    }

    /// True if one of its questions finds the observation.
    pub fn names(&self, observation: &Observation) -> bool {
        let questions = self.when.iter().chain(&self.unless);
        let mut asked = questions.filter(|question| question.sensor == observation.sensor);
        asked.any(|question| all_hold(&question.fields, observation))
    }

    /// True if a question of it is put to that sensor.
    pub fn asks(&self, sensor: &str) -> bool {
        self.when.iter().chain(&self.unless).any(|question| question.sensor == sensor)
    }
}

/// The observation as evidence: of the sensor's guarded lists only the items
/// that were asked for.
fn quote(question: &Question, observation: &Observation) -> Observation {
    let mut quoted = observation.clone();
    let guarded = sensors::find(&observation.sensor).map_or(&[][..], |sensor| sensor.guarded());
    for &field in guarded {
        if let Some(Value::List(items)) = quoted.fields.get_mut(field) {
            let wanted = question.fields.get(field);
            items.retain(|item| wanted.is_some_and(|pattern| pattern.holds(item)));
        }
    }
    quoted
}

#[cfg(test)]
mod tests;
