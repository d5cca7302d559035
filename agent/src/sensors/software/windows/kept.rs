//! Of the registry and of tasks, what this sensor takes from them.

use super::command;
use super::registry::SERVICES;
use super::registry::is_user;
use super::tasks;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::software::places::homely;
use std::collections::BTreeMap;

pub(in crate::sensors::software) use super::tasks::TASKS;

/// The values that are read of services and of what can be removed.
const SHOWN: &str = "DisplayName";
const TYPE: &str = "Type";
const PROGRAM: &str = "ImagePath";

/// True for a key below that of a service: its own settings, which this sensor
/// sees and does not read.
pub(in crate::sensors::software) fn is_in_a_service(key: &str) -> bool {
    let below = key.get(..SERVICES.len()).filter(|it| it.eq_ignore_ascii_case(SERVICES));
    below.is_some() && key[SERVICES.len()..].matches('\\').count() > 1
}

/// Writes each key anew with only what is read of it and wanted. A key stays if
/// it is wanted by name, if something is left in it, or if others are below it.
pub(in crate::sensors::software) fn rewrite(
    recording: &mut Recording,
    homes: &[String],
    wanted: &impl Fn(&str) -> bool,
) {
    let all = std::mem::take(&mut recording.registry);
    let users = users(&all);
    let mut kept: BTreeMap<String, BTreeMap<String, Property>> = BTreeMap::new();
    for (key, values) in &all {
        let kind = Kind::of(key);
        let values: BTreeMap<String, Property> =
            values.iter().filter_map(|value| keep(kind, value, homes, wanted)).collect();
        let name = key.rsplit('\\').next().unwrap_or_default();
        let is_left = values.keys().any(|name| name != TYPE);
        let is_list = all
            .range(format!(r"{key}\")..)
            .next()
            .is_some_and(|(below, _)| below.starts_with(&format!(r"{key}\")));
        if is_left || is_list || is_wanted(name, wanted) {
            kept.insert(renamed(&users, key), values);
        }
    }
    recording.registry = kept;
}

/// Text of tasks with only the programs they start that are wanted.
pub(in crate::sensors::software) fn task(
    bytes: &[u8],
    homes: &[String],
    wanted: &impl Fn(&str) -> bool,
) -> String {
    let programs = tasks::programs(bytes).into_iter().map(|program| homely(homes, &program));
    tasks::written(&programs.filter(|program| wanted(program)).collect::<Vec<_>>())
}

/// Packages of the Store are wanted by their family.
fn is_wanted(name: &str, wanted: &impl Fn(&str) -> bool) -> bool {
    let family = name.split('_').next().zip(name.rsplit('_').next());
    wanted(name) || family.is_some_and(|(name, whose)| wanted(&format!("{name}_{whose}")))
}

/// What the values of a key are.
#[derive(Clone, Copy)]
enum Kind {
    /// Command lines.
    Commands,
    /// Extensions and where they are had from.
    Extensions,
    /// Anything, by their names.
    Named,
}

impl Kind {
    fn of(key: &str) -> Self {
        let name = key.rsplit('\\').next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "run" | "runonce" => Self::Commands,
            "extensioninstallforcelist" => Self::Extensions,
            _ => Self::Named,
        }
    }
}

fn keep(
    kind: Kind,
    (name, value): (&String, &Property),
    homes: &[String],
    wanted: &impl Fn(&str) -> bool,
) -> Option<(String, Property)> {
    let text = value.text().unwrap_or_default();
    let is = |other: &str| name.eq_ignore_ascii_case(other);
    let program = || command::program(text).map(|program| homely(homes, &program));
    let kept = match kind {
        Kind::Commands => {
            let program = program().filter(|program| wanted(program) || wanted(name));
            program.map(|program| command::line(&program))
        }
        Kind::Extensions => text.split(';').next().filter(|id| wanted(id)).map(str::to_owned),
        Kind::Named if is(TYPE) => return Some((name.clone(), value.clone())),
        Kind::Named if is(PROGRAM) => {
            program().filter(|program| wanted(program)).map(|program| command::line(&program))
        }
        Kind::Named if is(SHOWN) => Some(text.to_owned()).filter(|text| wanted(text)),
        Kind::Named => None,
    };
    Some((name.clone(), Property::Text(kept?)))
}

/// The ids of users, in their order.
fn users(all: &BTreeMap<String, BTreeMap<String, Property>>) -> Vec<String> {
    let ids = all.keys().filter_map(|key| key.strip_prefix(r"HKU\")?.split('\\').next());
    let ids = ids.map(|id| id.strip_suffix("_Classes").unwrap_or(id));
    let mut ids: Vec<String> = ids.filter(|id| is_user(id)).map(str::to_owned).collect();
    ids.dedup();
    ids
}

/// A key in which a user's id, which tells the machine or the company, is that
/// of nobody.
fn renamed(users: &[String], key: &str) -> String {
    let found = users.iter().zip(1001..).find_map(|(id, number)| {
        let rest = key.strip_prefix(r"HKU\")?.strip_prefix(id.as_str())?;
        let is_whole = rest.is_empty() || rest.starts_with(['\\', '_']);
        is_whole.then(|| format!(r"HKU\S-1-5-21-0-0-0-{number}{rest}"))
    });
    found.unwrap_or_else(|| key.to_owned())
}
