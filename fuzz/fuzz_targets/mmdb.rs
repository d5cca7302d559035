//! A database in MaxMind's format: it is opened or refused, and what it says of
//! a place is a place.
#![no_main]

use collector::place::geo::Database;
use collector::place::point::Point;
use libfuzzer_sys::fuzz_target;
use std::net::IpAddr;
use std::net::Ipv6Addr;

fuzz_target!(|bytes: &[u8]| {
    let Ok(database) = Database::of_mmdb("test", bytes.to_vec()) else { return };
    let today = "2026-11-28".parse().expect("a day");
    assert!(database.about.age_days(today) >= 0);
    for address in addresses(bytes) {
        let Some(voice) = database.ask(address, today) else { continue };
        assert_eq!(voice.database, "test");
        if let Some(Point { latitude, longitude }) = voice.point {
            assert!(Point::new(latitude, longitude).is_some(), "{latitude},{longitude}");
        }
        assert!(voice.radius.is_none_or(|radius| radius.is_finite() && radius >= 0.0));
    }
});

/// Those the fixtures know, and one the input chooses.
fn addresses(bytes: &[u8]) -> Vec<IpAddr> {
    let known = ["192.0.2.7", "203.0.113.7", "203.0.113.200", "2001:db8:1::7"];
    let chosen = bytes.last_chunk::<16>().map(|last| IpAddr::V6(Ipv6Addr::from(*last)));
    known.iter().map(|text| text.parse().expect("an address")).chain(chosen).collect()
}
