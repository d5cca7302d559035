//! The laptop, as a device and as a resource.

use super::object;
use crate::Laptop;
use serde_json::Value;
use serde_json::json;

/// The laptop an event is about.
pub fn device(laptop: &Laptop) -> Value {
    // A device must have a name of some kind.
    let is_unnamed = laptop.id.is_empty() && laptop.host.is_empty();
    object(json!({
        "type_id": 3,
        "type": "Laptop",
        "name": is_unnamed.then_some("unnamed"),
        "uid": laptop.id,
        "hostname": laptop.host,
        "os": os(&laptop.platform),
        "hw_info": object(json!({ "serial_number": laptop.serial })),
        "owner": object(json!({ "name": laptop.person })),
        "groups": laptop.group.iter().map(|group| json!({ "name": group })).collect::<Vec<_>>(),
        "agent_list": agents(laptop),
    }))
}

/// A further laptop.
pub fn resource(laptop: &Laptop) -> Value {
    let name = if laptop.host.is_empty() { "unnamed" } else { &laptop.host };
    object(json!({
        "uid": laptop.id,
        "name": name,
        "hostname": laptop.host,
        "type": "laptop",
        "role_id": 3,
        "role": "Affected",
        "owner": object(json!({ "name": laptop.person })),
        "group": object(json!({ "name": laptop.group })),
        "version": laptop.agent,
    }))
}

fn os(platform: &str) -> Value {
    let (type_id, kind) = match platform {
        "linux" => (200, "Linux"),
        "windows" => (100, "Windows"),
        "macos" => (300, "macOS"),
        "" => return Value::Null,
        other => return json!({ "name": other, "type_id": 0, "type": "Unknown" }),
    };
    json!({ "name": kind, "type_id": type_id, "type": kind })
}

/// None for a laptop that was never heard of.
fn agents(laptop: &Laptop) -> Vec<Value> {
    if laptop.agent.is_empty() {
        return Vec::new();
    }
    vec![object(json!({
        "name": "Moored agent",
        "vendor_name": "Moored",
        "type_id": 1,
        "type": "Endpoint Detection and Response",
        "uid": laptop.id,
        "version": laptop.agent,
    }))]
}
