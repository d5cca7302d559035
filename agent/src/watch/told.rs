//! What is told although no signature names it, and how often.

use crate::sensors;
use crate::sensors::Sensor;
use crate::world::World;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Observation;

/// A report is made for it at most so often: a lid that is opened and closed
/// again and again is no news each time.
const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// What was told last, and when.
#[derive(Default)]
pub struct Told {
    /// The sensors that are told.
    sensors: Vec<&'static str>,
    last: Vec<Observation>,
    at: Option<Timestamp>,
}

impl Told {
    /// Tells of those of `sensors` whose observations are told.
    pub fn of(sensors: impl IntoIterator<Item = &'static str>) -> Self {
        let is_told = |name: &&str| sensors::find(name).is_some_and(Sensor::is_told);
        Self { sensors: sensors.into_iter().filter(is_told).collect(), ..Self::default() }
    }

    /// How long to wait before a report is made for what has changed since it
    /// was told; `None` if nothing has.
    pub fn wait(&self, world: &World, now: Timestamp) -> Option<SignedDuration> {
        if self.current(world).eq(&self.last) {
            return None;
        }
        let rested = self.at.map_or(PAUSE, |at| now.duration_since(at));
        // A clock that was set back must not keep us silent.
        let rested = if rested.is_negative() { PAUSE } else { rested };
        Some((PAUSE - rested).max(SignedDuration::ZERO))
    }

    /// All there is, to be put into a report that is written now.
    pub fn write(&mut self, world: &World, now: Timestamp) -> Vec<Observation> {
        self.last = self.current(world).cloned().collect();
        self.at = Some(now);
        self.last.clone()
    }

    fn current<'a>(&'a self, world: &'a World) -> impl Iterator<Item = &'a Observation> {
        self.sensors.iter().flat_map(|sensor| world.seen(sensor))
    }
}
