//! Settings in Windows' registry.

use super::is_plain;
use super::state;
use super::untold;
use crate::host::Host;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::asked::Setting;
use model::Observation;
use std::collections::BTreeMap;
use std::io;

/// Keys a place may stand for; of more, the first are looked at.
const MOST: usize = 64;

/// Each value there is at the keys a setting may stand at.
pub(super) fn look(host: &dyn Host, setting: &Setting) -> Vec<Observation> {
    let keys = setting.at.iter().flat_map(|at| keys(host, at));
    let told = keys.filter_map(|key| match value(host, &key, &setting.key) {
        Ok((_, value)) => Some(state(setting, &key, &text(&value).filter(|it| is_plain(it))?)),
        Err(error) => untold(setting, &key, &error),
    });
    told.collect()
}

/// Puts what is asked for and nothing else of each key into a recording.
pub(super) fn keep(host: &dyn Host, setting: &Setting, kept: &mut Recording) {
    for key in setting.at.iter().flat_map(|at| keys(host, at)) {
        match value(host, &key, &setting.key) {
            Ok((name, value)) if text(&value).is_some_and(|text| is_plain(&text)) => {
                kept.registry.entry(key).or_default().insert(name, value);
            }
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                kept.forbidden.insert(key);
            }
            _ => {}
        }
    }
}

/// A key with a `*` in one of its parts stands for those there are.
fn keys(host: &dyn Host, at: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    for part in at.split('\\') {
        let step = |key: &String| match part.split_once('*') {
            None => vec![if key.is_empty() { part.to_owned() } else { format!(r"{key}\{part}") }],
            Some((head, tail)) => {
                let names = host.registry(key).map(|key| key.keys).unwrap_or_default();
                let is_one = |name: &&String| {
                    let name = name.to_lowercase();
                    let rest = name.strip_prefix(&head.to_lowercase());
                    rest.is_some_and(|rest| rest.ends_with(&tail.to_lowercase()))
                };
                names.iter().filter(is_one).map(|name| format!(r"{key}\{name}")).collect()
            }
        };
        keys = keys.iter().flat_map(step).take(MOST).collect();
    }
    keys
}

/// A value under the name it has there; names of values have no case.
fn value(host: &dyn Host, key: &str, name: &str) -> io::Result<(String, Property)> {
    let values: BTreeMap<String, Property> = host.registry(key)?.values;
    let mut values = values.into_iter();
    let found = values.find(|(key, _)| key.eq_ignore_ascii_case(name));
    found.ok_or_else(|| io::ErrorKind::NotFound.into())
}

/// A text or a number; what is neither is no setting that tells whose it is.
fn text(value: &Property) -> Option<String> {
    match value {
        Property::Text(text) => Some(text.clone()),
        Property::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
