//! Values in tables within tables: TOML and JSON.
//!
//! The parts of a key are joined by points. A name in a table may itself have
//! some: the longest that is there counts. Lists are not looked into.

use std::io;

/// Tables within tables that are looked into.
const DEEPEST: usize = 16;

/// The value of a key in TOML.
pub(super) fn toml(text: &str, key: &str) -> io::Result<Option<String>> {
    let table: toml::Table = toml::from_str(text).map_err(invalid)?;
    let root = toml::Value::Table(table);
    let found = find(&root, key, |value, name| value.as_table()?.get(name));
    Ok(found.and_then(|value| match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        _ => None,
    }))
}

/// The value of a key in JSON.
pub(super) fn json(bytes: &[u8], key: &str) -> io::Result<Option<String>> {
    let root: serde_json::Value = serde_json::from_slice(bytes).map_err(invalid)?;
    let found = find(&root, key, |value, name| value.as_object()?.get(name));
    Ok(found.and_then(|value| match value {
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }))
}

fn invalid<T>(_: T) -> io::Error {
    io::ErrorKind::InvalidData.into()
}

/// What is found under a key, by what is found under a name.
fn find<'a, V>(
    root: &'a V,
    key: &str,
    get: impl Fn(&'a V, &str) -> Option<&'a V>,
) -> Option<&'a V> {
    let (mut value, mut key) = (root, key);
    for _ in 0..DEEPEST {
        if let Some(found) = get(value, key) {
            return Some(found);
        }
        let mut ends = key.rmatch_indices('.').map(|(end, _)| end);
        let (found, rest) = ends.find_map(|end| {
            let (name, rest) = key.split_at_checked(end)?;
            Some((get(value, name)?, rest.strip_prefix('.')?))
        })?;
        (value, key) = (found, rest);
    }
    None
}
