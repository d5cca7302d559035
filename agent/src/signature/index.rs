//! Which signatures an observation can concern at all, so that a look costs
//! what it has to do with, not how many signatures there are.

use super::Question;
use super::Signature;
use super::pattern::Pattern;
use crate::world::World;
use model::Observation;
use model::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::collections::HashMap;

/// The signatures' questions, by sensor, field and value.
#[derive(Debug, Default)]
pub struct Index {
    sensors: BTreeMap<String, Asking>,
}

/// The questions to one sensor; signatures by their place in the list.
#[derive(Debug, Default)]
struct Asking {
    /// Those that want a field to be exactly this value, or one of several.
    exact: BTreeMap<String, HashMap<String, Vec<usize>>>,
    /// Those no field of which can be looked up.
    other: Vec<(usize, Question)>,
    /// Those that must be judged whatever is seen: what is absent matters to them.
    always: BTreeSet<usize>,
}

impl Index {
    /// The index of these signatures.
    pub fn new(signatures: &[Signature]) -> Self {
        let mut index = Self::default();
        for (place, signature) in signatures.iter().enumerate() {
            let signs = signature.tool.iter().flat_map(|tool| &tool.signs);
            let telling = signs.filter(|sign| !sign.own).map(|sign| &sign.question);
            for question in signature.when.iter().chain(telling) {
                index.add(place, question);
            }
            for question in signature.unless.iter().chain(&signature.common.spares) {
                index.asking(&question.sensor).always.insert(place);
            }
            if signature.tool.as_ref().is_some_and(|tool| !tool.settings.is_empty()) {
                index.asking("setting").always.insert(place);
            }
        }
        index
    }

    fn asking(&mut self, sensor: &str) -> &mut Asking {
        self.sensors.entry(sensor.to_owned()).or_default()
    }

    fn add(&mut self, place: usize, question: &Question) {
        let asking = self.asking(&question.sensor);
        let Some((field, values)) = key(question) else {
            asking.other.push((place, question.clone()));
            return;
        };
        let exact = asking.exact.entry(field.to_owned()).or_default();
        for value in values {
            let places = exact.entry(value.to_string()).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    /// The signatures that what `sensor` sees can concern, by their place in
    /// the list; those that hold already must be judged as well.
    pub fn concerned(&self, sensor: &str, world: &World) -> BTreeSet<usize> {
        let Some(asking) = self.sensors.get(sensor) else {
            return BTreeSet::new();
        };
        let mut places = asking.always.clone();
        for observation in world.seen(sensor) {
            asking.add(observation, &mut places);
        }
        places
    }
}

impl Asking {
    fn add(&self, observation: &Observation, places: &mut BTreeSet<usize>) {
        for (field, values) in &self.exact {
            match observation.fields.get(field) {
                Some(Value::List(items)) => {
                    for item in items {
                        places.extend(lookup(values, item));
                    }
                }
                Some(value) => places.extend(lookup(values, value)),
                None => {}
            }
        }
        for (place, question) in &self.other {
            if !places.contains(place) && question.is_about(observation) {
                places.insert(*place);
            }
        }
    }
}

fn lookup<'a>(values: &'a HashMap<String, Vec<usize>>, value: &Value) -> &'a [usize] {
    let found = match value {
        Value::Text(text) if text.bytes().any(|byte| byte.is_ascii_uppercase()) => {
            values.get(&text.to_ascii_lowercase())
        }
        Value::Text(text) => values.get(text),
        value => values.get(&value.to_string()),
    };
    found.map_or(&[], Vec::as_slice)
}

/// The field of a question that says most, and its values: one of which the
/// field, or an item of it, must be exactly.
fn key(question: &Question) -> Option<(&str, &[Value])> {
    let exact = question.fields.iter().filter_map(|(field, pattern)| {
        let values = match pattern {
            Pattern::Any(values) => values.as_slice(),
            Pattern::All(values) => values.get(..1)?,
        };
        let is_exact = !values.is_empty() && values.iter().all(is_exact);
        is_exact.then_some((field.as_str(), values))
    });
    exact.min_by_key(|(_, values)| values.len())
}

/// Flags say too little to be looked up by; text with a `*` cannot be.
fn is_exact(value: &Value) -> bool {
    match value {
        Value::Text(text) => !text.contains('*'),
        Value::Number(_) => true,
        Value::Flag(_) | Value::List(_) => false,
    }
}
