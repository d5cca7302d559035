//! Landmarks: places of the company's own to which the way from a laptop was
//! measured. The collector is one; others no agent measures yet.
//! What light cannot have done refutes where a laptop is said to be, whatever
//! the databases say; a long way by itself proves nothing.

use super::expected::Expected;
use super::point::KM_PER_MS;
use super::point::Point;

/// The way from a laptop to a landmark.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    /// Where the landmark is.
    pub to: Point,
    /// The smallest round trip measured, in milliseconds.
    pub least_ms: f64,
}

/// How many times as long as light would need from where the laptop belongs the
/// ways are: the least of all landmarks. Below 1 the laptop is not where it
/// belongs, see [`refutes`]. `None` if that has no edge that is known, or no
/// landmark outside it answered.
pub fn stretch(expected: &Expected, ways: &[Way]) -> Option<f64> {
    let measured = ways.iter().filter(|way| way.least_ms.is_finite() && way.least_ms > 0.0);
    let of = |way: &Way| {
        let km = expected.km_outside(way.to).filter(|km| *km > 0.0)?;
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
    use proptest::prelude::*;

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
            let stretch = stretch(&at(here), &ways(here, &landmarks, 1.0));
            prop_assert!(!stretch.is_some_and(refutes), "{stretch:?}");
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
            let all = stretch(&at(claimed), &near).unwrap_or(f64::INFINITY);
            let far = ways(here, &landmarks, longer);
            prop_assert!(all <= stretch(&at(claimed), &far).unwrap_or(f64::INFINITY));
            prop_assert!(all <= stretch(&at(claimed), &near[1..]).unwrap_or(f64::INFINITY));
        }
    }

    #[test]
    fn a_laptop_near_a_landmark_is_not_an_ocean_away() {
        let texas = Expected::at("US-TX".parse().unwrap());
        let tokyo = Point { latitude: 35.69, longitude: 139.69 };
        let virginia = Point { latitude: 39.04, longitude: -77.49 };
        let way = |to, least_ms| Way { to, least_ms };
        let there = stretch(&texas, &[way(virginia, 160.0), way(tokyo, 35.0)]).unwrap();
        let here = stretch(&texas, &[way(virginia, 35.0), way(tokyo, 140.0)]).unwrap();
        assert!(refutes(there) && !refutes(here), "{there} {here}");
    }

    #[test]
    fn what_was_not_measured_says_nothing() {
        let tokyo = Point { latitude: 35.69, longitude: 139.69 };
        let texas = Expected::at("US-TX".parse().unwrap());
        let way = |least_ms| [Way { to: tokyo, least_ms }];
        for least_ms in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            assert_eq!(stretch(&texas, &way(least_ms)), None);
        }
        assert_eq!(stretch(&texas, &[]), None);
        let anywhere = Expected::at("US".parse().unwrap());
        assert_eq!(stretch(&anywhere, &way(1.0)), None);
        let japan = Expected::at("JP@35.7,139.7".parse().unwrap());
        assert_eq!(stretch(&japan, &way(300.0)), None);
    }
}
