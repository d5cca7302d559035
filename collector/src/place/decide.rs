//! From what is known of a laptop to what is found about its place.
//!
//! What is not known is never held against anybody: each rule needs all it
//! speaks of, and is silent otherwise.

mod device;
mod physics;
mod path;
#[cfg(test)]
mod tests;

use super::code::Code;
use super::country::Country;
use super::expected::Expected;
use super::landmark::Landmark;
use super::network::Class;
use super::network::Classified;
use super::path::Path;
use super::point::Point;
use super::score::Score;
use super::syn::Stack;
use super::vote::Vote;
use jiff::civil::Date;
use model::Severity;
use serde::Serialize;
use std::net::IpAddr;

/// All that is known of a laptop, now.
#[derive(Clone, Debug)]
pub struct Known<'a> {
    /// Its exit.
    pub exit: &'a Exit,
    /// The way to it.
    pub path: &'a Path,
    /// Where it belongs; nothing if its company has not said.
    pub expected: Option<&'a Expected>,
    /// What it says of itself.
    pub device: &'a Device,
    /// What was before.
    pub past: &'a Past,
    /// Where the collector stands; nothing if its company has not said.
    pub collector: Option<Point>,
    /// The landmarks to which the laptop measured the way, from its exit.
    pub landmarks: &'a [Landmark],
    /// Today.
    pub today: Date,
}

/// An exit: the address a laptop comes from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Exit {
    /// The address.
    pub address: IpAddr,
    /// What kind of network it is in.
    pub network: Classified,
    /// What the databases say.
    pub vote: Vote,
    /// The autonomous system.
    pub system: Option<u32>,
    /// Whose that is.
    pub organization: Option<String>,
}

/// What a laptop says of itself.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Device {
    /// A VPN client or tunnel that nobody has approved.
    pub tunnel: Option<Tunnel>,
    /// The kind of TCP stack of its system, if that is known.
    pub stack: Option<Stack>,
    /// The countries of its time zone, and the zone's name.
    pub zone: Option<(String, Vec<Country>)>,
    /// The alerts open on it that tell of an operator elsewhere, and what each weighs.
    pub operator: Vec<(String, f64)>,
}

/// A VPN client or tunnel on a laptop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tunnel {
    /// What it is called.
    pub name: String,
    /// True for one that is known from such cases.
    pub is_telling: bool,
}

/// What was before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// For how many hours it has been seen in the country it is in now.
    pub country_hours: f64,
    /// From how many networks it came there.
    pub country_networks: usize,
    /// On how many working days it was as far away as now.
    pub region_days: usize,
    /// On how many days its way was as long as now.
    pub tail_days: usize,
    /// How many kilometers lie for certain between two exits that were in use
    /// at once, both of lines to a home or an office.
    pub apart_km: Option<f64>,
    /// How many kilometers, for certain, and hours lie between two exits that
    /// followed each other, both of lines to a home or an office.
    pub hop: Option<(f64, f64)>,
    /// How many kilometers, for certain, lie between where it was sent and
    /// where it was first seen.
    pub delivery_km: Option<f64>,
    /// Since how many days it is delivered without having been heard of.
    pub silent_days: Option<i64>,
    /// What its company's laptops in the same network need at most for a round
    /// trip, but for one in a hundred, in milliseconds; and how many they are.
    pub usual: Option<(f64, usize)>,
}

/// Something found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// What.
    pub code: Code,
    /// How bad it is here.
    pub severity: Severity,
    /// What it weighs here.
    pub weight: f64,
    /// What shows it, in numbers.
    pub shows: String,
    /// What must still be seen before it opens; nothing once it is open.
    pub waits: Option<String>,
    /// True if it goes to a person at once.
    pub is_case_alone: bool,
}

/// What is found, what was left aside and why, and what it is worth together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Decision {
    /// What is found, in order of codes.
    pub found: Vec<Found>,
    /// What was left aside, each in a sentence.
    pub notes: Vec<String>,
    /// What it is worth together; what still waits counts nothing.
    pub score: Score,
}

/// Decides.
pub fn decide(known: &Known<'_>) -> Decision {
    let mut desk = Desk { known, found: Vec::new(), notes: Vec::new() };
    desk.path();
    desk.device();
    let Desk { mut found, notes, .. } = desk;
    found.sort_by_key(|found| found.code);
    let score = Score::of(&found, &known.device.operator);
    Decision { found, notes, score }
}

/// What has been found so far.
struct Desk<'a> {
    known: &'a Known<'a>,
    found: Vec<Found>,
    notes: Vec<String>,
}

impl Desk<'_> {
    /// The class that counts: an office's exit is the company's own.
    fn class(&self) -> Class {
        let exit = self.known.exit;
        let is_office = self.known.expected.is_some_and(|one| one.is_office(exit.address));
        if is_office { Class::Corp } else { exit.network.class }
    }

    fn find(&mut self, code: Code, shows: String) -> &mut Found {
        let meaning = code.meaning();
        self.found.push(Found {
            code,
            severity: meaning.severity,
            weight: meaning.weight,
            shows,
            waits: None,
            is_case_alone: code.is_case_alone(),
        });
        let last = self.found.len() - 1;
        &mut self.found[last]
    }

    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }
}

impl Found {
    /// Waits for something unless it has been seen.
    fn until(&mut self, is_seen: bool, what: &str) {
        self.waits = (!is_seen).then(|| what.to_owned());
    }
}
