//! The lists that may be shipped: what each is, under which license, and by
//! which names its files go.
#![expect(clippy::disallowed_methods, reason = "lists are files")]

use super::About;
use super::Kind;
use super::Ranges;
use super::ranges::Collected;
use super::source;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::fs;
use std::fs::File;
use std::path::Path;
use std::path::PathBuf;

/// A list that somebody publishes.
pub struct Published {
    /// Its name here.
    pub id: &'static str,
    /// What it tells.
    pub kind: Kind,
    /// Whose measurements it is made of.
    pub origin: &'static str,
    /// Its license.
    pub license: &'static str,
    /// What the license wants said.
    pub attribution: &'static str,
    /// Its files.
    pub files: [&'static str; 2],
}

/// Those we know.
pub const ALL: [Published; 4] = [
    Published {
        id: "ipfire",
        kind: Kind::Country,
        origin: "registries",
        license: "CC BY-SA 4.0",
        attribution: "IPFire Location database, as exported for Tor",
        files: ["geoip", "geoip6"],
    },
    Published {
        id: "dbip-country",
        kind: Kind::Country,
        origin: "db-ip",
        license: "CC BY 4.0",
        attribution: "IP Geolocation by DB-IP, https://db-ip.com",
        files: ["dbip-country-ipv4.csv", "dbip-country-ipv6.csv"],
    },
    Published {
        id: "geo-whois-asn-country",
        kind: Kind::Country,
        origin: "registries",
        license: "CC0 1.0, of data under CC BY 4.0",
        attribution: "ip-location-db, of data by the Number Resource Organization, https://www.nro.net",
        files: ["geo-whois-asn-country-ipv4.csv", "geo-whois-asn-country-ipv6.csv"],
    },
    Published {
        id: "asn",
        kind: Kind::System,
        origin: "routeviews",
        license: "CC BY 4.0",
        attribution: "RouteViews, https://www.routeviews.org, DB-IP, https://db-ip.com, and the Number Resource Organization, https://www.nro.net",
        files: ["asn-ipv4.csv", "asn-ipv6.csv"],
    },
];

/// A list that was read.
pub struct Compiled {
    /// What it is.
    pub about: About,
    /// Its ranges.
    pub ranges: Ranges,
    /// Lines that could not be read.
    pub wrong: usize,
}

impl Published {
    /// Reads its files, as far as the folder has them; `None` if it has none.
    pub fn compile(&self, folder: &Path) -> Result<Option<Compiled>, String> {
        let files = self.files.map(|name| folder.join(name));
        let there: Vec<PathBuf> = files.into_iter().filter(|file| file.is_file()).collect();
        let mut collected = Collected::default();
        let mut wrong = 0;
        for file in &there {
            let named = |text: String| format!("{}: {text}", file.display());
            let list = File::open(file).map_err(|error| named(error.kind().to_string()))?;
            wrong += source::read(list, &mut collected).map_err(named)?;
        }
        let ranges = collected.finish();
        if ranges.is_empty() {
            return Ok(None);
        }
        let about = About {
            id: self.id.to_owned(),
            kind: self.kind,
            origin: self.origin.to_owned(),
            built: built(folder, &there),
            license: self.license.to_owned(),
            attribution: self.attribution.to_owned(),
            networks: ranges.len() as u64,
        };
        Ok(Some(Compiled { about, ranges, wrong }))
    }
}

/// When a list was made: as the package's version beside it says
/// (`2.3.2026061719`), else when its file was written.
fn built(folder: &Path, files: &[PathBuf]) -> Option<Date> {
    let package = fs::read(folder.join("package.json")).ok();
    let package =
        package.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    let version = package.as_ref().and_then(|package| package["version"].as_str());
    let day = version.and_then(|version| version.rsplit('.').next()?.get(..8).map(str::to_owned));
    let said = day.and_then(|day| Date::strptime("%Y%m%d", day).ok());
    said.or_else(|| {
        let written =
            files.iter().filter_map(|file| fs::metadata(file).ok()?.modified().ok()).max()?;
        Some(TimeZone::UTC.to_datetime(Timestamp::try_from(written).ok()?).date())
    })
}
