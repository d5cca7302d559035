//! What the databases say together.

use super::country::Country;
use super::geo::Voice;
use super::network::Class;
use super::point::Point;
use serde::Serialize;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;

/// A country database older than this is believed less.
pub const AGING_DAYS: i64 = 180;

/// A database older than this is no longer believed, only shown.
pub const OLD_DAYS: i64 = 365;

/// What the databases say of an exit together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Vote {
    /// The countries that were named, and how many origins name each.
    pub countries: BTreeMap<Country, f64>,
    /// How it went.
    pub outcome: Outcome,
    /// The age of the oldest database that was believed, in days.
    pub oldest_days: Option<i64>,
    /// The point the databases give, and how far the laptop may be from it.
    pub spot: Option<Spot>,
}

/// A point, and how far off it may be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spot {
    /// The point; it does not leave the decision.
    #[serde(skip)]
    pub point: Point,
    /// In kilometers; nothing where the kind of network makes a point say nothing.
    pub radius: Option<f64>,
    /// The part of the country.
    pub region: Option<String>,
    /// Which database gave it.
    pub database: String,
}

/// How a vote went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All that know it say one country, and at least two origins do.
    Unanimous(Country),
    /// More than half say one country, or only one origin was asked.
    Majority(Country),
    /// They do not agree.
    Split,
    /// None that is believed knows it.
    Silent,
}

impl Outcome {
    /// The country that won.
    pub fn country(self) -> Option<Country> {
        match self {
            Self::Unanimous(country) | Self::Majority(country) => Some(country),
            Self::Split | Self::Silent => None,
        }
    }
}

impl Vote {
    /// Counts the voices for an exit in a network of this class.
    ///
    /// Databases of one origin share one vote. One that is aging counts half,
    /// an old one nothing.
    pub fn of(voices: &[Voice], class: Class) -> Self {
        let mut countries: BTreeMap<Country, f64> = BTreeMap::new();
        let ballots = ballots(voices);
        for ballot in &ballots {
            *countries.entry(ballot.country).or_default() += ballot.weight;
        }
        let believed = voices.iter().filter(|voice| voice.country.is_some() && weight(voice) > 0.0);
        let oldest_days = believed.map(|voice| voice.age_days).max();
        let outcome = outcome(&countries, &ballots);
        let spot = voices.iter().find_map(|voice| spot(voice, class));
        Self { countries, outcome, oldest_days, spot }
    }

    /// True if a database that is believed names the country.
    pub fn names(&self, country: Country) -> bool {
        self.countries.contains_key(&country)
    }
}

/// What one database says, with its share of its origin's vote.
struct Ballot<'a> {
    country: Country,
    weight: f64,
    origin: &'a str,
}

fn ballots(voices: &[Voice]) -> Vec<Ballot<'_>> {
    let with = |voice: &&Voice| voice.country.is_some() && weight(voice) > 0.0;
    let of =
        |origin: &str| voices.iter().filter(with).filter(|voice| voice.origin == origin).count();
    let ballot = |voice: &'_ Voice| -> Option<(Country, f64)> {
        let share = of(&voice.origin).max(1);
        Some((voice.country?, weight(voice) / f64::from(u32::try_from(share).ok()?)))
    };
    let all = voices.iter().filter(with).filter_map(|voice| {
        let (country, weight) = ballot(voice)?;
        Some(Ballot { country, weight, origin: &voice.origin })
    });
    all.collect()
}

fn weight(voice: &Voice) -> f64 {
    match voice.age_days {
        days if days <= AGING_DAYS => 1.0,
        days if days <= OLD_DAYS => 0.5,
        _ => 0.0,
    }
}

fn outcome(countries: &BTreeMap<Country, f64>, ballots: &[Ballot<'_>]) -> Outcome {
    let all: f64 = countries.values().sum();
    let origins: BTreeSet<&str> = ballots.iter().map(|ballot| ballot.origin).collect();
    let best = countries.iter().max_by(|one, other| one.1.total_cmp(other.1));
    match best {
        None => Outcome::Silent,
        Some((country, _)) if countries.len() == 1 && origins.len() > 1 => {
            Outcome::Unanimous(*country)
        }
        Some((country, votes)) if *votes > all / 2.0 => Outcome::Majority(*country),
        Some(_) => Outcome::Split,
    }
}

fn spot(voice: &Voice, class: Class) -> Option<Spot> {
    let radius = class.radius().map(|least| voice.radius.unwrap_or(0.0).max(least));
    Some(Spot {
        point: voice.point?,
        radius,
        region: voice.region.clone(),
        database: voice.database.clone(),
    })
    .filter(|_| weight(voice) > 0.0)
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unanimous(country) => write!(f, "all say {country}"),
            Self::Majority(country) => write!(f, "most say {country}"),
            Self::Split => f.write_str("they do not agree"),
            Self::Silent => f.write_str("none knows it"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice(origin: &str, country: &str, age_days: i64) -> Voice {
        let country = country.parse().ok();
        Voice { origin: origin.to_owned(), country, age_days, ..Voice::default() }
    }

    fn check(voices: &[(&str, &str, i64)], expected: &str) {
        let voices: Vec<Voice> =
            voices.iter().map(|&(origin, country, age)| voice(origin, country, age)).collect();
        let vote = Vote::of(&voices, Class::Fixed);
        assert_eq!(vote.outcome.to_string(), expected, "{voices:?}");
    }

    #[test]
    fn two_origins_that_agree_are_unanimous() {
        check(&[("registry", "US", 1), ("db-ip", "US", 1)], "all say US");
        check(&[("registry", "US", 1), ("registry", "US", 1)], "most say US");
        check(&[("registry", "US", 1)], "most say US");
    }

    #[test]
    fn databases_of_one_origin_share_one_vote() {
        check(
            &[("registry", "US", 1), ("registry", "US", 1), ("db-ip", "CA", 1)],
            "they do not agree",
        );
        check(&[("registry", "US", 1), ("registry", "CA", 1), ("db-ip", "CA", 1)], "most say CA");
    }

    #[test]
    fn an_aging_database_counts_half_and_an_old_one_nothing() {
        check(&[("registry", "US", 1), ("db-ip", "CA", 181)], "most say US");
        check(&[("registry", "US", 1), ("db-ip", "CA", 366)], "most say US");
        check(&[("db-ip", "CA", 366)], "none knows it");
        check(&[], "none knows it");
    }

    #[test]
    fn a_point_in_a_network_that_says_nothing_of_place_has_no_radius() {
        let point = Point { latitude: 1.0, longitude: 2.0 };
        let one = Voice { point: Some(point), radius: Some(20.0), ..voice("db-ip", "US", 1) };
        let radius = |class| Vote::of(std::slice::from_ref(&one), class).spot.unwrap().radius;
        assert_eq!(radius(Class::Fixed), Some(100.0));
        assert_eq!(radius(Class::Unknown), Some(300.0));
        assert_eq!(radius(Class::Vpn), None);
    }
}
