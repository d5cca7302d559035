//! Whether light refutes where a laptop belongs, whatever its exit says.

use super::Desk;
use crate::place::code::Code;
use crate::place::expected::Expected;
use crate::place::landmark;
use crate::place::landmark::SOONEST_MS;
use crate::place::landmark::Way;
use crate::place::network::Class;
use crate::place::point::Band;
use crate::place::point::KM_PER_MS;

/// A way that is too short.
struct Refuting {
    /// Who is at its other end, in words.
    to: String,
    way: Way,
    stretch: f64,
    /// Whether it was measured often enough, and what that would take.
    is_enough: bool,
    wanted: &'static str,
}

impl Desk<'_> {
    /// However packets are led, what answers is no farther than light goes in
    /// that time. The echo is answered by the laptop itself.
    pub(super) fn physics(&mut self) {
        let Some(expected) = self.known.expected else { return };
        let mut all = self.refuting_landmarks(expected);
        all.extend(self.refuting_echo(expected));
        // What was seen often enough comes first, then what says most.
        all.sort_by(|one, other| {
            let by_stretch = one.stretch.total_cmp(&other.stretch);
            other.is_enough.cmp(&one.is_enough).then(by_stretch)
        });
        let Some(most) = all.first() else { return };
        if self.class() == Class::Corp {
            return self.note(
                "the laptop is too near to one of your machines for where it belongs, but within \
                 a network of your own",
            );
        }
        let km = expected.km_beyond(most.way.to, self.known.today).unwrap_or_default();
        let shows = format!(
            "{} in {:.1} ms, so the laptop is within {:.0} km of it; {} begins {} away",
            most.to,
            most.way.least_ms,
            most.way.least_ms * KM_PER_MS,
            self.areas(),
            Band::of(km)
        );
        self.find(Code::PhysicsRefutes, shows).until(most.is_enough, most.wanted);
    }

    fn refuting_echo(&self, expected: &Expected) -> Option<Refuting> {
        let way = self.echo()?;
        let stretch = self.refuting(expected, way)?;
        Some(Refuting {
            to: "the laptop answers the collector".to_owned(),
            way,
            stretch,
            is_enough: self.known.path.is_enough(),
            wanted: "three connections on two days",
        })
    }

    fn echo(&self) -> Option<Way> {
        let known = self.known;
        let (to, least_ms) = known.collector.zip(known.path.echo_ms)?;
        Some(Way { to, least_ms })
    }

    fn refuting_landmarks(&mut self, expected: &Expected) -> Vec<Refuting> {
        let all = self.known.landmarks.iter().filter_map(|one| {
            Some(Refuting {
                to: format!("the landmark {} answers the laptop", one.name),
                way: one.way,
                stretch: self.refuting(expected, one.way)?,
                is_enough: one.is_again,
                wanted: "a second day",
            })
        });
        let all: Vec<Refuting> = all.collect();
        match self.stand_in() {
            Some(why) if !all.is_empty() => {
                self.note(format!("the ways to landmarks are not judged: {why}"));
                Vec::new()
            }
            _ => all,
        }
    }

    /// Why something on the way may answer in the stead of a landmark, which
    /// shows nobody that it is itself; nothing if nothing is known to.
    fn stand_in(&self) -> Option<String> {
        let class = self.class();
        if !matches!(class, Class::Fixed | Class::Unknown) {
            return Some(format!("in a network of kind {class} others may answer for them"));
        }
        if self.known.path.is_ended_between() {
            return Some("what ends TCP on the way may answer for them".to_owned());
        }
        let mut ways: Vec<Way> = self.known.landmarks.iter().map(|one| one.way).collect();
        if ways.iter().any(|way| way.least_ms < SOONEST_MS) {
            return Some("one is answered for on the laptop or beside it".to_owned());
        }
        ways.extend(self.echo());
        let is_nowhere = landmark::contradict(&ways);
        is_nowhere.then(|| "no place has all of them, so one is answered for".to_owned())
    }

    /// How many times as long as light would need a way is, if that is too short.
    fn refuting(&self, expected: &Expected, way: Way) -> Option<f64> {
        let stretch = landmark::stretch(expected, &[way], self.known.today);
        stretch.filter(|stretch| landmark::refutes(*stretch))
    }
}
