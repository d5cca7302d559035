//! Reads a company's list of laptops in JSON. Everything that is wrong is told,
//! with the number of the laptop in the list, and then nothing of it counts.

use super::Expected;
use super::Wrong;
use serde_json::Map;
use serde_json::Value;
use std::collections::BTreeSet;

/// The laptops of the list, or all that is wrong with it.
pub fn import_json(list: &[Value]) -> Result<Vec<Expected>, Vec<Wrong>> {
    let (mut all, mut wrong, mut serials) = (Vec::new(), Vec::new(), BTreeSet::new());
    for (number, item) in (1..).zip(list) {
        match read(item) {
            Ok(one) if !serials.insert(one.serial.clone()) => {
                let text = format!("the serial number `{}` is there already", one.serial);
                wrong.push(Wrong { line: number, text });
            }
            Ok(one) => all.push(one),
            Err(texts) => {
                wrong.extend(texts.into_iter().map(|text| Wrong { line: number, text }));
            }
        }
    }
    if wrong.is_empty() { Ok(all) } else { Err(wrong) }
}

fn read(item: &Value) -> Result<Expected, Vec<String>> {
    let Value::Object(item) = item else {
        return Err(vec!["is not an object".to_owned()]);
    };
    let wrong: Vec<String> = item.iter().filter_map(|(key, value)| problem(key, value)).collect();
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let one: Expected = serde_json::from_value(Value::Object(item.clone()))
        .map_err(|error| vec![error.to_string()])?;
    if one.serial.trim().is_empty() {
        return Err(vec!["has no serial number".to_owned()]);
    }
    Ok(one)
}

/// What is wrong with one field by itself.
fn problem(key: &str, value: &Value) -> Option<String> {
    let known = serde_json::to_value(Expected::default()).ok()?;
    if known.get(key).is_none() {
        let names: Vec<&String> = known.as_object()?.keys().collect();
        return Some(format!("`{key}` is not known; there may be {names:?}"));
    }
    let alone = Map::from_iter([(key.to_owned(), value.clone())]);
    let read = serde_json::from_value::<Expected>(Value::Object(alone));
    read.err().map(|error| format!("{key}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_says_the_same_as_its_file() {
        let csv = "serial,person,home,offices\nPF3X,E-17,US-TX;US-OK,192.0.2.0/24\n";
        let list = json!([{
            "serial": "PF3X", "person": "E-17", "homes": ["US-TX", "US-OK"],
            "offices": ["192.0.2.0/24"]
        }]);
        assert_eq!(import_json(list.as_array().unwrap()), super::super::import(csv));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let list = json!([
            {"serial": "A", "homes": ["USA"], "start": "soon", "home": "US"},
            {"serial": "B"}, {"serial": "B"}, {}, 7
        ]);
        let wrong = import_json(list.as_array().unwrap()).unwrap_err();
        let told: Vec<_> =
            wrong.iter().map(|one| (one.line, one.text.split(':').next().unwrap())).collect();
        let [unknown, ..] = &told[..] else { panic!("{told:?}") };
        assert!(unknown.1.starts_with("`home` is not known; there may be [\"alive_at\""));
        assert_eq!(
            told[1..],
            [
                (1, "homes"),
                (1, "start"),
                (3, "the serial number `B` is there already"),
                (4, "has no serial number"),
                (5, "is not an object")
            ]
        );
    }
}
