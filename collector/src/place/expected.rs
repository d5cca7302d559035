//! Where a laptop is expected, as its company says.

mod import;
mod items;
#[cfg(test)]
mod tests;

use super::country::Country;
use super::land;
use super::point::Point;
use super::state;
pub use import::Wrong;
pub use import::import;
use ipnetwork::IpNetwork;
pub use items::import_json;
use jiff::SignedDuration;
use jiff::civil::Date;
use serde::Deserialize;
use serde::Serialize;
use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// Where one laptop is expected.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Expected {
    /// The laptop's serial number, as its maker gave it.
    pub serial: String,
    /// The laptop's host name, where the serial number is not enough to know it.
    pub host: Option<String>,
    /// Whose it is, as the company writes that: a name or a number.
    pub person: Option<String>,
    /// Where its user lives; there may be several.
    pub homes: Vec<Area>,
    /// Where else it belongs: the company's offices.
    pub offices: Vec<Office>,
    /// Journeys that are known.
    pub travel: Vec<Trip>,
    /// Countries next door in which it may well be seen.
    pub borders: BTreeSet<Country>,
    /// Where it was sent to, and when.
    pub delivered_to: Option<Area>,
    /// When it was delivered.
    pub delivered_at: Option<Date>,
    /// When its user began.
    pub start: Option<Date>,
    /// The group of laptops it belongs to, as the company divides them.
    pub group: Option<String>,
    /// When another of the company's systems, such as an MDM, last heard of it.
    pub alive_at: Option<Date>,
}

/// A part of the world: a country, a part of one, or the surroundings of a
/// point; written `US`, `US-TX`, `US-TX 78701` or `US-TX@30.3,-97.7`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Area {
    /// The country.
    pub country: Country,
    /// The part of it, without the country's letters (ISO 3166-2).
    pub region: Option<String>,
    /// The postal code; it is shown and not reckoned with.
    pub postcode: Option<String>,
    /// The point.
    pub point: Option<Point>,
}

/// An office: by its addresses, or by its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Office {
    /// Its exit's addresses.
    Addresses(IpNetwork),
    /// Where it is.
    Place(Area),
}

/// A journey, written `CA 2026-12-01..2026-12-14 TICKET-7`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Trip {
    /// Where to.
    pub country: Country,
    /// Its first day.
    pub from: Date,
    /// Its last day.
    pub to: Date,
    /// Who has agreed: the number of a ticket, or the like.
    pub ticket: String,
}

/// How far an area known by its point alone reaches, in kilometers.
const AROUND: f64 = 50.0;

/// So long after its last day a journey may still be seen: flights are late.
const LATE: SignedDuration = SignedDuration::from_hours(3 * 24);

impl Expected {
    /// A laptop whose user lives there, of which nothing else is known.
    pub fn at(area: Area) -> Self {
        Self { homes: vec![area], ..Self::default() }
    }

    /// True if it belongs into this country, journeys left aside. Without a
    /// home nothing is expected, and every country will do.
    pub fn allows(&self, country: Country) -> bool {
        self.homes.is_empty()
            || self.areas().any(|area| area.country == country)
            || self.borders.contains(&country)
    }

    /// True if this is the address of an office.
    pub fn is_office(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.offices.iter().any(|office| match office {
            Office::Addresses(addresses) => addresses.contains(address),
            Office::Place(_) => false,
        })
    }

    /// The journeys under way on this day.
    pub fn trips(&self, today: Date) -> impl Iterator<Item = &Trip> {
        let is_on = move |trip: &&Trip| {
            let end = trip.to.saturating_add(LATE);
            trip.from <= today && today <= end
        };
        self.travel.iter().filter(is_on)
    }

    /// All areas it belongs into.
    pub fn areas(&self) -> impl Iterator<Item = &Area> {
        let offices = self.offices.iter().filter_map(|office| match office {
            Office::Place(area) => Some(area),
            Office::Addresses(_) => None,
        });
        self.homes.iter().chain(offices)
    }

    /// How far a point is from the nearest edge of where it belongs, in
    /// kilometers; `None` where an area has no edge that is known.
    pub fn km_outside(&self, point: Point) -> Option<f64> {
        let distances: Option<Vec<f64>> = self.areas().map(|area| area.km_outside(point)).collect();
        distances?.into_iter().reduce(f64::min)
    }
}

