//! The states of the US: what a database calls them, and where they are.

use super::point::Point;

/// A state, its middle, and how far its farthest corner is from there.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct State {
    /// The letters after `US-` (ISO 3166-2).
    pub code: &'static str,
    /// Its name in English.
    pub name: &'static str,
    /// Its center of area.
    pub center: Point,
    /// How far its farthest corner is from the center, in kilometers.
    pub radius: f64,
}

/// The state of that code or name, in any case.
pub fn find(text: &str) -> Option<State> {
    let is_it =
        |state: &&Row| state.0.eq_ignore_ascii_case(text) || state.1.eq_ignore_ascii_case(text);
    STATES.iter().find(is_it).map(|&(code, name, latitude, longitude, radius)| State {
        code,
        name,
        center: Point { latitude, longitude },
        radius,
    })
}

type Row = (&'static str, &'static str, f64, f64, f64);

/// Computed from the boundaries the Census Bureau publishes (public domain),
/// to a tenth of a degree and ten kilometers.
const STATES: [Row; 52] = [
    ("AK", "Alaska", 64.2, -152.6, 1610.0),
    ("AL", "Alabama", 32.8, -86.8, 310.0),
    ("AR", "Arkansas", 34.9, -92.4, 280.0),
    ("AZ", "Arizona", 34.3, -111.7, 420.0),
    ("CA", "California", 37.2, -119.6, 690.0),
    ("CO", "Colorado", 39.0, -105.5, 380.0),
    ("CT", "Connecticut", 41.6, -72.7, 110.0),
    ("DC", "District of Columbia", 38.9, -77.0, 20.0),
    ("DE", "Delaware", 39.0, -75.5, 100.0),
    ("FL", "Florida", 28.6, -82.5, 560.0),
    ("GA", "Georgia", 32.6, -83.4, 330.0),
    ("HI", "Hawaii", 20.2, -156.3, 450.0),
    ("IA", "Iowa", 42.1, -93.5, 300.0),
    ("ID", "Idaho", 44.4, -114.7, 550.0),
    ("IL", "Illinois", 40.1, -89.2, 350.0),
    ("IN", "Indiana", 39.9, -86.3, 290.0),
    ("KS", "Kansas", 38.5, -98.4, 370.0),
    ("KY", "Kentucky", 37.5, -85.3, 390.0),
    ("LA", "Louisiana", 31.0, -92.0, 360.0),
    ("MA", "Massachusetts", 42.3, -71.8, 190.0),
    ("MD", "Maryland", 39.0, -76.8, 250.0),
    ("ME", "Maine", 45.4, -69.2, 290.0),
    ("MI", "Michigan", 44.3, -85.4, 500.0),
    ("MN", "Minnesota", 46.3, -94.3, 420.0),
    ("MO", "Missouri", 38.4, -92.5, 380.0),
    ("MS", "Mississippi", 32.7, -89.7, 300.0),
    ("MT", "Montana", 47.0, -109.6, 530.0),
    ("NC", "North Carolina", 35.5, -79.4, 460.0),
    ("ND", "North Dakota", 47.4, -100.5, 350.0),
    ("NE", "Nebraska", 41.5, -99.8, 420.0),
    ("NH", "New Hampshire", 43.7, -71.6, 190.0),
    ("NJ", "New Jersey", 40.2, -74.7, 150.0),
    ("NM", "New Mexico", 34.4, -106.1, 440.0),
    ("NV", "Nevada", 39.4, -116.7, 520.0),
    ("NY", "New York", 42.9, -75.5, 370.0),
    ("OH", "Ohio", 40.3, -82.8, 270.0),
    ("OK", "Oklahoma", 35.6, -97.5, 520.0),
    ("OR", "Oregon", 43.9, -120.6, 380.0),
    ("PA", "Pennsylvania", 40.9, -77.8, 280.0),
    ("PR", "Puerto Rico", 18.2, -66.5, 160.0),
    ("RI", "Rhode Island", 41.7, -71.6, 60.0),
    ("SC", "South Carolina", 33.9, -80.9, 250.0),
    ("SD", "South Dakota", 44.4, -100.2, 380.0),
    ("TN", "Tennessee", 35.8, -86.3, 430.0),
    ("TX", "Texas", 31.5, -99.3, 700.0),
    ("UT", "Utah", 39.3, -111.7, 360.0),
    ("VA", "Virginia", 37.5, -78.8, 450.0),
    ("VT", "Vermont", 44.1, -72.7, 160.0),
    ("WA", "Washington", 47.4, -120.5, 340.0),
    ("WI", "Wisconsin", 44.6, -90.0, 300.0),
    ("WV", "West Virginia", 38.6, -80.6, 270.0),
    ("WY", "Wyoming", 43.0, -107.6, 370.0),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_found_by_code_and_by_name() {
        assert_eq!(find("tx").map(|state| state.name), Some("Texas"));
        assert_eq!(find("New York").map(|state| state.code), Some("NY"));
        assert_eq!(find("Bavaria"), None);
    }

    #[test]
    fn each_capital_lies_in_the_circle_of_its_state() {
        for (code, capital) in [
            ("TX", "30.3,-97.7"),
            ("CA", "38.6,-121.5"),
            ("NY", "42.7,-73.8"),
            ("FL", "30.4,-84.3"),
        ] {
            let state = find(code).unwrap();
            assert!(state.center.km_to(capital.parse().unwrap()) < state.radius, "{code}");
        }
    }
}
