//! Time zones, and the countries in which they hold.

use super::country::Country;
use std::collections::BTreeMap;

/// Where the system keeps that table (tzdata's `zone1970.tab`, public domain).
pub const TABLE: &str = "/usr/share/zoneinfo/zone1970.tab";

/// The zones of the tz database, each with its countries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Zones(BTreeMap<String, Vec<Country>>);

impl Zones {
    /// Reads the table: countries, coordinates and name, separated by tabs.
    /// Lines of any other form are left out.
    pub fn parse(table: &str) -> Self {
        let lines = table.lines().filter(|line| !line.starts_with('#'));
        let zone = |line: &str| {
            let mut cells = line.split('\t');
            let countries = cells.next()?.split(',').filter_map(|code| code.parse().ok()).collect();
            Some((cells.nth(1)?.to_owned(), countries))
        };
        Self(lines.filter_map(zone).collect())
    }

    /// The countries in which a zone holds; none for one that is not in the
    /// table, such as `UTC` or an old name.
    pub fn countries(&self, zone: &str) -> &[Country] {
        self.0.get(zone).map_or(&[], Vec::as_slice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zone_holds_in_several_countries() {
        let zones = Zones::parse(
            "# c\nAE,OM\t+2518+05518\tAsia/Dubai\tCrozet\nKP\t+3901+12545\tAsia/Pyongyang\nbroken\n",
        );
        let told =
            |zone: &str| zones.countries(zone).iter().map(ToString::to_string).collect::<Vec<_>>();
        assert_eq!(told("Asia/Dubai"), ["AE", "OM"]);
        assert_eq!(told("Asia/Pyongyang"), ["KP"]);
        assert!(told("UTC").is_empty());
    }
}
