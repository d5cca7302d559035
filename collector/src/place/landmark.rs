//! Landmarks: places of the company's own to which the way from a laptop was
//! measured. The collector is one, and asks itself; the way to others agents
//! measure, by how long a connection takes to come about.
//! What light cannot have done refutes where a laptop is said to be, whatever
//! the databases say; a long way by itself proves nothing.
//!
//! A laptop can only lie by taking longer, or saying so: then it is refuted less.
//! But what ends TCP on its way answers in a landmark's stead, and sooner; where
//! that may be so, such a way says nothing.

use super::expected::Expected;
use super::point::KM_PER_MS;
use super::point::Point;
use jiff::civil::Date;

/// The way from a laptop to a landmark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Where the landmark is.
    pub to: Point,
    /// The smallest round trip measured, in milliseconds.
    pub least_ms: f64,
}

/// A landmark to which a laptop measured the way.
#[derive(Clone, Debug, PartialEq)]
pub struct Landmark {
    /// What it is called.
    pub name: String,
    /// The way.
    pub way: Way,
    /// True if it was measured on more than one day.
    pub is_again: bool,
}

/// A connection to another place does not come about sooner over any line to a
/// home, in milliseconds: what is faster was answered on the laptop or beside it.
pub const SOONEST_MS: f64 = 1.0;

/// So far apart two ways may seem to end although they begin at one place, in
/// kilometers: coordinates are rounded.
const ROUNDED_KM: f64 = 20.0;

/// True if no place on earth has all these ways: somebody nearer has answered in
/// the stead of one of their ends.
pub fn contradict(ways: &[Way]) -> bool {
    ways.iter().enumerate().any(|(number, one)| {
        ways.iter().skip(number + 1).any(|other| {
            let most = (one.least_ms + other.least_ms) * KM_PER_MS + ROUNDED_KM;
            one.to.km_to(other.to) > most
        })
    })
}

/// How many times as long as light would need from where the laptop belongs the
/// ways are: the least of all landmarks. Below 1 the laptop is not where it
/// belongs, or may be today, see [`refutes`]. `None` if that has no edge that is
/// known, or no landmark outside it answered.
pub fn stretch(expected: &Expected, ways: &[Way], today: Date) -> Option<f64> {
    let measured = ways.iter().filter(|way| way.least_ms.is_finite() && way.least_ms > 0.0);
    let of = |way: &Way| {
        let km = expected.km_beyond(way.to, today).filter(|km| *km > 0.0)?;
        Some(way.least_ms * KM_PER_MS / km)
    };
    measured.filter_map(of).reduce(f64::min)
}