impl Expected {
    /// How far a point is at least from wherever it may be today, journeys and
    /// countries next door included, in kilometers; `None` where one of them has
    /// no edge that is known.
    pub fn km_beyond(&self, point: Point, today: Date) -> Option<f64> {
        let areas = self.areas().map(|area| area.km_beyond(point));
        let borders = self.borders.iter().copied();
        let countries = borders.chain(self.trips(today).map(|trip| trip.country));
        let countries = countries.map(|country| land::km_outside(country, point));
        // Without a home nothing is expected.
        self.areas().next()?;
        let distances: Option<Vec<f64>> = areas.chain(countries).collect();
        distances?.into_iter().reduce(f64::min)
    }
}

impl Area {
    /// How far a point is at least from there, in kilometers: outside what is
    /// known of it, else outside its country; `None` of a country nothing is
    /// known of.
    fn km_beyond(&self, point: Point) -> Option<f64> {
        self.km_outside(point).or_else(|| land::km_outside(self.country, point))
    }

    /// Its middle and its reach in kilometers; `None` for a whole country and
    /// for a part of one that is not known here.
    pub fn circle(&self) -> Option<(Point, f64)> {
        if let Some(point) = self.point {
            return Some((point, AROUND));
        }
        let region = self.region.as_deref().filter(|_| self.country.as_str() == "US")?;
        state::find(region).map(|state| (state.center, state.radius))
    }

    /// Its country and the part of it: what may be shown.
    pub fn name(&self) -> String {
        match &self.region {
            Some(region) => format!("{}-{region}", self.country),
            None => self.country.to_string(),
        }
    }

    /// How far a point is outside; 0 inside.
    pub fn km_outside(&self, point: Point) -> Option<f64> {
        let (middle, reach) = self.circle()?;
        Some((middle.km_to(point) - reach).max(0.0))
    }
}

impl FromStr for Area {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (names, point) = match text.split_once('@') {
            Some((names, point)) => (names, Some(point.parse()?)),
            None => (text, None),
        };
        let (place, postcode) = match names.trim().split_once(' ') {
            Some((place, postcode)) => (place, Some(postcode.trim().to_owned())),
            None => (names.trim(), None),
        };
        let (country, region) = match place.split_once('-') {
            Some((country, region)) => (country, Some(region.to_ascii_uppercase())),
            None => (place, None),
        };
        let is_code = |code: &String| {
            (1..=3).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        let country: Country = country.parse()?;
        if let Some(region) = &region
            && (!is_code(region) || (country.as_str() == "US" && state::find(region).is_none()))
        {
            return Err(format!("`{place}` is not a part of a country, such as US-TX"));
        }
        Ok(Self { country, region, postcode, point })
    }
}

impl FromStr for Office {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let office = text.parse().map(Self::Addresses).or_else(|_| text.parse().map(Self::Place));
        office.map_err(|_: String| {
            format!(
                "`{text}` is neither addresses, such as 192.0.2.0/24, nor a place, such as US-TX"
            )
        })
    }
}

impl FromStr for Trip {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is not a journey, such as `CA 2026-12-01..2026-12-14 TICKET-7`");
        let mut words = text.split_whitespace();
        let country = words.next().ok_or_else(wrong)?.parse()?;
        let (from, to) = words.next().and_then(|dates| dates.split_once("..")).ok_or_else(wrong)?;
        let [from, to]: [Date; 2] = match (from.parse(), to.parse()) {
            (Ok(from), Ok(to)) if from <= to => [from, to],
            _ => return Err(wrong()),
        };
        let ticket = words.collect::<Vec<_>>().join(" ");
        if ticket.is_empty() {
            return Err(format!("`{text}` has no ticket: write who has agreed to it"));
        }
        Ok(Self { country, from, to, ticket })
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.country)?;
        if let Some(region) = &self.region {
            write!(f, "-{region}")?;
        }
        if let Some(postcode) = &self.postcode {
            write!(f, " {postcode}")?;
        }
        if let Some(Point { latitude, longitude }) = self.point {
            write!(f, "@{latitude},{longitude}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Trip {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}..{} {}", self.country, self.from, self.to, self.ticket)
    }
}

impl TryFrom<String> for Area {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Area> for String {
    fn from(area: Area) -> Self {
        area.to_string()
    }
}

impl TryFrom<String> for Trip {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Trip> for String {
    fn from(trip: Trip) -> Self {
        trip.to_string()
    }
}
