//! What came to the ports at the same time.
//!
//! No host can be asked for that: the watch, which has seen it happen, tells
//! it here. On a recording, and on a single look, nothing has ever arrived.

#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Observation;
use model::Value;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// Tells what arrived together.
pub struct Arrival;

/// Things that come within this time of each other came together: a box with a
/// video and a USB plug takes some seconds to be recognized on both.
const TOGETHER: SignedDuration = SignedDuration::from_secs(10);

/// A keyboard and a display that came together.
#[derive(Serialize)]
struct Pair {
    /// The port of the keyboard, such as `1-4`.
    keyboard: String,
    /// The connector of the display, such as `card0-HDMI-A-1`.
    display: String,
}

impl Sensor for Arrival {
    fn name(&self) -> &'static str {
        "arrival"
    }

    fn reads(&self) -> &'static str {
        "which keyboard and which display were plugged in within seconds of each other"
    }

    fn look(&self, _host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        Err(Blind::Absent)
    }

    fn example(&self) -> Observation {
        pair("1-4", "card0-HDMI-A-1")
    }
}

/// When each keyboard and display that is there now came; `None` for those
/// that were there when watching began.
#[derive(Debug, Default)]
pub struct Arrivals {
    keyboards: BTreeMap<String, Option<Timestamp>>,
    displays: BTreeMap<String, Option<Timestamp>>,
    known: BTreeSet<&'static str>,
}

impl Arrivals {
    /// Takes in what a sensor sees. Gives what came together, as far as it is
    /// still there; `None` for sensors that see neither keyboards nor displays.
    pub fn take(
        &mut self,
        sensor: &'static str,
        seen: &[Observation],
        now: Timestamp,
    ) -> Option<Vec<Observation>> {
        let is_first = self.known.insert(sensor);
        let (times, counts): (_, fn(&Observation) -> bool) = match sensor {
            "usb" => (&mut self.keyboards, is_keyboard),
            "display" => (&mut self.displays, is_display),
            _ => return None,
        };
        let there: Vec<&Observation> = seen.iter().filter(|one| counts(one)).collect();
        times.retain(|subject, _| there.iter().any(|one| one.subject == *subject));
        for one in there {
            times.entry(one.subject.clone()).or_insert((!is_first).then_some(now));
        }
        Some(self.pairs())
    }

    fn pairs(&self) -> Vec<Observation> {
        let came =
            |(subject, time): (&String, &Option<Timestamp>)| Some((subject.clone(), (*time)?));
        let displays: Vec<_> = self.displays.iter().filter_map(came).collect();
        let keyboards = self.keyboards.iter().filter_map(came);
        let pairs = keyboards.flat_map(|(keyboard, at)| {
            let with = displays
                .iter()
                .filter(move |(_, other)| at.duration_since(*other).abs() <= TOGETHER);
            with.map(move |(display, _)| pair(&keyboard, display)).collect::<Vec<_>>()
        });
        pairs.collect()
    }
}

/// The subject is the keyboard's port, so that what is known of that port and
/// its arrival are told of one and the same thing.
fn pair(keyboard: &str, display: &str) -> Observation {
    let facts = Pair { keyboard: keyboard.to_owned(), display: display.to_owned() };
    observe("arrival", keyboard, "the times at which they were first seen", &facts)
}

fn is_keyboard(seen: &Observation) -> bool {
    let keyboard = Value::Text("keyboard".to_owned());
    matches!(seen.fields.get("hid_roles"), Some(Value::List(roles)) if roles.contains(&keyboard))
}

fn is_display(seen: &Observation) -> bool {
    seen.fields.get("status") == Some(&Value::Text("connected".to_owned()))
        && seen.fields.get("internal") == Some(&Value::Flag(false))
}
