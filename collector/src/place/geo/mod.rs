//! Databases that say where addresses are. Several are asked, and each answer
//! keeps the name and the age of who gave it.

mod about;
mod mmdb;
pub mod ranges;
pub mod source;
pub mod folder;
pub mod published;
#[cfg(test)]
mod tests;

use super::country::Country;
use super::network::Class;
use super::point::Point;
pub use about::About;
pub use about::Kind;
pub use mmdb::Mmdb;
pub use ranges::Ranges;
use serde::Serialize;
use std::net::IpAddr;

/// What one database says of an address. What it does not say is `None`.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Voice {
    /// The database.
    pub database: String,
    /// Whose measurements it is made of: two databases of one origin are one voice.
    pub origin: String,
    /// How old it is, in days.
    pub age_days: i64,
    /// The country.
    pub country: Option<Country>,
    /// The part of the country, by code (`TX`) or name (`Texas`), as it is given.
    pub region: Option<String>,
    /// The point, which is rarely a street: see [`Class::radius`]. It does not
    /// leave the decision.
    #[serde(skip)]
    pub point: Option<Point>,
    /// The radius the database itself gives for the point, in kilometers.
    pub radius: Option<f64>,
    /// The autonomous system's number.
    pub system: Option<u32>,
    /// Whose the autonomous system is.
    pub organization: Option<String>,
    /// The kind of network.
    pub class: Option<Class>,
}

/// A database that can be asked.
pub struct Database {
    /// What it is.
    pub about: About,
    reader: Reader,
}

enum Reader {
    Ranges(Ranges),
    Mmdb(Mmdb),
}

impl Database {
    /// One made of ranges.
    pub fn of_ranges(about: About, ranges: Ranges) -> Self {
        Self { about, reader: Reader::Ranges(ranges) }
    }

    /// One in MaxMind's format, called `id`.
    pub fn of_mmdb(id: &str, bytes: Vec<u8>) -> Result<Self, String> {
        let (about, reader) = Mmdb::open(id, bytes)?;
        Ok(Self { about, reader: Reader::Mmdb(reader) })
    }

    /// One that says of all addresses that they are in this country.
    #[cfg(test)]
    pub fn of_everywhere(country: Country) -> Self {
        let mut all = ranges::Collected::default();
        for (first, last) in [("0.0.0.0", "255.255.255.255"), ("::", "ffff::")] {
            let ends = [first, last].map(|text| text.parse().unwrap());
            all.add(ends[0], ends[1], ranges::Word::Country(country));
        }
        Self::of_ranges(tests::about(), all.finish())
    }

    /// What it says of an address; `None` if it knows nothing of it.
    pub fn ask(&self, address: IpAddr, today: jiff::civil::Date) -> Option<Voice> {
        let address = address.to_canonical();
        let said = match &self.reader {
            Reader::Ranges(ranges) => ranges.ask(address)?,
            Reader::Mmdb(mmdb) => mmdb.ask(address)?,
        };
        Some(Voice {
            database: self.about.id.clone(),
            origin: self.about.origin.clone(),
            age_days: self.about.age_days(today),
            ..said
        })
    }
}

/// The databases that are asked, in order of their names.
#[derive(Default)]
pub struct Databases {
    all: Vec<Database>,
}

impl Databases {
    /// These databases; of two with one name the later counts.
    pub fn new(all: impl IntoIterator<Item = Database>) -> Self {
        let mut databases = Self::default();
        for database in all {
            databases.all.retain(|known| known.about.id != database.about.id);
            databases.all.push(database);
        }
        databases.all.sort_by(|one, other| one.about.id.cmp(&other.about.id));
        databases
    }

    /// What each says of an address, those that know nothing left out.
    pub fn ask(&self, address: IpAddr, today: jiff::civil::Date) -> Vec<Voice> {
        self.all.iter().filter_map(|database| database.ask(address, today)).collect()
    }

    /// What each is.
    pub fn about(&self) -> impl Iterator<Item = &About> {
        self.all.iter().map(|database| &database.about)
    }
}