/// True if some landmark is farther from all places where the laptop belongs
/// than light goes in the time measured.
pub fn refutes(stretch: f64) -> bool {
    stretch < 1.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    const TODAY: Date = date(2026, 11, 28);

    fn point() -> impl Strategy<Value = Point> {
        (-90.0..=90.0, -180.0..=180.0)
            .prop_map(|(latitude, longitude)| Point { latitude, longitude })
    }

    fn at(point: Point) -> Expected {
        let Point { latitude, longitude } = point;
        Expected::at(format!("US@{latitude},{longitude}").parse().unwrap())
    }

    fn ways(from: Point, landmarks: &[Point], inflation: f64) -> Vec<Way> {
        let way = |&to: &Point| Way { to, least_ms: from.km_to(to) * inflation / KM_PER_MS };
        landmarks.iter().map(way).collect()
    }

    proptest! {
        #[test]
        fn nobody_is_refuted_by_light_that_came_straight(
            here in point(),
            landmarks in prop::collection::vec(point(), 0..8),
        ) {
            let stretch = stretch(&at(here), &ways(here, &landmarks, 1.0), TODAY);
            prop_assert!(!stretch.is_some_and(refutes), "{stretch:?}");
        }

        #[test]
        fn ways_of_one_place_never_contradict_each_other(
            here in point(),
            landmarks in prop::collection::vec(point(), 0..8),
            longer in 1.0..3.0,
        ) {
            prop_assert!(!contradict(&ways(here, &landmarks, longer)));
        }

        /// A longer way refutes less, and a landmark more refutes no less.
        #[test]
        fn it_is_the_landmark_that_says_most_that_counts(
            here in point(),
            claimed in point(),
            landmarks in prop::collection::vec(point(), 1..8),
            longer in 1.0..3.0,
        ) {
            let near = ways(here, &landmarks, 1.0);
            let all = stretch(&at(claimed), &near, TODAY).unwrap_or(f64::INFINITY);
            let far = ways(here, &landmarks, longer);
            prop_assert!(all <= stretch(&at(claimed), &far, TODAY).unwrap_or(f64::INFINITY));
            prop_assert!(all <= stretch(&at(claimed), &near[1..], TODAY).unwrap_or(f64::INFINITY));
        }
    }

    #[test]
    fn a_laptop_near_a_landmark_is_not_an_ocean_away() {
        let texas = Expected::at("US-TX".parse().unwrap());
        let tokyo = Point { latitude: 35.69, longitude: 139.69 };
        let virginia = Point { latitude: 39.04, longitude: -77.49 };
        let way = |to, least_ms| Way { to, least_ms };
        let there = stretch(&texas, &[way(virginia, 160.0), way(tokyo, 35.0)], TODAY).unwrap();
        let here = stretch(&texas, &[way(virginia, 35.0), way(tokyo, 140.0)], TODAY).unwrap();
        assert!(refutes(there) && !refutes(here), "{there} {here}");
    }

    #[test]
    fn what_answers_for_two_landmarks_from_one_place_is_found_out() {
        let tokyo = Point { latitude: 35.69, longitude: 139.69 };
        let virginia = Point { latitude: 39.04, longitude: -77.49 };
        let way = |to, least_ms| Way { to, least_ms };
        assert!(contradict(&[way(tokyo, 20.0), way(virginia, 20.0)]));
        assert!(!contradict(&[way(tokyo, 75.0), way(virginia, 40.0)]));
        assert!(!contradict(&[way(tokyo, 20.0)]) && !contradict(&[]));
    }

    #[test]
    fn what_was_not_measured_says_nothing() {
        let tokyo = Point { latitude: 35.69, longitude: 139.69 };
        let texas = Expected::at("US-TX".parse().unwrap());
        let way = |least_ms| [Way { to: tokyo, least_ms }];
        for least_ms in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(stretch(&texas, &way(least_ms), TODAY), None);
        }
        assert_eq!(stretch(&texas, &[], TODAY), None);
        let nowhere_known = Expected::at("QQ".parse().unwrap());
        assert_eq!(stretch(&nowhere_known, &way(1.0), TODAY), None);
        for within in ["JP@35.7,139.7", "JP", "JP-13"] {
            let japan = Expected::at(within.parse().unwrap());
            assert_eq!(stretch(&japan, &way(300.0), TODAY), None);
        }
    }

    #[test]
    fn of_a_country_no_more_is_said_than_where_it_ends() {
        let tokyo = Point { latitude: 35.69, longitude: 139.69 };
        let from = |home: &str, least_ms| {
            let home = Expected::at(home.parse().unwrap());
            stretch(&home, &[Way { to: tokyo, least_ms }], TODAY).unwrap()
        };
        // The Aleutians are some 3,100 km from Tokyo.
        assert!(refutes(from("US", 30.0)) && !refutes(from("US", 45.0)));
        assert!(refutes(from("DE", 80.0)) && !refutes(from("DE", 95.0)));
        assert!(refutes(from("CA-ON", 40.0)) && !refutes(from("CA-ON", 80.0)));
    }

    #[test]
    fn neighbors_and_journeys_are_where_a_laptop_may_be() {
        let tokyo = Point { latitude: 35.69, longitude: 139.69 };
        let way = [Way { to: tokyo, least_ms: 35.0 }];
        let at = |change: fn(&mut Expected)| {
            let mut texas = Expected::at("US-TX".parse().unwrap());
            change(&mut texas);
            stretch(&texas, &way, TODAY).is_some_and(refutes)
        };
        assert!(at(|_| {}));
        assert!(at(|texas| texas.travel = vec!["CA 2026-11-20..2026-11-30 T".parse().unwrap()]));
        assert!(!at(|texas| texas.travel = vec!["KR 2026-11-20..2026-11-30 T".parse().unwrap()]));
        assert!(at(|texas| texas.travel = vec!["KR 2026-11-01..2026-11-20 T".parse().unwrap()]));
        assert!(at(|texas| texas.borders = ["MX".parse().unwrap()].into()));
        assert!(!at(|texas| texas.borders = ["RU".parse().unwrap()].into()));
        assert!(!at(|texas| texas.borders = ["QQ".parse().unwrap()].into()));
        assert!(!at(|texas| texas.offices = vec!["KR".parse().unwrap()]));
    }
}
