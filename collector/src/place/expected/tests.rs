//! A company's list → where laptops are expected.

use super::*;

const HEAD: &str =
    "serial,host,person,home,offices,travel,borders,delivered_to,delivered_at,start,group,alive_at";

fn country(text: &str) -> Country {
    text.parse().unwrap()
}

fn date(text: &str) -> Date {
    text.parse().unwrap()
}

#[test]
fn a_full_row_says_all() {
    let row = "PF3X,ada-laptop,E-17,US-TX 78701;US-CO@39.7,US;203.0.113.0/24,\
               CA 2026-12-01..2026-12-14 T-7;MX 2027-01-02..2027-01-03 by hr,MX,US-TX,2026-11-02,2026-11-09,lab,2026-11-20";
    let row = row
        .replace("US-CO@39.7", "\"US-CO@39.7,-105\"")
        .replace("US-TX 78701;\"US", "\"US-TX 78701;US");
    let read = import(&format!("{HEAD}\n{row}\n")).unwrap();
    let expected = Expected {
        serial: "PF3X".to_owned(),
        host: Some("ada-laptop".to_owned()),
        person: Some("E-17".to_owned()),
        homes: vec!["US-TX 78701".parse().unwrap(), "US-CO@39.7,-105".parse().unwrap()],
        offices: vec!["US".parse().unwrap(), "203.0.113.0/24".parse().unwrap()],
        travel: vec![
            "CA 2026-12-01..2026-12-14 T-7".parse().unwrap(),
            "MX 2027-01-02..2027-01-03 by hr".parse().unwrap(),
        ],
        borders: [country("MX")].into(),
        delivered_to: Some("US-TX".parse().unwrap()),
        delivered_at: Some(date("2026-11-02")),
        start: Some(date("2026-11-09")),
        group: Some("lab".to_owned()),
        alive_at: Some(date("2026-11-20")),
    };
    assert_eq!(read, [expected]);
}

#[test]
fn every_bad_row_is_told_with_its_line_and_nothing_is_taken() {
    let text =
        "serial,home,start,colour\nA,US-TX,2026-11-01,\nB,Texas,soon,\n,US,,\nA,US,,\nC,US-XX\n";
    let wrong = import(text).unwrap_err();
    let told: Vec<String> = wrong.iter().map(ToString::to_string).collect();
    let expected = [
        "line 1: `colour` is not a column",
        "line 3: home: `Texas` is not a country's two letters, such as US",
        "line 3: start: ",
        "line 4: has no serial number",
        "line 5: the serial number `A` is there already",
        "line 6: has 2 cells and the first line 4",
        "line 6: home: `US-XX` is not a part of a country, such as US-TX",
    ];
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    for (told, expected) in told.iter().zip(expected) {
        assert!(told.starts_with(expected), "{told} instead of {expected}");
    }
}

#[test]
fn a_file_without_serial_numbers_or_without_anything_is_told() {
    assert_eq!(import("home\nUS\n").unwrap_err().len(), 2);
    assert_eq!(import("").unwrap_err().len(), 1);
    assert_eq!(import("\u{feff}serial,home\nA,US\n").unwrap().len(), 1);
}

#[test]
fn a_place_is_written_as_it_is_read() {
    for text in ["US", "US-TX", "US-TX 78701", "DE-BY@48.1,11.5", "GB SW1A 1AA"] {
        assert_eq!(text.parse::<Area>().unwrap().to_string(), text);
    }
    for text in ["CA 2026-12-01..2026-12-14", "CA 2026-12-14..2026-12-01 T", "CA soon T", ""] {
        assert!(text.parse::<Trip>().is_err(), "{text}");
    }
}

#[test]
fn homes_offices_and_neighbors_are_allowed_and_a_journey_lasts_three_days_longer() {
    let expected = Expected {
        offices: vec!["IE".parse().unwrap(), "203.0.113.0/24".parse().unwrap()],
        travel: vec!["CA 2026-12-01..2026-12-14 T".parse().unwrap()],
        borders: [country("MX")].into(),
        ..Expected::at("US-TX".parse().unwrap())
    };
    for (text, allowed) in [("US", true), ("IE", true), ("MX", true), ("CA", false), ("CN", false)]
    {
        assert_eq!(expected.allows(country(text)), allowed, "{text}");
    }
    for (day, away) in
        [("2026-11-30", false), ("2026-12-01", true), ("2026-12-17", true), ("2026-12-18", false)]
    {
        assert_eq!(expected.trips(date(day)).next().is_some(), away, "{day}");
    }
    assert!(expected.is_office("::ffff:203.0.113.9".parse().unwrap()));
    assert!(!expected.is_office("198.51.100.1".parse().unwrap()));
    assert!(Expected::default().allows(country("CN")));
}

#[test]
fn how_far_outside_is_counted_from_the_nearest_edge() {
    let of =
        |text: &str| Expected::at(text.parse().unwrap()).km_outside("40.7,-74".parse().unwrap());
    assert_eq!(of("US"), None);
    assert_eq!(of("US-NY"), Some(0.0));
    let texas = of("US-TX").unwrap();
    assert!((1700.0..1900.0).contains(&texas), "{texas}");
    assert!(of("US-TX@30.3,-97.7").unwrap() > texas);
}
