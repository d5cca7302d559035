//! Signatures: named, explained patterns over the world, each in a file.

pub mod pattern;
pub mod page;
mod file;
mod check;
mod folder;
mod family;
mod lint;
mod index;
pub mod tool;

use crate::sensors;
use crate::world::World;
use model::Confidence;
use model::Kind;
use model::Observation;
use model::Rung;
use model::Severity;
use model::Value;
use pattern::Pattern;
use pattern::all_hold;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;
use tool::Tool;
use tool::file::Rises;

pub use family::Common;
pub use family::Family;
pub use family::parse as parse_family;
pub use file::read;
pub use folder::Loaded;
pub use folder::load;
pub use folder::load_file;
pub use folder::load_light;
pub use index::Index;

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
    /// What kind of evidence it is.
    pub kind: Kind,
    /// True if it may alert without another kind.
    pub alone: bool,
    /// The MITRE ATT&CK technique.
    pub technique: String,
    /// Why it matters.
    pub why: Arc<str>,
    /// What could be innocent about it.
    pub innocent: Arc<str>,
    /// What it does not see.
    pub blind_spots: String,
    /// How to verify it by hand.
    pub verify: String,
    /// What to do about it.
    pub response: String,
    /// Where its facts come from.
    pub references: Vec<String>,
    /// What it has in common with its family.
    pub common: Arc<Common>,
    /// The remote tool it is about; nothing if it is about none.
    pub tool: Option<Tool>,
    /// Each of these must find something.
    pub when: Vec<Question>,
    /// None of these may.
    pub unless: Vec<Question>,
    /// Worlds in which it must hold: sensor → fields of its observations.
    pub hits: Vec<Example>,
    /// Worlds in which it must not.
    pub misses: Vec<Example>,
    /// Worlds in which its tool has come so far.
    pub rises: Rises,
    /// Worlds in which only something of its tool's name has come so far.
    pub leads: Rises,
}

/// A signature that holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// How far its tool has come; nothing if it is about none.
    pub rung: Option<Rung>,
    /// How sure what is there makes us.
    pub confidence: Confidence,
    /// The observations that show it.
    pub evidence: Vec<Observation>,
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
    /// What the observation must contradict, in at least one field; empty if
    /// nothing need be contradicted.
    pub contradicts: BTreeMap<String, Pattern>,
}

impl Question {
    fn finds<'a>(&'a self, seen: &'a [Observation]) -> impl Iterator<Item = &'a Observation> {
        seen.iter().filter(|observation| self.is_about(observation))
    }

    fn is_about(&self, observation: &Observation) -> bool {
        let contradicted = self.contradicts.is_empty()
            || self
                .contradicts
                .iter()
                .any(|(field, pattern)| pattern.is_contradicted(observation.fields.get(field)));
        contradicted && all_hold(&self.fields, observation)
    }
}

impl Signature {
    /// What shows the signature; `None` if it does not hold. A tool of which
    /// there is only a name holds with low confidence.
    pub fn held(&self, world: &World) -> Option<Held> {
        if self.common.spares(world) {
            return None;
        }
        if let Some(tool) = &self.tool {
            return tool.held(world);
        }
        let (evidence, confidence) = (self.evidence(world)?, self.confidence);
        Some(Held { rung: None, confidence, evidence })
    }

    /// The observations its questions find, each once, in the world's order;
    /// `None` if one finds nothing.
    fn evidence(&self, world: &World) -> Option<Vec<Observation>> {
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

    /// The same without what only people and tests read.
    #[must_use]
    pub fn without_examples(self) -> Self {
        Self {
            hits: Vec::new(),
            misses: Vec::new(),
            rises: Rises::new(),
            leads: Rises::new(),
            blind_spots: String::new(),
            verify: String::new(),
            response: String::new(),
            ..self
        }
    }

    /// Every question that may make it hold, of whatever sensor.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        let signs = self.tool.iter().flat_map(|tool| &tool.signs);
        self.when.iter().chain(signs.map(|sign| &sign.question))
    }

    /// True if one of its questions finds the observation by what it says. What a tool's
    /// own processes do is asked by [`Signature::names_of_own`].
    pub fn names(&self, observation: &Observation) -> bool {
        let signs = self.tool.iter().flat_map(|tool| &tool.signs).filter(|sign| !sign.own);
        let mut asked = self
            .when
            .iter()
            .chain(signs.map(|sign| &sign.question))
            .chain(&self.unless)
            .filter(|question| question.sensor == observation.sensor);
        asked.any(|question| question.is_about(observation))
    }

    /// True if it is something the tool does, and one of these processes, which are the
    /// tool's, does it.
    pub fn names_of_own(&self, observation: &Observation, processes: &BTreeSet<&str>) -> bool {
        let mut own = self.tool.iter().flat_map(|tool| &tool.signs).filter(|sign| sign.own);
        tool::is_of(observation, processes)
            && own.any(|sign| {
                sign.question.sensor == observation.sensor && sign.question.is_about(observation)
            })
    }

    /// True if a question to that sensor speaks of this value, in any field.
    pub fn speaks_of(&self, sensor: &str, value: &Value) -> bool {
        let mut asked =
            self.questions().chain(&self.unless).filter(|question| question.sensor == sensor);
        asked.any(|question| question.fields.values().any(|pattern| pattern.names(value)))
    }

    /// The family it belongs to, such as `kvm`.
    pub fn family(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }

    /// True if a question of it is put to that sensor.
    pub fn asks(&self, sensor: &str) -> bool {
        let mut questions = self.questions().chain(&self.unless).chain(&self.common.spares);
        questions.any(|question| question.sensor == sensor)
            || (sensor == "setting" && self.tool.as_ref().is_some_and(|it| !it.settings.is_empty()))
    }
}

/// The families that do not judge this machine, each with the reason.
pub fn spared(signatures: &[Signature], world: &World) -> BTreeMap<String, String> {
    let sparing = signatures.iter().filter(|signature| signature.common.spares(world));
    let reason =
        |signature: &Signature| (signature.family().to_owned(), signature.common.because.clone());
    sparing.map(reason).collect()
}

/// The observation as evidence: of the sensor's guarded lists only the items
/// that were asked for.
fn quote(question: &Question, observation: &Observation) -> Observation {
    let mut quoted = observation.clone();
    let guarded = sensors::find(&observation.sensor).map_or(&[][..], |sensor| sensor.guarded());
    for &field in guarded {
        if let Some(Value::List(items)) = quoted.fields.get_mut(field) {
            let wanted = question.fields.get(field);
            items.retain(|item| wanted.is_some_and(|pattern| pattern.names(item)));
        }
    }
    quoted
}

#[cfg(test)]
mod tests;
