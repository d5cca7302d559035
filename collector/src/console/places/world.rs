//! The outlines of countries, for a map that asks nobody outside.
//!
//! Made of Natural Earth's 1:110m countries (public domain): per line a
//! country's two letters, its name, the middle of its largest part, and its
//! outline as an SVG path, on a grid of 1000 by 460.

use super::Country;

const WORLD: &str = include_str!("../../../templates/world.tsv");

/// A country on the map.
pub struct Land {
    /// Its outline.
    pub outline: &'static str,
    /// Where its dot goes.
    pub middle: (u16, u16),
    /// How large its dot is; 0 for none.
    pub radius: u16,
    /// How it is drawn.
    pub class: &'static str,
    /// What is said of it; empty where there is nothing to say.
    pub label: String,
}

/// All countries, those of which something is to be said marked. Those that stand
/// out come last: what is drawn later lies on top, and neighbors share a border.
pub fn lands(countries: &[Country]) -> Vec<Land> {
    let lands = rows().map(|row| {
        let counted = countries.iter().find(|country| country.code == row.code);
        let come = counted.map_or(0, |country| country.come);
        Land {
            outline: row.outline,
            middle: row.middle,
            radius: radius(come),
            class: counted.map_or("", class),
            label: counted.map(label).unwrap_or_default(),
        }
    });
    let mut lands: Vec<Land> = lands.collect();
    lands.sort_by_key(|land| land.class == "foreign");
    lands
}

/// The name of a country; its letters where the map does not have it.
pub fn name(code: &str) -> String {
    rows().find(|row| row.code == code).map_or_else(|| code.to_owned(), |row| row.name.to_owned())
}

fn class(country: &Country) -> &'static str {
    match (country.foreign, country.belong, country.come) {
        (1.., ..) => "foreign",
        (0, 1.., _) => "home",
        _ => "seen",
    }
}

fn label(country: &Country) -> String {
    let Country { name, come, belong, foreign, .. } = country;
    format!(
        "{name}: {come} come from there, {belong} belong there, {foreign} come from there and belong elsewhere"
    )
}

/// Its area grows with the number.
fn radius(count: u32) -> u16 {
    let root = count.min(10_000).isqrt();
    if count == 0 { 0 } else { u16::try_from(4 + root / 4).unwrap_or(u16::MAX) }
}

struct Row {
    code: &'static str,
    name: &'static str,
    middle: (u16, u16),
    outline: &'static str,
}

fn rows() -> impl Iterator<Item = Row> {
    WORLD.lines().filter_map(|line| {
        let mut cells = line.split('\t');
        Some(Row {
            code: cells.next()?,
            name: cells.next()?,
            middle: (cells.next()?.parse().ok()?, cells.next()?.parse().ok()?),
            outline: cells.next()?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_map_is_a_country_on_the_grid() {
        assert_eq!(rows().count(), WORLD.lines().count());
        for row in rows() {
            assert!(row.middle.0 <= 1000 && row.middle.1 <= 460, "{}", row.name);
            let is_path = |sign: char| "MLlz -".contains(sign) || sign.is_ascii_digit();
            assert!(
                row.outline.starts_with('M') && row.outline.chars().all(is_path),
                "{}",
                row.name
            );
        }
        assert_eq!(name("KP"), "North Korea");
        assert_eq!(name("SG"), "SG");
    }

    #[test]
    fn a_country_from_which_laptops_come_that_belong_elsewhere_stands_out() {
        let country = |code: &str, belong, come, foreign| Country {
            code: code.to_owned(),
            name: code.to_owned(),
            belong,
            come,
            foreign,
        };
        let lands = lands(&[country("US", 9, 8, 0), country("CN", 0, 1, 1)]);
        let marked: Vec<&str> =
            lands.iter().map(|land| land.class).filter(|class| !class.is_empty()).collect();
        assert_eq!(marked, ["home", "foreign"]);
        assert_eq!(lands.last().unwrap().class, "foreign");
    }
}
