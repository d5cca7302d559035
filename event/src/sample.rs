//! Incidents to test with: a full one, and any that there can be.

use crate::Event;
use serde_json::Value;
use serde_json::json;

/// When its findings opened.
const OPENED: &str = "2026-11-24T09:12:40Z";

/// An event of a KVM box and a remote tool at one of several laptops. Each
/// number is another event.
pub fn full(number: u64) -> Event {
    let laptop = number % 20;
    let id = format!("0f9d3a52-5c1e-4b0e-9a35-{laptop:012}");
    serde_json::from_value(json!({
        "uid": format!("7c0e1f6a-2c1d-4f6e-8f00-{number:012}"),
        "at": "2026-11-24T09:14:03Z",
        "what": "opened",
        "because": "a KVM box is plugged in while a remote tool has a session",
        "incident": {
            "id": number,
            "title": format!("Laptop lt-{laptop:03} may be operated from elsewhere"),
            "state": "open",
            "severity": "high",
            "confidence": "high",
            "score": 82,
            "opened_at": OPENED,
            "changed_at": "2026-11-24T09:14:03Z",
            "laptops": [{
                "id": id, "host": format!("lt-{laptop:03}"), "platform": "linux",
                "agent": "0.1.0", "serial": "PF3EXAMPLE", "person": "Sam Doe", "group": "finance",
            }],
            "findings": [kvm(&id), tool(&id)],
            "reasons": [
                { "text": "a KVM box names itself", "weight": 2.5 },
                { "text": "the laptop is where it is expected", "weight": -0.5 },
            ],
            "refutes": ["the box is not connected to this laptop's screen"],
            "innocent": ["It may be the employee's own, for a machine at home."],
            "steps": ["Call the employee by video.", "Have the box unplugged and kept."],
        },
    }))
    .expect("the sample is an event")
}

fn kvm(laptop: &str) -> Value {
    json!({
        "id": 41, "laptop": laptop,
        "finding": {
            "signature": "kvm.pikvm", "title": "A PiKVM is plugged in",
            "severity": "high", "confidence": "high", "kind": "identity",
            "standing": "alert", "technique": "T1219.003",
            "why": "Whoever is logged in to it sits at this desk.",
            "innocent": "It may be the employee's own, for a machine at home.",
            "references": ["https://github.com/pikvm/pikvm"],
            "opened": OPENED,
            "evidence": [{
                "sensor": "usb", "subject": "1-4",
                "source": "/sys/bus/usb/devices/1-4",
                "fields": {
                    "vendor_id": "1d6b", "product_id": "0104",
                    "manufacturer": "PiKVM", "product": "PiKVM Composite Device",
                    "serial": "CAFEBABE", "hid_roles": ["absolute pointer", "keyboard"],
                },
            }],
        },
    })
}

fn tool(laptop: &str) -> Value {
    json!({
        "id": 42, "laptop": laptop,
        "finding": {
            "signature": "remote-tools.anydesk", "title": "AnyDesk",
            "severity": "medium", "confidence": "high", "kind": "activity",
            "standing": "alert", "technique": "T1219.002",
            "why": "Somebody is connected.", "innocent": "Support may be at work.",
            "references": [], "opened": OPENED,
            "tool": {
                "id": "anydesk", "category": "remote-desktop", "rung": "session",
                "verdict": "not-approved",
            },
            "evidence": [{
                "sensor": "process", "subject": "anydesk", "source": "/proc/4711",
                "fields": { "name": "anydesk" },
            }],
        },
    })
}
