//! Points on the earth, and how far apart they are.

use serde::Deserialize;
use serde::Serialize;
use std::fmt;
use std::str::FromStr;

/// The earth's mean radius in kilometers (IUGG).
const EARTH: f64 = 6371.0;

/// In fiber light goes at most this far, there and back, in a millisecond: two
/// thirds of 299,792 km/s, halved.
pub const KM_PER_MS: f64 = 100.0;

/// A plane does not go faster, in kilometers an hour.
pub const PLANE_KMH: f64 = 1000.0;

/// So far outside where it belongs is far for a laptop, in kilometers.
pub const FAR_KM: f64 = 200.0;

/// Two exits closer than this are within what databases err, in kilometers.
pub const APART_KM: f64 = 500.0;

/// A point on the earth, in degrees.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// North of the equator; -90 to 90.
    pub latitude: f64,
    /// East of Greenwich; -180 to 180.
    pub longitude: f64,
}

impl Point {
    /// `None` for numbers that are no point.
    pub fn new(latitude: f64, longitude: f64) -> Option<Self> {
        let is_point = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        is_point.then_some(Self { latitude, longitude })
    }

    /// The great circle distance in kilometers (haversine).
    pub fn km_to(self, other: Self) -> f64 {
        let (from, to) = (self.latitude.to_radians(), other.latitude.to_radians());
        let up = ((to - from) / 2.0).sin();
        let along = ((other.longitude - self.longitude).to_radians() / 2.0).sin();
        let square = up * up + from.cos() * to.cos() * along * along;
        2.0 * EARTH * square.clamp(0.0, 1.0).sqrt().asin()
    }
}

impl FromStr for Point {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let point = text.split_once(',').and_then(|(latitude, longitude)| {
            Self::new(latitude.trim().parse().ok()?, longitude.trim().parse().ok()?)
        });
        point.ok_or_else(|| {
            format!("`{text}` is not a latitude and a longitude, such as 30.3,-97.7")
        })
    }
}

/// How far apart two places are, as roughly as it leaves the decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Band {
    /// Less than 50 km.
    Near,
    /// 50 to 200 km.
    Region,
    /// 200 to 500 km.
    Far,
    /// 500 to 2000 km.
    Distant,
    /// More than 2000 km.
    Remote,
}

impl Band {
    /// The band of a distance.
    pub fn of(km: f64) -> Self {
        match km {
            ..50.0 => Self::Near,
            ..200.0 => Self::Region,
            ..500.0 => Self::Far,
            ..2000.0 => Self::Distant,
            _ => Self::Remote,
        }
    }
}

impl fmt::Display for Band {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Near => "less than 50 km",
            Self::Region => "50 to 200 km",
            Self::Far => "200 to 500 km",
            Self::Distant => "500 to 2000 km",
            Self::Remote => "more than 2000 km",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(from: &str, to: &str, expected: f64) {
        let [from, to]: [Point; 2] = [from, to].map(|text| text.parse().unwrap());
        assert!((from.km_to(to) - expected).abs() < 0.01 * expected + 0.1, "{}", from.km_to(to));
        assert!((from.km_to(to) - to.km_to(from)).abs() < 1e-6);
    }

    #[test]
    fn distances_are_those_of_the_globe() {
        check("40.71,-74.01", "34.05,-118.24", 3936.0);
        check("0,179.5", "0,-179.5", 111.2);
        check("90,0", "-90,0", 20015.0);
        check("51,7", "51,7", 0.0);
    }

    #[test]
    fn what_is_not_on_the_globe_is_no_point() {
        for text in ["", "1", "91,0", "0,181", "NaN,0", "a,b"] {
            assert!(text.parse::<Point>().is_err(), "{text}");
        }
    }
}
