//! What the collector decides of what it has measured.

use super::measure::Measured;
use super::measure::name;
use super::scenario;
use super::scenario::Expected;
use super::scenario::Scenario;
use collector::place::code::Code;
use collector::place::decide::Decision;
use collector::place::decide::Device;
use collector::place::decide::Exit;
use collector::place::decide::Known;
use collector::place::decide::Past;
use collector::place::decide::decide;
use collector::place::expected::Expected as Belongs;
use collector::place::landmark::Landmark;
use collector::place::landmark::Way;
use collector::place::network::Classified;
use collector::place::path::CONNECTIONS;
use collector::place::path::Path;
use collector::place::path::Sample;
use collector::place::syn::Stack;
use collector::place::vote::Outcome;
use collector::place::vote::Vote;
use jiff::SignedDuration;
use jiff::civil::date;
use std::collections::BTreeMap;
use std::time::Duration;

/// What the company's laptops on lines at home need at most, but for one in a
/// hundred, in milliseconds, and how many there are of them. A made-up fleet.
const USUAL: (f64, usize) = (60.0, 30);

/// What is found of one laptop.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// What its connections say together.
    pub path: Path,
    /// What was decided.
    pub decision: Decision,
}

/// Judges a laptop by so many connections, of which the first is taken to be
/// from the day before: the lab does not wait that long.
pub fn judge(scenario: &Scenario, measured: &[Measured]) -> Option<Verdict> {
    let address = measured.first()?.exit;
    let mut samples: Vec<Sample> = measured.iter().map(|one| one.sample).collect();
    samples[0].at -= SignedDuration::from_hours(24);
    let path = Path::of(&samples);
    let because = "the scenario".to_owned();
    let network = Classified { class: scenario.class, because };
    let (countries, outcome) = (BTreeMap::new(), Outcome::Silent);
    let vote = Vote { countries, outcome, oldest_days: None, spot: None };
    let usual = (!scenario.map.is_some_and(|map| map.is_alone)).then_some(USUAL);
    let past = Past { usual, tail_days: 3, ..Past::default() };
    let expected = scenario.map.and_then(|map| map.belongs.parse().ok()).map(Belongs::at);
    let landmarks = landmarks(scenario, measured);
    let decision = decide(&Known {
        exit: &Exit { address, network, vote, system: None, organization: None },
        path: &path,
        expected: expected.as_ref(),
        device: &Device { stack: Some(Stack::Unix), ..Device::default() },
        past: &past,
        collector: scenario.map.map(|map| map.collector),
        landmarks: &landmarks,
        today: date(2026, 11, 28),
    });
    Some(Verdict { path, decision })
}

/// The least of what was measured of each landmark, as if on two days.
fn landmarks(scenario: &Scenario, measured: &[Measured]) -> Vec<Landmark> {
    let map = scenario.map.iter().flat_map(|map| map.landmarks).enumerate();
    let of = |(number, landmark): (usize, &scenario::Landmark)| {
        let all = measured.iter().flat_map(|one| &one.landmarks);
        let its = all.filter(|least| least.name == name(number));
        let least = its.map(|least| least.microseconds).min()?;
        let least_ms = Duration::from_micros(least).as_secs_f64() * 1000.0;
        let way = Way { to: landmark.place, least_ms };
        Some(Landmark { name: name(number), way, is_again: true })
    };
    map.filter_map(of).collect()
}

/// Judges as many laptops as there are connections for.
pub fn judge_all(scenario: &Scenario, measured: &[Measured]) -> Vec<Verdict> {
    measured.chunks_exact(CONNECTIONS).filter_map(|laptop| judge(scenario, laptop)).collect()
}

impl Verdict {
    /// What is found, whether it is open or still waits for something.
    pub fn found(&self) -> Vec<Code> {
        self.decision.found.iter().map(|found| found.code).collect()
    }

    /// True if the decision is what the scenario expects, and nothing else.
    pub fn is_expected(&self, expected: Expected) -> bool {
        let is_open = self.decision.found.iter().all(|found| found.waits.is_none());
        let notes = self.decision.notes.len();
        match expected {
            Expected::Nothing => self.found().is_empty() && notes == 0,
            Expected::Note => self.found().is_empty() && notes == 1,
            Expected::Found(code) => self.found() == [code] && is_open && notes == 0,
        }
    }

    /// What was found, in words.
    pub fn told(&self) -> String {
        let codes: Vec<String> = self.found().iter().map(Code::to_string).collect();
        match (&codes[..], &self.decision.notes[..]) {
            ([], []) => "nothing".to_owned(),
            ([], _) => "a note".to_owned(),
            _ => codes.join(", "),
        }
    }
}
