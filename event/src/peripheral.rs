//! Which observations are of a thing at a port, and what thing it is.
//!
//! Told by the fields, as they stand for USB devices and displays everywhere:
//! nothing here knows which sensors exist.

use crate::Event;
use crate::Laptop;
use jiff::Timestamp;
use model::Observation;
use model::Value;
use std::collections::BTreeSet;

/// A thing at a port, as an incident shows it.
pub struct Shown<'a> {
    /// Names this, the same way whenever it is told again.
    pub uid: String,
    /// Since when it has been known.
    pub at: Timestamp,
    /// The thing.
    pub thing: Peripheral<'a>,
    /// The laptop; `None` if the incident does not list it.
    pub laptop: Option<&'a Laptop>,
}

/// A thing at a port of a laptop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peripheral<'a> {
    /// What it is called.
    pub name: String,
    /// The port.
    pub port: &'a str,
    /// What kind of thing it is.
    pub kind: Kind,
    /// `USB`, or `Display`.
    pub class: &'static str,
    /// Who made it, as it says.
    pub maker: Option<&'a str>,
    /// Its maker's number, as it says.
    pub maker_id: Option<&'a str>,
    /// Its model's number, as it says.
    pub model_id: Option<&'a str>,
    /// Its serial number, as it says.
    pub serial: Option<&'a str>,
}

/// What kind of thing it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Something else.
    Other,
    /// It stores.
    Storage,
    /// It types; it may do more.
    Keyboard,
    /// It points, and does not type.
    Mouse,
    /// It shows.
    Monitor,
}

/// The things at ports that the open findings of an incident quote, each once.
pub fn all(event: &Event) -> Vec<Shown<'_>> {
    let incident = &event.incident;
    let mut known = BTreeSet::new();
    let mut all = Vec::new();
    for member in incident.findings.iter().filter(|member| member.finding.closed.is_none()) {
        for seen in &member.finding.evidence {
            let Some(thing) = of(seen) else { continue };
            if known.insert((&member.laptop, &seen.sensor, &seen.subject)) {
                let at = member.finding.opened;
                let uid = format!("{}/{}/{}/{at}", member.laptop, seen.sensor, seen.subject);
                let laptop = incident.laptops.iter().find(|laptop| laptop.id == member.laptop);
                all.push(Shown { uid, at, thing, laptop });
            }
        }
    }
    all
}

/// The thing that is observed; `None` if it is none at a port.
pub fn of(observation: &Observation) -> Option<Peripheral<'_>> {
    let text = |name: &str| match observation.fields.get(name) {
        Some(Value::Text(text)) if !text.is_empty() => Some(text.as_str()),
        _ => None,
    };
    let port = observation.subject.as_str();
    if let (Some(maker_id), Some(model_id)) = (text("vendor_id"), text("product_id")) {
        return Some(Peripheral {
            name: text("product").map_or_else(|| format!("{maker_id}:{model_id}"), str::to_owned),
            port,
            kind: usb(observation),
            class: "USB",
            maker: text("manufacturer"),
            maker_id: Some(maker_id),
            model_id: Some(model_id),
            serial: text("serial"),
        });
    }
    let (maker_id, model_id) = (text("pnp_id"), text("product_code"));
    if maker_id.is_none() && text("edid_hash").is_none() {
        return None;
    }
    let name = text("name").or(maker_id).unwrap_or("unnamed display").to_owned();
    let serial = text("serial").or(text("serial_number"));
    let (kind, class) = (Kind::Monitor, "Display");
    Some(Peripheral { name, port, kind, class, maker: None, maker_id, model_id, serial })
}

fn usb(observation: &Observation) -> Kind {
    let has = |field: &str, is: fn(&str) -> bool| match observation.fields.get(field) {
        Some(Value::List(list)) => {
            list.iter().any(|value| matches!(value, Value::Text(text) if is(text)))
        }
        _ => false,
    };
    if has("hid_roles", |role| role == "keyboard") {
        Kind::Keyboard
    } else if has("hid_roles", |role| role.ends_with("pointer")) {
        Kind::Mouse
    } else if has("interface_classes", |class| class.starts_with("08/")) {
        Kind::Storage
    } else {
        Kind::Other
    }
}
