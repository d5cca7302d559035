//! Events in the Open Cybersecurity Schema Framework.
//!
//! The version is pinned: a newer one is a decision, and the tests hold every
//! event against the schema of this one.

mod device;
mod finding;
mod raw;

use jiff::Timestamp;
use model::Severity;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

pub use finding::finding;
pub use raw::inventory;
pub use raw::peripheral;

/// The version of the schema.
pub const VERSION: &str = "1.8.0";

/// A class of events, and what an event of it does.
#[derive(Clone, Copy)]
struct Class {
    uid: u32,
    name: &'static str,
    category: u32,
    category_name: &'static str,
    profiles: &'static [&'static str],
}

/// The parts that events of all classes have.
fn event(class: Class, activity: (u32, &str), severity: Severity, at: Timestamp) -> Value {
    let (activity_id, activity_name) = activity;
    let (severity_id, severity) = severity_id(severity);
    let type_name = if activity_id == OTHER { "Other" } else { activity_name };
    json!({
        "activity_id": activity_id,
        "activity_name": activity_name,
        "category_uid": class.category,
        "category_name": class.category_name,
        "class_uid": class.uid,
        "class_name": class.name,
        "type_uid": class.uid * 100 + activity_id,
        "type_name": format!("{}: {type_name}", class.name),
        "time": at.as_millisecond(),
        "severity_id": severity_id,
        "severity": severity,
    })
}

/// What the schema calls all that it has no name for.
const OTHER: u32 = 99;

/// Who says so.
fn metadata(class: Class, uid: &str, at: Timestamp) -> Value {
    json!({
        "version": VERSION,
        "uid": uid,
        "profiles": class.profiles,
        "product": {
            "name": "Moored",
            "vendor_name": "Moored",
            "version": env!("CARGO_PKG_VERSION"),
            "lang": "en",
        },
        "original_time": at.to_string(),
    })
}

fn severity_id(severity: Severity) -> (u32, &'static str) {
    match severity {
        Severity::Informational => (1, "Informational"),
        Severity::Low => (2, "Low"),
        Severity::Medium => (3, "Medium"),
        Severity::High => (4, "High"),
        Severity::Critical => (5, "Critical"),
    }
}

/// Puts more into an object; what is nothing, empty text or an empty list is
/// left out.
fn put(object: &mut Value, more: Value) {
    let (Value::Object(object), Value::Object(more)) = (object, more) else { return };
    for (key, value) in more {
        if !is_nothing(&value) {
            object.insert(key, value);
        }
    }
}

fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(list) => list.is_empty(),
        Value::Object(object) => object.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// An object without what is nothing.
fn object(all: Value) -> Value {
    let mut object = Value::Object(Map::new());
    put(&mut object, all);
    object
}
