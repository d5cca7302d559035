//! Everything true on this host right now, as far as we can see.

use crate::sensors::Blind;
use model::Blindness;
use model::Observation;
use model::Sight;
use std::collections::BTreeMap;

/// All current observations, and how well each sensor sees.
#[derive(Debug, Default)]
pub struct World {
    seen: BTreeMap<&'static str, Vec<Observation>>,
    sight: BTreeMap<&'static str, Sight>,
}

impl World {
    /// Takes in one sensor's look; true if that changed anything.
    ///
    /// A failed look changes how well the sensor sees, never what it saw: a
    /// signature must not stop holding because we went blind. "There is none"
    /// is believed only of a sensor that has never seen anything; afterwards
    /// it is blindness: what was seen cannot become absent, only hidden.
    pub fn take(&mut self, sensor: &'static str, look: Result<Vec<Observation>, Blind>) -> bool {
        let sight = match look {
            Ok(observations) => return self.replace(sensor, observations),
            Err(Blind::Absent) if !self.sight.contains_key(sensor) => return false,
            Err(Blind::Absent) => blind("all of it".to_owned(), "no longer there".to_owned()),
            Err(Blind::Failed { source, reason }) => blind(source, reason),
        };
        self.sight.insert(sensor, sight.clone()) != Some(sight)
    }

    fn replace(&mut self, sensor: &'static str, observations: Vec<Observation>) -> bool {
        let saw = self.sight.insert(sensor, Sight::Seeing);
        let changed = self.seen.get(sensor) != Some(&observations);
        self.seen.insert(sensor, observations);
        changed || saw != Some(Sight::Seeing)
    }

    /// What a sensor last saw; nothing for one that never saw.
    pub fn seen(&self, sensor: &str) -> &[Observation] {
        self.seen.get(sensor).map_or(&[], Vec::as_slice)
    }

    /// The sensors this host has a use for, and how well each sees.
    pub fn sight(&self) -> BTreeMap<String, Sight> {
        self.sight.iter().map(|(&name, sight)| (name.to_owned(), sight.clone())).collect()
    }
}

fn blind(source: String, reason: String) -> Sight {
    Sight::Blind(Blindness { source, reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one() -> Vec<Observation> {
        vec![crate::sensors::find("usb").unwrap().example()]
    }

    #[test]
    fn a_blind_look_replaces_nothing() {
        let mut world = World::default();
        assert!(world.take("usb", Ok(one())));
        let failed = Blind::Failed { source: "/sys".to_owned(), reason: "timed out".to_owned() };
        assert!(world.take("usb", Err(failed)));
        assert_eq!(world.seen("usb"), one());
        let sight =
            BTreeMap::from([("usb".to_owned(), blind("/sys".to_owned(), "timed out".to_owned()))]);
        assert_eq!(world.sight(), sight);
    }

    #[test]
    fn what_was_seen_cannot_become_absent() {
        let mut world = World::default();
        assert!(!world.take("usb", Err(Blind::Absent)));
        assert_eq!(world.sight(), BTreeMap::new());
        world.take("usb", Ok(one()));
        assert!(world.take("usb", Err(Blind::Absent)));
        assert_eq!(world.seen("usb"), one());
        assert!(matches!(world.sight()["usb"], Sight::Blind(_)));
    }

    #[test]
    fn the_same_look_again_changes_nothing() {
        let mut world = World::default();
        assert!(world.take("usb", Ok(one())));
        assert!(!world.take("usb", Ok(one())));
    }
}
