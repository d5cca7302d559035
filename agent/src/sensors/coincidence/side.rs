//! One side of a coincidence: the keyboards, or the displays.

use super::TOGETHER;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// What is there and what has just gone, by subject.
#[derive(Debug, Default)]
pub struct Side {
    /// When each that is there now came; `None` for those that were there when
    /// watching began.
    there: BTreeMap<String, Option<Timestamp>>,
    /// When each that had been there for a while was first missed.
    gone: BTreeMap<String, Timestamp>,
}

impl Side {
    /// Takes in the subjects that are there now; new ones came at `since`.
    pub fn take(&mut self, there: &BTreeSet<&str>, since: Option<Timestamp>, now: Timestamp) {
        let missing = self.there.extract_if(.., |subject, _| !there.contains(subject.as_str()));
        let settled = missing.filter(|(_, came)| came.is_none_or(|came| !is_near(came, now)));
        self.gone.extend(settled.map(|(subject, _)| (subject, now)));
        for &subject in there {
            self.gone.remove(subject);
            self.there.entry(subject.to_owned()).or_insert(since);
        }
    }

    /// True if it is there.
    pub fn has(&self, subject: &str) -> bool {
        self.there.contains_key(subject)
    }

    /// Those that are there and were seen to come, and when.
    pub fn came(&self) -> BTreeMap<String, Timestamp> {
        let came = self.there.iter();
        came.filter_map(|(subject, came)| Some((subject.clone(), (*came)?))).collect()
    }

    /// Those that went just now, and when. The others are forgotten.
    pub fn gone(&mut self, now: Timestamp) -> BTreeMap<String, Timestamp> {
        self.gone.retain(|_, at| is_near(*at, now));
        self.gone.clone()
    }

    /// Every keyboard with every display to which it happened together, and
    /// when it had happened to both.
    pub fn together(
        keyboards: &BTreeMap<String, Timestamp>,
        displays: &BTreeMap<String, Timestamp>,
    ) -> Vec<(String, String, Timestamp)> {
        let mut pairs = Vec::new();
        for (keyboard, &at) in keyboards {
            let near = displays.iter().filter(|(_, other)| is_near(at, **other));
            pairs.extend(
                near.map(|(display, &other)| (keyboard.clone(), display.clone(), at.max(other))),
            );
        }
        pairs
    }
}

fn is_near(one: Timestamp, other: Timestamp) -> bool {
    one.duration_since(other).abs() <= TOGETHER
}
