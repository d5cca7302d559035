//! What came to the ports, or left them, at the same time.
//!
//! No host can be asked for that: the watch, which has seen it happen, tells
//! it here. On a recording, and on a single look, nothing came or left.

mod side;
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
use side::Side;
use std::collections::BTreeSet;

/// The name observations and signatures use.
pub const NAME: &str = "coincidence";

/// Tells what came together and what left together.
pub struct Coincidence;

/// What happens within this time of each other happens together: a box with a
/// video and a USB plug takes some seconds to be recognized on both.
const TOGETHER: SignedDuration = SignedDuration::from_secs(10);

/// How long it is told that something left, if nothing comes back.
const TOLD: SignedDuration = SignedDuration::from_hours(24);

/// The most pairs told of each change; a made-up hub has ports without end.
const MOST: usize = 32;

/// What happened to a keyboard and a display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Happening {
    /// They came, and are there.
    Came,
    /// They were there for a while, went, and neither is back.
    Left,
}

/// A keyboard and a display to which the same happened together.
#[derive(Serialize)]
struct Pair<'a> {
    change: Happening,
    /// The port of the keyboard, such as `1-4`.
    keyboard: &'a str,
    /// The connector of the display, such as `card0-HDMI-A-1`.
    display: &'a str,
}

impl Sensor for Coincidence {
    fn name(&self) -> &'static str {
        NAME
    }

    fn reads(&self) -> &'static str {
        "which keyboard and which display came, or left, within seconds of each other"
    }

    fn look(&self, _host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        Err(Blind::Absent)
    }

    fn example(&self) -> Observation {
        pair(Happening::Came, "1-4", "card0-HDMI-A-1")
    }
}

/// The keyboards and displays that are there, since when, and those that have
/// just gone. Begins anew with each start: at first nothing has come or left.
#[derive(Debug, Default)]
pub struct Coincidences {
    keyboards: Side,
    displays: Side,
    /// The sensors that have looked.
    known: BTreeSet<&'static str>,
    left: Vec<Left>,
}

/// A keyboard and a display that left together.
#[derive(Debug)]
struct Left {
    keyboard: String,
    display: String,
    at: Timestamp,
}

impl Coincidences {
    /// Takes in what a sensor sees. Gives what came together, as far as it is
    /// still there, and what left together, as far as neither is back; `None`
    /// for sensors that see neither keyboards nor displays, and until both
    /// kinds have been looked for.
    ///
    /// Only looks that worked may be taken: what is out of sight has not left.
    pub fn take(
        &mut self,
        sensor: &'static str,
        seen: &[Observation],
        now: Timestamp,
    ) -> Option<Vec<Observation>> {
        let (side, counts): (_, fn(&Observation) -> bool) = match sensor {
            "usb" => (&mut self.keyboards, is_keyboard),
            "display" => (&mut self.displays, is_display),
            _ => return None,
        };
        let since = (!self.known.insert(sensor)).then_some(now);
        let there = seen.iter().filter(|one| counts(one)).map(|one| one.subject.as_str());
        side.take(&there.collect(), since, now);
        self.pair_off(now);
        (self.known.len() == 2).then(|| self.told())
    }

    /// Notes which of those that have just gone went together, and forgets
    /// pairs of which one is back or that went long ago.
    fn pair_off(&mut self, now: Timestamp) {
        let gone = Side::together(&self.keyboards.gone(now), &self.displays.gone(now));
        for (keyboard, display, at) in gone.into_iter().filter(|(.., at)| *at == now) {
            self.left.retain(|left| left.keyboard != keyboard || left.display != display);
            self.left.push(Left { keyboard, display, at });
        }
        self.left.retain(|left| {
            let is_back = self.keyboards.has(&left.keyboard) || self.displays.has(&left.display);
            !is_back && now.duration_since(left.at).abs() < TOLD
        });
        let surplus = self.left.len().saturating_sub(MOST);
        self.left.drain(..surplus);
    }

    fn told(&self) -> Vec<Observation> {
        let came = Side::together(&self.keyboards.came(), &self.displays.came());
        let came = came.into_iter().take(MOST);
        let came = came.map(|(keyboard, display, _)| pair(Happening::Came, &keyboard, &display));
        let left =
            self.left.iter().map(|left| pair(Happening::Left, &left.keyboard, &left.display));
        came.chain(left).collect()
    }
}

/// The subject is the keyboard's port, so that what is known of that port and
/// this are told of one and the same thing.
fn pair(change: Happening, keyboard: &str, display: &str) -> Observation {
    let source = match change {
        Happening::Came => "the times at which they were first seen",
        Happening::Left => "the times from which they were no longer seen",
    };
    observe(NAME, keyboard, source, &Pair { change, keyboard, display })
}

/// True if it declares to be a keyboard, in whatever else it is.
pub fn is_keyboard(seen: &Observation) -> bool {
    let keyboard = Value::Text("keyboard".to_owned());
    matches!(seen.fields.get("hid_roles"), Some(Value::List(roles)) if roles.contains(&keyboard))
}

fn is_display(seen: &Observation) -> bool {
    seen.fields.get("status") == Some(&Value::Text("connected".to_owned()))
        && seen.fields.get("internal") == Some(&Value::Flag(false))
}
