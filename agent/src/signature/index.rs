//! Which signatures an observation can concern at all, so that a look costs
//! what it has to do with, not how many signatures there are.

mod literal;

use super::Question;
use super::Signature;
use super::pattern::Pattern;
use crate::world::World;
use literal::Beginnings;
use model::Observation;
use model::Value;
use std::borrow::Cow;
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
    /// Those that can be looked up by a field.
    fields: BTreeMap<String, Values>,
    /// Those no field of which can be looked up.
    other: Vec<(usize, Question)>,
    /// Those that must be judged whatever is seen: what is absent matters to them.
    always: BTreeSet<usize>,
}

/// The values that are wanted of one field.
#[derive(Debug, Default)]
struct Values {
    /// Exactly this.
    exact: HashMap<Box<str>, Vec<usize>>,
    /// Text that begins so.
    beginnings: Beginnings,
    /// Text that ends so: written from its end to its beginning.
    endings: Beginnings,
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
        let known = asking.fields.entry(field.to_owned()).or_default();
        for value in values {
            known.add(value, place);
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
        for (field, values) in &self.fields {
            match observation.fields.get(field) {
                Some(Value::List(items)) => items.iter().for_each(|item| values.find(item, places)),
                Some(value) => values.find(value, places),
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

impl Values {
    fn add(&mut self, value: &Value, place: usize) {
        match Literal::of(value) {
            Literal::Whole => {
                let places = self.exact.entry(value.to_string().into()).or_default();
                if places.last() != Some(&place) {
                    places.push(place);
                }
            }
            Literal::Start(start, pattern) => self.beginnings.add(start, pattern, place),
            Literal::End(end, pattern) => self.endings.add(&backwards(end), pattern, place),
            Literal::None => {}
        }
    }

    fn find(&self, value: &Value, places: &mut BTreeSet<usize>) {
        let Value::Text(text) = value else {
            places.extend(self.exact.get(value.to_string().as_str()).into_iter().flatten());
            return;
        };
        let is_lower = !text.bytes().any(|byte| byte.is_ascii_uppercase());
        let lower =
            if is_lower { Cow::Borrowed(text) } else { Cow::Owned(text.to_ascii_lowercase()) };
        places.extend(self.exact.get(lower.as_str()).into_iter().flatten());
        self.beginnings.find(&lower, text, places);
        if !self.endings.is_empty() {
            self.endings.find(&backwards(&lower), text, places);
        }
    }
}

fn backwards(text: &str) -> String {
    text.chars().rev().collect()
}

/// What a value can be looked up by; of a pattern, the pattern beside it.
enum Literal<'a> {
    /// All of it.
    Whole,
    /// What stands before its first `*`.
    Start(&'a str, &'a str),
    /// What stands behind its last `*`.
    End(&'a str, &'a str),
    /// Nothing: flags say too little, and a `*` at both ends says nothing.
    None,
}

impl<'a> Literal<'a> {
    fn of(value: &'a Value) -> Self {
        match value {
            Value::Number(_) => Self::Whole,
            Value::Flag(_) | Value::List(_) => Self::None,
            Value::Text(text) => match (text.split_once('*'), text.rsplit_once('*')) {
                (Some((start, _)), Some((_, end))) if start.len() < end.len() => {
                    Self::End(end, text)
                }
                (Some((start, _)), Some(_)) if !start.is_empty() => Self::Start(start, text),
                (None, _) => Self::Whole,
                _ => Self::None,
            },
        }
    }
}

/// The field of a question that says most, and its values: one of which the
/// field, or an item of it, must be. A field without a `*` says more.
fn key(question: &Question) -> Option<(&str, &[Value])> {
    let known = question.fields.iter().filter_map(|(field, pattern)| {
        let values = match pattern {
            Pattern::Any(values) => values.as_slice(),
            Pattern::All(values) => values.get(..1)?,
        };
        let is_known = |value: &Value| !matches!(Literal::of(value), Literal::None);
        (!values.is_empty() && values.iter().all(is_known)).then_some((field.as_str(), values))
    });
    let is_open = |value: &Value| !matches!(Literal::of(value), Literal::Whole);
    known.min_by_key(|(_, values)| (values.iter().any(is_open), values.len()))
}
