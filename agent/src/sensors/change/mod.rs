//! Keyboards that go by another name: built the same, at the same port, and
//! calling themselves something else than what was there before.
//!
//! No host can be asked for that: the watch, which remembers what was there,
//! tells it here. On a recording, and on a single look, nothing was before.

#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::coincidence::is_keyboard;
use super::usb::Usb;
use crate::host::Host;
use model::Observation;
use model::Value;
use std::collections::BTreeMap;

/// The name observations and signatures use.
pub const NAME: &str = "change";

/// Tells what goes by another name than before.
pub struct Change;

/// What a device calls itself. Who changes these changes what it passes for.
const NAMES: [&str; 4] = ["vendor_id", "product_id", "manufacturer", "product"];

/// More that its names bring with them and that says nothing of how it is
/// built: of two things that differ in these alone, one is a second of the
/// same model, or the first with new firmware.
const BESIDE: [&str; 4] = ["serial", "device_version", "configuration", "interface_names"];

/// Of these, one must be known, or too little is known of how it is built.
const TELLING: [&str; 3] = ["report_hashes", "collection_hashes", "endpoints"];

/// What is told of the device itself, besides its names.
const TOLD: [&str; 2] = ["hid_roles", "interface_classes"];

/// The most earlier names told of one port; the latest seen stay.
const MOST: usize = 8;

impl Sensor for Change {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "which keyboard is built like one seen at the same port before and calls itself something else"
    }

    fn look(&self, _host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        Err(Blind::Absent)
    }

    fn example(&self) -> Observation {
        let now = Usb.example();
        let mut before = now.clone();
        for name in NAMES {
            before.fields.insert(name.to_owned(), Value::Text("before".to_owned()));
        }
        renamed(&now, &before)
    }
}

/// The keyboards that are there, and the names each had before.
#[derive(Debug, Default)]
pub struct Changes {
    there: BTreeMap<String, Known>,
}

/// A keyboard, and what is told of it as long as it is there.
#[derive(Debug)]
struct Known {
    device: Observation,
    told: Vec<Observation>,
}

impl Changes {
    /// Takes in the USB devices that are there; `earlier` are those remembered,
    /// each where it was last seen. Gives what goes by another name.
    ///
    /// A device is compared once, when it comes, so that what is told of it
    /// stands still whatever is forgotten, or seen elsewhere, later.
    pub fn take(&mut self, seen: &[Observation], earlier: &[&Observation]) -> Vec<Observation> {
        let mut there = BTreeMap::new();
        for device in seen.iter().filter(|device| is_keyboard(device)) {
            let known = self.there.remove(&device.subject).filter(|known| known.device == *device);
            let known = known
                .unwrap_or_else(|| Known { device: device.clone(), told: told(device, earlier) });
            there.insert(device.subject.clone(), known);
        }
        self.there = there;
        self.there.values().flat_map(|known| known.told.iter().cloned()).collect()
    }
}

/// A device beside each earlier one that was the same by all but its names.
fn told(device: &Observation, earlier: &[&Observation]) -> Vec<Observation> {
    let mut told = Vec::new();
    for before in earlier.iter().filter(|before| is_renamed(device, before)) {
        let renamed = renamed(device, before);
        told.retain(|other| *other != renamed);
        told.push(renamed);
    }
    let surplus = told.len().saturating_sub(MOST);
    told.split_off(surplus)
}

fn is_renamed(device: &Observation, before: &Observation) -> bool {
    let is_there = |one: &Observation| one.sensor == "usb" && one.subject == device.subject;
    let differs = |name: &&str| device.fields.get(*name) != before.fields.get(*name);
    let is_known = |name: &&str| match device.fields.get(*name) {
        Some(Value::List(items)) => !items.is_empty(),
        _ => false,
    };
    is_there(before)
        && is_read(device)
        && is_read(before)
        && TELLING.iter().any(is_known)
        && NAMES.iter().any(differs)
        && structure(device).eq(structure(before))
}

/// True if all its report descriptors were read: a device that has just come
/// is like many others until they are.
fn is_read(device: &Observation) -> bool {
    !matches!(device.fields.get("unread_reports"), Some(Value::List(items)) if !items.is_empty())
}

/// Everything but what it calls itself: how it is built, and the hub it is on.
fn structure(device: &Observation) -> impl Iterator<Item = (&String, &Value)> {
    let is_word = |name: &str| NAMES.contains(&name) || BESIDE.contains(&name);
    device.fields.iter().filter(move |(name, _)| !is_word(name))
}

/// The subject is the port, so that what is known of the device there and this
/// are told of one and the same thing.
fn renamed(device: &Observation, before: &Observation) -> Observation {
    let field = |one: &Observation, name: &str| one.fields.get(name).cloned();
    let past = NAMES.iter().map(|name| (format!("before_{name}"), field(before, name)));
    let present = NAMES.iter().chain(&TOLD).map(|&name| (name.to_owned(), field(device, name)));
    let fields = past.chain(present).filter_map(|(name, value)| Some((name, value?)));
    Observation {
        sensor: NAME.to_owned(),
        subject: device.subject.clone(),
        source: "what was seen at this port before".to_owned(),
        fields: fields.collect(),
    }
}
