//! Where a laptop has been of late, as far as its exits tell.
//!
//! Only what is kept of addresses is known here: some days, and no more.

use super::country::Country;
use super::decide::Exit;
use super::expected::Area;
use super::expected::Expected;
use super::network::Class;
use super::network::around;
use super::point::PLANE_KMH;
use super::point::Point;
use jiff::SignedDuration;
use jiff::Timestamp;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// An exit, and when the laptop came from there.
#[derive(Clone, Debug, PartialEq)]
pub struct Stay {
    /// The exit.
    pub exit: Exit,
    /// When it first came from there.
    pub first: Timestamp,
    /// When it last did.
    pub last: Timestamp,
}

/// The point of a line to a home or an office, and how far off it may be.
fn line(exit: &Exit) -> Option<(Point, f64)> {
    let spot = exit.vote.spot.as_ref()?;
    let is_fixed = exit.network.class == Class::Fixed;
    spot.radius.filter(|_| is_fixed).map(|radius| (spot.point, radius))
}

/// How many kilometers lie between two lines, for certain.
fn between(one: &Exit, other: &Exit) -> Option<f64> {
    let ((here, near), (there, far)) = (line(one)?, line(other)?);
    Some((here.km_to(there) - near - far).max(0.0))
}

impl Stay {
    fn country(&self) -> Option<Country> {
        self.exit.vote.outcome.country()
    }
}

/// For how many hours it has been in a country since it was last seen elsewhere,
/// and from how many networks it came there.
pub fn in_country(stays: &[Stay], country: Country) -> (f64, usize) {
    let there: Vec<&Stay> = stays.iter().filter(|stay| stay.country() == Some(country)).collect();
    let elsewhere = stays.iter().filter(|stay| stay.country() != Some(country));
    let left = elsewhere.map(|stay| stay.last).max();
    let first = there.iter().map(|stay| stay.first).min();
    let since = first.map(|first| left.map_or(first, |left| left.max(first)));
    let last = there.iter().map(|stay| stay.last).max();
    let span = since.zip(last).map(|(since, last)| hours(last.duration_since(since)));
    let hours = span.unwrap_or_default().max(0.0);
    let networks: BTreeSet<_> = there.iter().filter_map(|stay| around(stay.exit.address)).collect();
    (hours, networks.len())
}

/// On how many working days it came from so far outside where it belongs.
pub fn days_outside(stays: &[Stay], expected: &Expected, km: f64) -> usize {
    let is_far = |stay: &&Stay| {
        let outside = line(&stay.exit)
            .and_then(|(point, radius)| expected.km_outside(point).map(|outside| outside - radius));
        outside.is_some_and(|outside| outside > km)
    };
    let mut days = BTreeSet::new();
    for stay in stays.iter().filter(is_far) {
        let [first, last] = [stay.first, stay.last].map(|at| TimeZone::UTC.to_datetime(at).date());
        let mut day = first;
        while day <= last {
            if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) {
                days.insert(day);
            }
            match day.tomorrow() {
                Ok(next) => day = next,
                Err(_) => break,
            }
        }
    }
    days.len()
}

/// How many kilometers, for certain, and hours lie between the last two exits,
/// if both were lines and one was left before the other was come to.
pub fn hop(stays: &[Stay]) -> Option<(f64, f64)> {
    let mut newest: Vec<&Stay> = stays.iter().collect();
    newest.sort_by_key(|stay| std::cmp::Reverse(stay.first));
    let (now, before) = (newest.first()?, newest.get(1)?);
    let km = between(&now.exit, &before.exit)?;
    let gap = now.first.duration_since(before.last);
    (!gap.is_negative()).then(|| (km, hours(gap)))
}

/// A laptop was at one exit, at another, and at the first again.
#[derive(Clone, Debug, PartialEq)]
pub struct Return {
    /// The exit before and after.
    pub one: Exit,
    /// The exit in between.
    pub other: Exit,
    /// For how many hours it was away from the first.
    pub hours: f64,
}

/// So many returns must be impossible: one may be a tunnel switched on and off.
const RETURNS: usize = 3;

/// How many kilometers lie for certain between two lines a laptop is at in
/// turn, faster than it could go there and back; `None` if it could.
pub fn two_lives(returns: &[Return]) -> Option<f64> {
    let impossible = returns.iter().filter_map(|back| {
        let km = between(&back.one, &back.other)?;
        (2.0 * km > PLANE_KMH * back.hours).then_some(km)
    });
    let all: Vec<f64> = impossible.collect();
    all.iter().copied().reduce(f64::min).filter(|_| all.len() >= RETURNS)
}

/// How many kilometers, for certain, lie between where it was sent and where it
/// was first seen.
pub fn from_delivery(first: &Stay, sent: &Area) -> Option<f64> {
    let (point, radius) = line(&first.exit)?;
    Some((sent.km_outside(point)? - radius).max(0.0))
}

