//! The sensors: each looks at one aspect of a host and states what is there.
//!
//! A sensor states facts and judges nothing; signatures judge. It is stateless:
//! what was there before is the world's business.

mod asked;
pub mod plist;
pub mod usb;
pub mod display;
pub mod input;
pub mod process;
pub mod machine;
pub mod clock;
pub mod power;
pub mod software;
pub mod setting;
pub mod program;
pub mod neighbor;
pub mod session;
pub mod inhibit;
pub mod logind;
pub mod socket;
pub mod route;
pub mod network;
pub mod coincidence;
pub mod change;
pub mod finding;
#[cfg(test)]
mod elsewhere;

use crate::host::Host;
use crate::host::Platform;
use crate::host::Recording;
use model::Observation;
use model::Value;
use ring::digest::SHA256;
use ring::digest::digest;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io;

pub use asked::Asked;
pub use asked::Format;
pub use asked::Name;
pub use asked::Setting;

/// Every sensor there is, in the order they are shown.
pub const ALL: &[&dyn Sensor] = &[
    &usb::Usb,
    &display::Display,
    &input::Input,
    &process::Process,
    &software::Software,
    &setting::Settings,
    &program::Program,
    &machine::Machine,
    &clock::Clock,
    &power::Power,
    &neighbor::Neighbor,
    &session::Session,
    &inhibit::Inhibit,
    &socket::Socket,
    &route::Route,
    &network::Network,
    &coincidence::Coincidence,
    &change::Change,
    &finding::Finding,
];

/// Looks at one aspect of a host.
pub trait Sensor: Sync {
    /// The name observations and signatures use, such as `usb`.
    fn name(&self) -> &'static str;

    /// What it reads, in one sentence an employee understands.
    fn reads(&self) -> &'static str;

    /// The right or grant without which it sees nothing there, or not all; `None` if
    /// it needs none.
    fn needs(&self, _platform: Platform) -> Option<&'static str> {
        None
    }

    /// Everything of this kind that is there now.
    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind>;

    /// The same, for a sensor that also looks for what signatures ask for by name.
    fn look_for(&self, host: &dyn Host, _asked: &Asked) -> Result<Vec<Observation>, Blind> {
        self.look(host)
    }

    /// One observation with every field filled, for documentation and checks.
    fn example(&self) -> Observation;

    /// Takes out of a recording what tells one machine from another of its kind
    /// and nothing of what it is, such as serial numbers.
    fn blank(&self, _recording: &mut Recording) {}

    /// True if what it sees is remembered, so that a signature that arrives later
    /// judges the past as well.
    fn is_remembered(&self) -> bool {
        false
    }

    /// True if what it sees is told to the collector although no signature names
    /// it: only there can it be judged, beside the address the laptop comes from.
    fn is_told(&self) -> bool {
        false
    }

    /// What of that which was seen could not be looked into, each in words that
    /// follow the sensor's name: a sensor that sees may still not see all.
    fn unseen(&self, _seen: &[Observation]) -> Vec<String> {
        Vec::new()
    }

    /// List fields of which only the items a signature names may leave the host.
    fn guarded(&self) -> &'static [&'static str] {
        &[]
    }
}

/// Why a look saw nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blind {
    /// This host has nothing of the kind: no such bus, no such folder.
    Absent,
    /// The look failed.
    Failed {
        /// What could not be read.
        source: String,
        /// Why, in words that are the same on every platform.
        reason: String,
    },
}

impl Blind {
    /// Turns the error of reading `source` into blindness.
    pub fn at(source: &str) -> impl Fn(io::Error) -> Self + '_ {
        move |error| match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Absent,
            kind => Self::Failed { source: source.to_owned(), reason: kind.to_string() },
        }
    }
}

/// The sensor of that name, if there is one.
pub fn find(name: &str) -> Option<&'static dyn Sensor> {
    ALL.iter().copied().find(|sensor| sensor.name() == name)
}

/// What the sensor of that name needs there.
pub fn needs(name: &str, platform: Platform) -> Option<&'static str> {
    find(name)?.needs(platform)
}

/// What these sensors could not look into, of what each saw.
pub fn unseen<'a>(
    told: impl Iterator<Item = (&'static str, &'a [Observation])>,
) -> BTreeMap<String, Vec<String>> {
    let each = told.filter_map(|(name, seen)| {
        let unseen = find(name)?.unseen(seen);
        (!unseen.is_empty()).then(|| (name.to_owned(), unseen))
    });
    each.collect()
}

/// The SHA-256 of bytes, in hexadecimal.
fn sha256(bytes: &[u8]) -> String {
    hex::encode(digest(&SHA256, bytes))
}

/// An observation made of a sensor's own struct: each field that serializes to
/// a flag, a whole number, text or a list of those becomes a field; a field
/// that serializes to anything else is left out.
fn observe(sensor: &str, subject: &str, source: &str, facts: &impl Serialize) -> Observation {
    let fields = match serde_json::to_value(facts) {
        Ok(serde_json::Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    };
    let fields = fields.into_iter().filter_map(|(name, value)| Some((name, plain(value)?)));
    Observation {
        sensor: sensor.to_owned(),
        subject: subject.to_owned(),
        source: source.to_owned(),
        fields: fields.collect(),
    }
}

/// Written out because `Value` is untagged: read by `serde`, each value would
/// first be refused as every other kind, and that takes longer than the look.
fn plain(value: serde_json::Value) -> Option<Value> {
    match value {
        serde_json::Value::Bool(flag) => Some(Value::Flag(flag)),
        serde_json::Value::Number(number) => number.as_i64().map(Value::Number),
        serde_json::Value::String(text) => Some(Value::Text(text)),
        serde_json::Value::Array(items) => {
            items.into_iter().map(plain).collect::<Option<_>>().map(Value::List)
        }
        serde_json::Value::Null | serde_json::Value::Object(_) => None,
    }
}
