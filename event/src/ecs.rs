//! Events in the Elastic Common Schema.

use crate::Arrival;
use crate::Event;
use crate::Incident;
use crate::Laptop;
use crate::State;
use crate::What;
use crate::attack;
use crate::peripheral::Shown;
use jiff::Timestamp;
use model::Severity;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use std::collections::BTreeSet;

/// The version of the schema.
const VERSION: &str = "8.17.0";

/// An incident, as an alert.
pub fn alert(told: &Event) -> Value {
    let incident = &told.incident;
    let mut value = whole(&told.uid, told.at, &told.message());
    let is_test = told.what == What::Test;
    put(
        &mut value,
        json!({
            "tags": if is_test { vec!["test"] } else { Vec::new() },
            "event": {
                "id": told.uid,
                "kind": if is_test { "event" } else { "alert" },
                "category": [if is_test { "host" } else { "intrusion_detection" }],
                "type": ["info"],
                "action": format!("incident-{}", told.what),
                "reason": told.because,
                "dataset": "moored.incidents",
                "severity": severity(incident.severity),
                "start": incident.opened_at,
                "end": incident.closed_at,
            },
            "host": incident.laptops.first().map(host),
            "agent": incident.laptops.first().map(agent),
            "user": json!({ "name": incident.laptops.first().and_then(|it| it.person.as_ref()) }),
            "rule": rule(incident),
            "threat": threat(incident),
            "moored": ours(told),
        }),
    );
    value
}

/// A thing at a port.
pub fn peripheral(shown: &Shown) -> Value {
    let Shown { uid, at, thing, laptop } = shown;
    let mut value = whole(uid, *at, &format!("{} at port {}", thing.name, thing.port));
    put(
        &mut value,
        json!({
            "event": happened(uid, "peripheral-connected", "moored.peripherals"),
            "host": laptop.map(host),
            "device": {
                "id": thing.port,
                "manufacturer": thing.maker,
                "serial_number": thing.serial,
                "model": { "identifier": thing.model_id, "name": thing.name },
            },
            "moored": { "class": thing.class, "vendor_id": thing.maker_id },
        }),
    );
    value
}

/// A laptop that was enrolled.
pub fn inventory(arrival: &Arrival) -> Value {
    let message = format!("{} was enrolled", arrival.laptop.host);
    let mut value = whole(&arrival.uid, arrival.at, &message);
    put(
        &mut value,
        json!({
            "event": happened(&arrival.uid, "laptop-enrolled", "moored.laptops"),
            "host": host(&arrival.laptop),
            "agent": agent(&arrival.laptop),
            "device": { "serial_number": arrival.laptop.serial },
            "user": { "name": arrival.laptop.person },
        }),
    );
    value
}

fn whole(uid: &str, at: Timestamp, message: &str) -> Value {
    let mut value = Value::Object(Map::new());
    put(
        &mut value,
        json!({
            "@timestamp": at,
            "ecs": { "version": VERSION },
            "message": message,
            "event": { "id": uid },
            "observer": {
                "vendor": "Moored",
                "product": "Moored",
                "type": "endpoint",
                "version": env!("CARGO_PKG_VERSION"),
            },
        }),
    );
    value
}

fn happened(uid: &str, action: &str, dataset: &str) -> Value {
    json!({
        "id": uid,
        "kind": "event",
        "category": ["host"],
        "type": ["info"],
        "action": action,
        "dataset": dataset,
        "severity": severity(Severity::Informational),
    })
}

/// From 1 to 5, as in OCSF.
fn severity(severity: Severity) -> u8 {
    match severity {
        Severity::Informational => 1,
        Severity::Low => 2,
        Severity::Medium => 3,
        Severity::High => 4,
        Severity::Critical => 5,
    }
}

fn host(laptop: &Laptop) -> Value {
    let kind = match laptop.platform.as_str() {
        known @ ("linux" | "windows" | "macos") => Some(known),
        _ => None,
    };
    json!({
        "id": laptop.id,
        "name": laptop.host,
        "hostname": laptop.host,
        "type": "laptop",
        "os": { "platform": laptop.platform, "type": kind },
    })
}

fn agent(laptop: &Laptop) -> Value {
    json!({ "type": "moored", "id": laptop.id, "version": laptop.agent })
}

/// The signature of the first finding; the others are under `moored`.
fn rule(incident: &Incident) -> Value {
    let Some(first) = incident.findings.first() else { return Value::Null };
    let finding = &first.finding;
    let category = finding.signature.split_once('.').map(|(family, _)| family);
    json!({
        "id": finding.signature,
        "name": finding.title,
        "category": category,
        "description": finding.why,
        "reference": finding.references.first(),
    })
}

fn threat(incident: &Incident) -> Value {
    let ids: BTreeSet<&str> =
        incident.findings.iter().map(|it| it.finding.technique.as_str()).collect();
    if ids.is_empty() {
        return Value::Null;
    }
    let known: Vec<_> = ids.iter().filter_map(|id| attack::find(id)).collect();
    let tactics: BTreeSet<_> = known.iter().map(|it| (it.tactic, it.tactic_name)).collect();
    let techniques: BTreeSet<_> = ids.iter().map(|id| attack::split(id).0).collect();
    let subs: BTreeSet<_> = ids.iter().filter_map(|id| attack::split(id).1).collect();
    json!({
        "framework": "MITRE ATT&CK",
        "tactic": {
            "id": tactics.iter().map(|it| it.0).collect::<Vec<_>>(),
            "name": tactics.iter().map(|it| it.1).collect::<Vec<_>>(),
        },
        "technique": {
            "id": techniques,
            "name": known.iter().map(|it| it.name).collect::<BTreeSet<_>>(),
            "subtechnique": {
                "id": subs,
                "name": subs.iter().filter_map(|it| attack::sub_name(it)).collect::<Vec<_>>(),
            },
        },
    })
}

/// What the schema has no place for.
fn ours(event: &Event) -> Value {
    let incident = &event.incident;
    let group = incident.laptops.first().and_then(|laptop| laptop.group.as_ref());
    let state: State = incident.state;
    json!({
        "incident": event.story(),
        "title": incident.title,
        "state": state,
        "outcome": incident.outcome,
        "assignee": incident.assignee,
        "confidence": incident.confidence,
        "score": incident.score,
        "group": group,
        "laptops": incident.laptops.iter().map(|it| it.id.as_str()).collect::<Vec<_>>(),
        "reasons": incident.reasons,
        "refutes": incident.refutes,
        "innocent": incident.innocent,
        "steps": incident.steps,
        "findings": incident.findings,
    })
}

/// Puts more into an object, and into the objects it has; what is nothing is
/// left out.
fn put(object: &mut Value, more: Value) {
    let (Value::Object(object), Value::Object(more)) = (object, more) else { return };
    for (key, value) in more {
        match value {
            Value::Null => {}
            Value::String(text) if text.is_empty() => {}
            Value::Array(list) if list.is_empty() => {}
            Value::Object(_) => {
                let inner = object.entry(key.clone()).or_insert_with(|| json!({}));
                put(inner, value);
                if inner.as_object().is_some_and(Map::is_empty) {
                    object.remove(&key);
                }
            }
            value => {
                object.insert(key, value);
            }
        }
    }
}
