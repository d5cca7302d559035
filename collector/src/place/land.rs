//! How far countries reach, roughly: no less than they do.
//!
//! Made of Natural Earth's 1:10m countries (public domain): per line a country's
//! two letters, and the squares of one degree that some of it lies in, row by
//! row from the south: the southern edge, and western edges of squares, or the
//! first and the last of several side by side. France and others are with all
//! that is theirs overseas.

use super::country::Country;
use super::point::Point;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const LANDS: &str = include_str!("lands.tsv");

/// No point of a square is farther from its middle, in kilometers.
const REACH_KM: f64 = 79.0;

/// The middles of each country's squares.
static MIDDLES: LazyLock<BTreeMap<Country, Vec<Point>>> =
    LazyLock::new(|| LANDS.lines().filter_map(land).collect());

/// How far a point is from a country at least, in kilometers; 0 within it and a
/// little outside. `None` for a country that is not known here.
pub fn km_outside(country: Country, point: Point) -> Option<f64> {
    let middles = MIDDLES.get(&country)?;
    let nearest = middles.iter().map(|middle| middle.km_to(point)).reduce(f64::min)?;
    Some((nearest - REACH_KM).max(0.0))
}

fn land(line: &str) -> Option<(Country, Vec<Point>)> {
    let (country, rows) = line.split_once('\t')?;
    let rows = rows.split(' ').filter_map(|row| row.split_once(':'));
    let middles = rows.flat_map(|(south, squares)| {
        let latitude = south.parse::<i16>().ok();
        let wests = squares.split(',').filter_map(wests).flatten();
        wests.filter_map(move |west| middle(latitude?, west))
    });
    Some((country.parse().ok()?, middles.collect()))
}

/// `7` or `7/13`.
fn wests(text: &str) -> Option<impl Iterator<Item = i16>> {
    let (first, last) = text.split_once('/').unwrap_or((text, text));
    Some(first.parse::<i16>().ok()?..=last.parse().ok()?)
}

/// A square that begins at the date line ends beyond it.
fn middle(south: i16, west: i16) -> Option<Point> {
    let west = if west == 180 { -180 } else { west };
    Point::new(f64::from(south) + 0.5, f64::from(west) + 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn km(country: &str, point: &str) -> Option<f64> {
        km_outside(country.parse().unwrap(), point.parse().unwrap())
    }

    #[test]
    fn every_line_is_read_and_every_square_is_on_the_globe() {
        let lines = LANDS.lines().count();
        assert_eq!((lines, MIDDLES.len()), (240, 240));
        assert_eq!(MIDDLES.values().map(Vec::len).sum::<usize>(), 22_949);
    }

    /// Coordinates are those of GeoNames, to a tenth of a degree.
    #[test]
    fn what_belongs_to_a_country_is_never_outside() {
        for (country, point) in [
            ("US", "30.3,-97.7"),
            ("US", "21.3,-157.9"),
            ("US", "51.9,-176.6"),
            ("CA", "82.5,-62.3"),
            ("ES", "27.8,-17.9"),
            ("PT", "37.7,-25.7"),
            ("FJ", "-16.8,179.9"),
            ("FJ", "-16.8,-179.9"),
            ("NZ", "-44.0,-176.5"),
            ("CL", "-27.1,-109.4"),
            ("SG", "1.3,103.9"),
            ("HK", "22.3,114.2"),
            ("CY", "35.3,33.3"),
            ("XK", "42.7,21.2"),
        ] {
            assert_eq!(km(country, point), Some(0.0), "{country} {point}");
        }
    }

    #[test]
    fn how_far_another_country_is_is_told_to_a_square() {
        // From El Paso, Dover, Calais, the Bering Strait, Tokyo and Virginia.
        for (country, point, expected) in [
            ("US", "31.7,-106.4", 0.0..1.0),
            ("FR", "51.1,1.3", 0.0..34.0),
            ("GB", "51.0,1.9", 0.0..35.0),
            ("RU", "65.6,-168.1", 0.0..90.0),
            ("US", "35.7,139.7", 3000.0..3200.0),
            ("DE", "39.0,-77.5", 5900.0..6300.0),
        ] {
            let km = km(country, point).unwrap();
            assert!(expected.contains(&km), "{country} {point}: {km}");
        }
        assert_eq!(km("QQ", "0,0"), None);
    }
}
