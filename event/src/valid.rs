//! Whether an event is valid in OCSF: the official schema of its class, and
//! what a JSON Schema cannot say.
//!
//! The files under `schema/` were made from what the official compiler gives of
//! the schema's source; `schema/README.md` says how.

use jsonschema::Validator;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::LazyLock;

/// Of each class: its number, its meaning's name, and its schema, compiled.
static CLASSES: LazyLock<Vec<(u64, &str, Validator)>> = LazyLock::new(|| {
    [
        (2004, "detection_finding", include_str!("../schema/detection_finding.json")),
        (1010, "peripheral_activity", include_str!("../schema/peripheral_activity.json")),
        (5001, "inventory_info", include_str!("../schema/inventory_info.json")),
    ]
    .map(|(uid, name, text)| {
        let schema = serde_json::from_str(text).unwrap();
        (uid, name, jsonschema::draft202012::new(&schema).unwrap())
    })
    .into()
});

/// What the attributes mean: captions of numbers, kinds of objects.
static MEANING: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../schema/meaning.json")).unwrap());

/// The profiles with which the schemas were made.
fn profiles(class: u64) -> &'static [&'static str] {
    if class == 2004 { &["host", "incident", "security_control"] } else { &["host"] }
}

/// All that is wrong with an event; nothing if it is valid.
pub fn wrong(event: &Value) -> Vec<String> {
    let uid = event["class_uid"].as_u64().unwrap_or_default();
    let Some((_, name, schema)) = CLASSES.iter().find(|(known, ..)| *known == uid) else {
        return vec![format!("there is no class {uid}")];
    };
    let mut wrong: Vec<String> = schema
        .iter_errors(event)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    let class = &MEANING["classes"][*name];
    whole(event, class, uid, &mut wrong);
    walk(event, &class["attributes"], "", &mut wrong);
    wrong
}

/// What concerns the event as a whole.
fn whole(event: &Value, class: &Value, uid: u64, wrong: &mut Vec<String>) {
    let mut must = |is_so: bool, text: &str| {
        if !is_so {
            wrong.push(text.to_owned());
        }
    };
    let number = |name: &str| event[name].as_u64().unwrap_or_default();
    must(number("type_uid") == uid * 100 + number("activity_id"), "type_uid is another");
    must(event["category_uid"] == class["category"], "category_uid is another");
    must(event["class_name"] == class["caption"], "class_name is another");
    must(event["category_name"] == class["category_name"], "category_name is another");
    must(event["metadata"]["version"] == MEANING["version"], "metadata.version is another");
    let declared = event["metadata"]["profiles"].as_array().cloned().unwrap_or_default();
    must(declared == profiles(uid), "the schema was made for other profiles");
    let known = class["profiles"].as_array().cloned().unwrap_or_default();
    must(declared.iter().all(|it| known.contains(it)), "the class has no such profile");
    let is_milliseconds = (1_500_000_000_000..4_000_000_000_000).contains(&number("time"));
    must(is_milliseconds, "time is not in milliseconds");
}

/// Captions belong to their numbers, addresses are addresses, and nothing is
/// used that is on its way out.
fn walk(object: &Value, attributes: &Value, path: &str, wrong: &mut Vec<String>) {
    for (key, value) in object.as_object().into_iter().flatten() {
        let (attribute, path) = (&attributes[key], format!("{path}/{key}"));
        if attribute["deprecated"] == true {
            wrong.push(format!("{path}: is deprecated"));
        }
        let values = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        let is_address = |it: &Value| it.as_str().is_some_and(|it| it.parse::<IpAddr>().is_ok());
        if attribute["ip"] == true && !values.iter().all(is_address) {
            wrong.push(format!("{path}: is no address"));
        }
        if let Some(sibling) = attribute["sibling"].as_str() {
            caption(object, (value, sibling), attribute, (&path, wrong));
        }
        if let Some(kind) = attribute["object"].as_str() {
            for value in values {
                walk(value, &MEANING["objects"][kind], &path, wrong);
            }
        }
    }
}

fn caption(
    object: &Value,
    (number, sibling): (&Value, &str),
    attribute: &Value,
    (path, wrong): (&str, &mut Vec<String>),
) {
    let said = object[sibling].as_str();
    let caption = attribute["captions"][number.to_string()].as_str();
    let is_other = *number == 99;
    if is_other && said.is_none_or(str::is_empty) {
        wrong.push(format!("{path}: 99 needs {sibling}"));
    }
    if !is_other && said.is_some() && said != caption {
        wrong.push(format!("{path}: {number} is not {said:?}"));
    }
}
