//! Databases in MaxMind's format, whatever their makers put into it.
//!
//! Known schemas: the nested one of MaxMind and DB-IP (`country.iso_code`,
//! `location.latitude`, `subdivisions`), the flat one of ip-location-db
//! (`country_code`, `state1`, `latitude`), and IPinfo's (`country_code` or
//! `country`, `asn` as `AS123`, `vpn`, `hosting`, …).

mod said;

use super::About;
use super::Kind;
use super::Voice;
use crate::place::network::Class;
use crate::place::point::Point;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maxminddb::Reader;
use said::Country;
use said::Said;
use serde::Deserialize;
use std::net::IpAddr;

/// A database in MaxMind's format.
pub struct Mmdb {
    reader: Reader<Vec<u8>>,
}

/// All that any of the schemas has, and nothing that must be there.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record {
    country: Country,
    country_code: Option<String>,
    subdivisions: Vec<Subdivision>,
    state1: Option<String>,
    region: Option<String>,
    region_code: Option<String>,
    location: Option<Location>,
    latitude: Said,
    longitude: Said,
    lat: Said,
    lng: Said,
    asn: Said,
    as_name: Option<String>,
    autonomous_system_number: Said,
    autonomous_system_organization: Option<String>,
    is_tor_exit_node: Said,
    is_anonymous_vpn: Said,
    is_hosting_provider: Said,
    is_public_proxy: Said,
    is_residential_proxy: Said,
    tor: Said,
    vpn: Said,
    hosting: Said,
    proxy: Said,
    relay: Said,
    satellite: Said,
    mobile: Said,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Subdivision {
    iso_code: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Location {
    latitude: Said,
    longitude: Said,
    accuracy_radius: Said,
}

impl Mmdb {
    /// Opens a database called `id`.
    pub fn open(id: &str, bytes: Vec<u8>) -> Result<(About, Self), String> {
        let reader = Reader::from_source(bytes).map_err(|error| format!("is broken: {error}"))?;
        let metadata = reader.metadata();
        let built =
            i64::try_from(metadata.build_epoch).ok().and_then(|at| Timestamp::from_second(at).ok());
        let description = metadata.description.get("en").cloned().unwrap_or_default();
        let about = About {
            id: id.to_owned(),
            kind: kind(&metadata.database_type),
            origin: origin(&metadata.database_type, &description),
            built: built.map(|at| TimeZone::UTC.to_datetime(at).date()),
            license: "as you agreed with its maker".to_owned(),
            attribution: description,
            networks: u64::from(metadata.node_count),
        };
        Ok((about, Self { reader }))
    }

    /// What is known of an address. A place in the file that is broken knows nothing.
    pub fn ask(&self, address: IpAddr) -> Option<Voice> {
        self.reader.lookup(address).ok()?.decode::<Record>().ok()?.map(Record::said)
    }
}

/// By what its metadata calls it, such as `GeoLite2-City` or `country ipv4`.
fn kind(database_type: &str) -> Kind {
    let name = database_type.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if has(&["city", "location", "enterprise"]) {
        Kind::City
    } else if has(&["anonymous", "privacy"]) {
        Kind::Anonymous
    } else if has(&["asn", "isp"]) && !has(&["country"]) {
        Kind::System
    } else {
        Kind::Country
    }
}

fn origin(database_type: &str, description: &str) -> String {
    let name = format!("{database_type} {description}").to_ascii_lowercase();
    let makers = [
        ("geoip", "maxmind"),
        ("geolite", "maxmind"),
        ("dbip", "db-ip"),
        ("db-ip", "db-ip"),
        ("ipinfo", "ipinfo"),
    ];
    let maker = makers.iter().find(|(word, _)| name.contains(word));
    maker.map_or_else(|| database_type.to_owned(), |(_, maker)| (*maker).to_owned())
}

impl Record {
    fn said(self) -> Voice {
        let class = self.class();
        let location = self.location.unwrap_or_default();
        let latitude = location.latitude.or(self.latitude).or(self.lat).number();
        let longitude = location.longitude.or(self.longitude).or(self.lng).number();
        let radius = location.accuracy_radius.number();
        let country = self.country_code.or(self.country.0);
        let region = self.subdivisions.into_iter().next().and_then(|first| first.iso_code);
        let region = region.or(self.region_code).or(self.state1).or(self.region);
        Voice {
            country: country.and_then(|text| text.parse().ok()),
            region: region.filter(|text| !text.is_empty()),
            point: latitude.zip(longitude).and_then(|(up, along)| Point::new(up, along)),
            radius: radius.filter(|radius| radius.is_finite() && *radius >= 0.0),
            system: self.autonomous_system_number.or(self.asn).system(),
            organization: self.autonomous_system_organization.or(self.as_name),
            class,
            ..Voice::default()
        }
    }

    /// The first that is said, those that hide most first.
    fn class(&self) -> Option<Class> {
        let said = [
            (&[&self.tor, &self.is_tor_exit_node][..], Class::Tor),
            (&[&self.relay], Class::Relay),
            (&[&self.vpn, &self.is_anonymous_vpn], Class::Vpn),
            (&[&self.proxy, &self.is_public_proxy, &self.is_residential_proxy], Class::Vpn),
            (&[&self.hosting, &self.is_hosting_provider], Class::Hosting),
            (&[&self.satellite], Class::Satellite),
            (&[&self.mobile], Class::Mobile),
        ];
        let is_said = |flags: &&[&Said]| flags.iter().any(|flag| flag.is_set());
        said.into_iter().find(|(flags, _)| is_said(flags)).map(|(_, class)| class)
    }
}