fn hours(length: SignedDuration) -> f64 {
    length.as_secs_f64() / 3600.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::network::Classified;
    use crate::place::vote::Outcome;
    use crate::place::vote::Spot;
    use crate::place::vote::Vote;

    fn stay(address: &str, country: &str, point: &str, times: [&str; 2]) -> Stay {
        let country: Country = country.parse().unwrap();
        let spot = Spot {
            point: point.parse().unwrap(),
            radius: Some(100.0),
            region: None,
            database: String::new(),
        };
        let vote = Vote {
            countries: [(country, 1.0)].into(),
            outcome: Outcome::Unanimous(country),
            oldest_days: None,
            spot: Some(spot),
        };
        let network = Classified { class: Class::Fixed, because: String::new() };
        let exit = Exit {
            address: address.parse().unwrap(),
            network,
            vote,
            system: None,
            organization: None,
        };
        let [first, last] = times.map(|time| time.parse().unwrap());
        Stay { exit, first, last }
    }

    #[test]
    fn time_in_a_country_is_counted_over_all_its_networks() {
        let stays = [
            stay("192.0.2.1", "CN", "40,116", ["2026-11-20T00:00:00Z", "2026-11-20T06:00:00Z"]),
            stay("192.0.2.9", "CN", "40,116", ["2026-11-21T00:00:00Z", "2026-11-21T06:00:00Z"]),
            stay("198.51.100.1", "CN", "40,116", ["2026-11-20T02:00:00Z", "2026-11-20T02:00:00Z"]),
            stay("203.0.113.1", "US", "30,-97", ["2026-11-01T00:00:00Z", "2026-11-19T06:00:00Z"]),
        ];
        assert_eq!(in_country(&stays, "CN".parse().unwrap()), (30.0, 2));
        assert_eq!(in_country(&stays, "KP".parse().unwrap()), (0.0, 0));
    }

    #[test]
    fn two_glimpses_of_a_country_with_home_between_are_no_stay() {
        let stays = [
            stay("192.0.2.1", "CN", "40,116", ["2026-11-20T00:00:00Z", "2026-11-25T00:01:00Z"]),
            stay("203.0.113.1", "US", "30,-97", ["2026-11-01T00:00:00Z", "2026-11-25T00:00:00Z"]),
        ];
        assert!(in_country(&stays, "CN".parse().unwrap()).0 < 0.1);
    }

    #[test]
    fn only_working_days_count() {
        // Friday to Monday.
        let stays =
            [stay("192.0.2.1", "US", "40.7,-74", ["2026-11-20T09:00:00Z", "2026-11-23T09:00:00Z"])];
        let texas = Expected::at("US-TX".parse().unwrap());
        assert_eq!(days_outside(&stays, &texas, 200.0), 2);
        assert_eq!(days_outside(&stays, &Expected::at("US-NY".parse().unwrap()), 200.0), 0);
        assert_eq!(days_outside(&stays, &Expected::at("US".parse().unwrap()), 200.0), 0);
    }

    #[test]
    fn two_lives_are_three_returns_that_nobody_could_have_made() {
        let times = ["2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"];
        let exit = |address: &str, point: &str| stay(address, "US", point, times).exit;
        let back = |hours| Return {
            one: exit("192.0.2.1", "30,-97"),
            other: exit("198.51.100.1", "40.7,-74"),
            hours,
        };
        assert_eq!(two_lives(&[back(0.1), back(0.1)]), None);
        assert!(two_lives(&[back(0.1), back(0.1), back(0.1)]).is_some_and(|km| km > 2000.0));
        assert_eq!(two_lives(&[back(5.0), back(5.0), back(5.0)]), None);
        let mut hidden = back(0.1);
        hidden.other.network.class = Class::Vpn;
        assert_eq!(two_lives(&[hidden.clone(), hidden.clone(), hidden]), None);
    }

    #[test]
    fn a_hop_needs_one_exit_to_be_left_before_the_next() {
        let home =
            stay("192.0.2.1", "US", "30,-97", ["2026-11-20T09:00:00Z", "2026-11-20T10:00:00Z"]);
        let away = stay(
            "198.51.100.1",
            "US",
            "40.7,-74",
            ["2026-11-20T11:00:00Z", "2026-11-20T12:00:00Z"],
        );
        let (km, hours) = hop(&[home.clone(), away.clone()]).unwrap();
        assert!((2100.0..2300.0).contains(&km) && (hours - 1.0).abs() < 0.01, "{km} {hours}");
        let meanwhile = Stay { first: "2026-11-20T09:30:00Z".parse().unwrap(), ..away };
        assert_eq!(hop(&[home.clone(), meanwhile]), None);
        assert_eq!(hop(&[home]), None);
    }
}
