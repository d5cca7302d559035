//! When the ways to landmarks are measured, beside everything else.
#![expect(clippy::disallowed_methods, reason = "part of the main loop: it reads the clock")]

#[cfg(test)]
mod tests;

use super::Turn;
use super::talk::chance;
use crate::config::Config;
use crate::config::Landmark;
use crate::config::Proxy;
use crate::sensors::network;
use crate::status::Measured;
use crate::uplink::Standing;
use crate::uplink::landmark;
use crate::watch::Letter;
use crate::watch::Look;
use jiff::Timestamp;
use model::Observation;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How often they are measured although the network stays, a quarter more or less.
const EVERY: Duration = Duration::from_hours(4);

/// They are measured no more often, however often the network changes.
const PAUSE: Duration = Duration::from_mins(5);

/// A network that has just changed may not lead anywhere yet.
const SETTLED: Duration = Duration::from_secs(3);

/// Measures the ways to landmarks from time to time.
pub struct Landmarks {
    all: Vec<Landmark>,
    proxy: Proxy,
    network: Vec<Observation>,
    /// When they are to be measured next; nothing as long as no report has
    /// reached the collector, for reports come first.
    due: Option<Instant>,
    begun: Option<Instant>,
    measuring: JoinSet<Vec<model::Landmark>>,
}

impl Landmarks {
    /// Those of the configuration.
    pub fn new(config: &Config) -> Self {
        Self {
            all: config.landmarks.clone(),
            proxy: config.proxy.clone(),
            network: Vec::new(),
            due: None,
            begun: None,
            measuring: JoinSet::new(),
        }
    }

    /// Hears what the network looks like now. That there is none is no other one.
    fn note(&mut self, seen: &[Observation], now: Instant) {
        if !network::has_way_out(seen) || !network::is_settled(seen) {
            return;
        }
        let has_changed = !self.network.is_empty() && !network::is_same(&self.network, seen);
        self.network = seen.to_vec();
        if has_changed && let Some(begun) = self.begun {
            self.due = Some((now + SETTLED).max(begun + PAUSE));
        }
    }

    /// Hears how things stand between us and the collector.
    fn hear(&mut self, standing: &Standing, now: Instant) {
        if !self.all.is_empty() && self.begun.is_none() && standing.acknowledged.is_some() {
            self.due = self.due.or(Some(now));
        }
    }

    /// When there is something to begin.
    pub fn due(&self) -> Option<Instant> {
        self.due.filter(|_| self.measuring.is_empty())
    }

    /// Begins if it is time, and says so if nothing is to be measured. `chance`
    /// is from 0 to 1.
    fn begin(&mut self, standing: &Standing, chance: f64, now: Instant) -> Option<Measured> {
        let collector = standing.collector.as_ref()?;
        self.due().filter(|due| *due <= now)?;
        self.begun = Some(now);
        self.due = Some(now + EVERY.mul_f64(0.75 + chance.clamp(0.0, 1.0) / 2.0));
        let direct = landmark::direct(&self.all, &self.proxy, collector);
        if direct.is_empty() {
            return Some(Measured { omitted: Some(OMITTED.to_owned()), ..Measured::default() });
        }
        self.measuring.spawn(landmark::measure(direct));
        None
    }

    /// What was measured, once it is.
    pub async fn next(&mut self) -> Option<Vec<model::Landmark>> {
        Some(self.measuring.join_next().await?.unwrap_or_default())
    }

    /// Takes in what was measured. If nothing answered, it is tried again soon.
    fn take(&mut self, ways: Vec<model::Landmark>, now: (Instant, Timestamp)) -> Measured {
        if ways.is_empty() {
            self.due = Some(now.0 + PAUSE);
        }
        Measured { at: Some(now.1), ways, omitted: None }
    }
}

impl Turn {
    /// Hears of a look that may have been at another network.
    pub(super) fn note_network(&mut self, look: &Look) {
        if let (network::NAME, Ok(seen)) = (look.sensor, &look.seen) {
            self.landmarks.note(seen, Instant::now());
        }
    }

    /// Hears that something has changed between us and the collector.
    pub(super) fn note_standing(&mut self) {
        self.landmarks.hear(&self.talk.standing(), Instant::now());
    }

    /// Begins to measure if it is time.
    pub(super) fn measure_landmarks(&mut self) {
        let begun = self.landmarks.begin(&self.talk.standing(), chance(), Instant::now());
        if let Some(omitted) = begun {
            self.status.landmarks = omitted;
            self.write_status();
        }
    }

    /// Tells what was measured, at once: later nobody could say from which exit.
    pub(super) fn tell_measured(&mut self, ways: Vec<model::Landmark>) {
        let now = Timestamp::now();
        let measured = self.landmarks.take(ways, (Instant::now(), now));
        if !measured.ways.is_empty() {
            let letter = self.watch.heartbeat(now);
            self.tell(Some(Letter { landmarks: measured.ways.clone(), ..letter }));
        }
        self.status.landmarks = measured;
    }
}

/// Why nothing is measured.
const OMITTED: &str = "a proxy is set, which would answer in their stead";
