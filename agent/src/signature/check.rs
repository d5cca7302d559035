//! Whether a signature keeps its word. An untested signature cannot ship.

use super::Example;
use super::Question;
use super::Signature;
use super::tool;
use crate::sensors;
use crate::world::World;
use model::Observation;
use model::Value;
use std::collections::BTreeMap;

/// What is wrong with a signature, each in a sentence.
pub fn problems(signature: &Signature) -> Vec<String> {
    if let Some(tool) = &signature.tool {
        return tool::problems(tool, signature);
    }
    let mut problems = Vec::new();
    if signature.when.is_empty() {
        problems.push("asks nothing: add a [[when]]".to_owned());
    }
    for question in signature.when.iter().chain(&signature.unless) {
        problems.extend(wrong_question(question));
    }
    for example in signature.hits.iter().chain(&signature.misses) {
        problems.extend(wrong_example(example));
    }
    for (name, examples) in [("hit", &signature.hits), ("miss", &signature.misses)] {
        if examples.is_empty() {
            problems.push(format!("is untested: add a [[{name}]]"));
        }
    }
    if problems.is_empty() {
        problems.extend(broken_word(signature));
    }
    problems
}

fn broken_word(signature: &Signature) -> impl Iterator<Item = String> {
    let hits = signature.hits.iter().enumerate().filter(|(_, hit)| !holds(signature, hit));
    let misses = signature.misses.iter().enumerate().filter(|(_, miss)| holds(signature, miss));
    hits.map(|(index, _)| format!("does not hold in hit {}", index + 1))
        .chain(misses.map(|(index, _)| format!("holds in miss {}", index + 1)))
}

fn holds(signature: &Signature, example: &Example) -> bool {
    signature.held(&world(example)).is_some()
}

/// The world an example describes.
pub fn world(example: &Example) -> World {
    let mut world = World::default();
    for (name, observations) in example {
        let Some(sensor) = sensors::find(name) else {
            continue;
        };
        let seen = observations.iter().enumerate().map(|(index, fields)| Observation {
            sensor: name.clone(),
            subject: (index + 1).to_string(),
            source: "example".to_owned(),
            fields: fields.clone(),
        });
        world.take(sensor.name(), Ok(seen.collect()));
    }
    world
}

/// What is wrong with a question.
pub fn wrong_question(question: &Question) -> Vec<String> {
    let values = question.fields.iter().chain(&question.contradicts);
    let pairs = values.flat_map(|(field, pattern)| {
        pattern.values().iter().map(move |value| (field.as_str(), value))
    });
    let mut problems = wrong_fields(&question.sensor, pairs);
    if question.fields.is_empty() {
        problems.push(format!("a question to `{}` asks for nothing", question.sensor));
    }
    problems
}

/// What is wrong with an example.
pub fn wrong_example(example: &Example) -> Vec<String> {
    let observations =
        example.iter().flat_map(|(sensor, list)| list.iter().map(move |fields| (sensor, fields)));
    observations.flat_map(|(sensor, fields)| wrong_fields(sensor, flat(fields))).collect()
}

fn flat(fields: &BTreeMap<String, Value>) -> impl Iterator<Item = (&str, &Value)> {
    fields.iter().flat_map(|(field, value)| match value {
        Value::List(items) => items.iter().map(|item| (field.as_str(), item)).collect(),
        plain => vec![(field.as_str(), plain)],
    })
}

/// Names and kinds are held against the sensor's own example.
fn wrong_fields<'a>(
    sensor: &str,
    pairs: impl Iterator<Item = (&'a str, &'a Value)>,
) -> Vec<String> {
    let Some(known) = sensors::find(sensor).map(|sensor| sensor.example().fields) else {
        let names: Vec<&str> = sensors::ALL.iter().map(|sensor| sensor.name()).collect();
        return vec![format!("there is no sensor `{sensor}`; there are {}", names.join(", "))];
    };
    let mut problems: Vec<String> = pairs
        .filter_map(|(field, value)| match known.get(field) {
            None => {
                let names: Vec<&str> = known.keys().map(String::as_str).collect();
                Some(format!("`{sensor}` has no field `{field}`; it has {}", names.join(", ")))
            }
            Some(example) if kind(example) != kind(value) => {
                Some(format!("`{sensor}.{field}` is {}, not {}", kind(example), kind(value)))
            }
            Some(_) => None,
        })
        .collect();
    problems.dedup();
    problems
}

/// What a value is; of a list, what its items are.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Flag(_) => "true or false",
        Value::Number(_) => "a number",
        Value::Text(_) => "text",
        Value::List(items) => items.first().map_or("a list", kind),
    }
}
