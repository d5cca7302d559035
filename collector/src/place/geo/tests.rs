//! Databases of each schema, whole and broken. The fixtures are made up, on
//! prefixes kept for documentation (RFC 5737, RFC 3849).

use super::ranges::Collected;
use super::ranges::Word;
use super::*;
use jiff::civil::date;
use proptest::prelude::*;

const TODAY: jiff::civil::Date = date(2026, 11, 28);

const NESTED: &[u8] = include_bytes!("fixtures/nested.mmdb");
const FLAT: &[u8] = include_bytes!("fixtures/flat.mmdb");
const IPINFO: &[u8] = include_bytes!("fixtures/ipinfo.mmdb");
const PRIVACY: &[u8] = include_bytes!("fixtures/privacy.mmdb");
const ANONYMOUS: &[u8] = include_bytes!("fixtures/anonymous.mmdb");
const SYSTEM: &[u8] = include_bytes!("fixtures/system.mmdb");

/// What a database says of an address, without its name and age.
fn said(bytes: &[u8], address: &str) -> Option<Voice> {
    let database = Database::of_mmdb("test", bytes.to_vec()).unwrap();
    let voice = database.ask(address.parse().unwrap(), TODAY)?;
    Some(Voice { database: String::new(), origin: String::new(), age_days: 0, ..voice })
}

fn us() -> Voice {
    Voice { country: "US".parse().ok(), ..Voice::default() }
}

#[test]
fn the_nested_schema_tells_country_region_point_and_radius() {
    let texas = Voice {
        region: Some("TX".to_owned()),
        point: Point::new(30.27, -97.74),
        radius: Some(20.0),
        ..us()
    };
    for address in ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8:1::7"] {
        assert_eq!(said(NESTED, address), Some(texas.clone()), "{address}");
    }
    assert_eq!(said(NESTED, "203.0.113.1"), None);
    assert_eq!(said(NESTED, "2001:db8:2::1"), None);
}

#[test]
fn the_flat_schema_tells_country_region_and_point() {
    let texas = said(FLAT, "::ffff:192.0.2.7").unwrap();
    assert_eq!((texas.country, texas.region.as_deref()), (us().country, Some("Texas")));
    assert!(texas.point.unwrap().km_to(Point::new(30.3, -97.7).unwrap()) < 0.1);
    assert_eq!(said(FLAT, "2001:db8::1"), None);
}

#[test]
fn the_other_schemas_tell_systems_and_classes() {
    let system = Voice {
        system: Some(64500),
        organization: Some("Example Fiber".to_owned()),
        ..Voice::default()
    };
    assert_eq!(said(SYSTEM, "192.0.2.7"), Some(system.clone()));
    assert_eq!(said(IPINFO, "192.0.2.7"), Some(Voice { country: us().country, ..system }));
    let class = |bytes, address| said(bytes, address).and_then(|voice| voice.class);
    assert_eq!(class(PRIVACY, "203.0.113.7"), Some(Class::Vpn));
    assert_eq!(class(PRIVACY, "203.0.113.200"), Some(Class::Hosting));
    assert_eq!(class(ANONYMOUS, "203.0.113.7"), Some(Class::Tor));
}

#[test]
fn what_a_database_is_comes_from_its_metadata() {
    for (bytes, kind, origin) in [
        (NESTED, Kind::City, "maxmind"),
        (FLAT, Kind::City, "city ipv4"),
        (IPINFO, Kind::Country, "ipinfo"),
        (PRIVACY, Kind::Anonymous, "ipinfo"),
        (ANONYMOUS, Kind::Anonymous, "maxmind"),
        (SYSTEM, Kind::System, "maxmind"),
    ] {
        let about = Database::of_mmdb("test", bytes.to_vec()).unwrap().about;
        assert_eq!((about.kind, about.origin.as_str()), (kind, origin));
        assert!(about.built.is_some());
    }
}

#[test]
fn a_truncated_database_is_refused_or_knows_less_and_breaks_nothing() {
    for bytes in [NESTED, FLAT, IPINFO, PRIVACY] {
        for length in 0..bytes.len() {
            if let Ok(database) = Database::of_mmdb("test", bytes[..length].to_vec()) {
                let _ = database.ask("192.0.2.7".parse().unwrap(), TODAY);
            }
        }
    }
}

fn collected() -> Ranges {
    let text = "# comment\n16843008,16843263,AU\n192.0.2.0,192.0.2.255,US\n\
                192.0.2.128,192.0.2.255,CA\n2001:db8::,2001:db8::ffff,us\n\
                198.51.100.0,198.51.100.255,ZZ\n203.0.113.9,203.0.113.1,US\nnonsense\n1.0.0.0,::1,US\n";
    let mut to = Collected::default();
    assert_eq!(source::read(text.as_bytes(), &mut to), Ok(1));
    let text = "203.0.113.0,203.0.113.255,64500,\"Example, Inc.\"\n";
    assert_eq!(source::read(text.as_bytes(), &mut to), Ok(0));
    to.finish()
}

#[test]
fn ranges_hold_their_first_and_last_address_and_nothing_beside() {
    let ranges = collected();
    let country = |address: &str| {
        let said = ranges.ask(address.parse().unwrap());
        said.and_then(|voice| voice.country).map(|country| country.to_string())
    };
    for (address, expected) in [
        ("1.1.1.0", Some("AU")),
        ("1.1.1.255", Some("AU")),
        ("1.1.2.0", None),
        ("1.1.0.255", None),
        ("0.0.0.0", None),
        ("192.0.2.200", Some("US")),
        ("198.51.100.1", None),
        ("203.0.113.5", None),
        ("2001:db8::", Some("US")),
        ("2001:db8::1:0", None),
        ("255.255.255.255", None),
    ] {
        assert_eq!(country(address).as_deref(), expected, "{address}");
    }
    let system = ranges.ask("203.0.113.5".parse().unwrap()).unwrap();
    assert_eq!(
        (system.system, system.organization.as_deref()),
        (Some(64500), Some("Example, Inc."))
    );
}

#[test]
fn the_package_says_of_each_list_that_is_shipped_what_its_license_wants_said() {
    const COPYRIGHT: &str = include_str!("../../../../packaging/linux/copyright");
    for published in &published::ALL {
        let head = format!("Files: usr/share/moored-collector/geo/{}.ranges\n", published.id);
        let (_, rest) = COPYRIGHT.split_once(&head).expect(published.id);
        let stanza = rest.split("\n\n").next().unwrap();
        let words = stanza.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains(published.attribution), "{words}");
    }
}

/// Of a database for tests.
pub fn about() -> About {
    About {
        id: "test".to_owned(),
        kind: Kind::Country,
        origin: "nobody".to_owned(),
        built: Some(date(2026, 11, 1)),
        license: "none".to_owned(),
        attribution: String::new(),
        networks: 4,
    }
}

#[test]
fn a_file_of_ranges_is_read_as_it_was_written_and_refused_when_broken() {
    let ranges = collected();
    let file = ranges.to_file(&about()).unwrap();
    assert_eq!(Ranges::from_file(&file), Ok((about(), ranges)));
    for length in 0..file.len() {
        assert!(Ranges::from_file(&file[..length]).is_err(), "{length}");
    }
    assert!(Ranges::from_file(&zstd::encode_all(&b"moored ranges 2\n"[..], 1).unwrap()).is_err());
}

#[test]
fn of_two_databases_with_one_name_the_later_counts_and_each_says_its_age() {
    let one = |country: &str| {
        let mut to = Collected::default();
        let country = Word::Country(country.parse().unwrap());
        to.add("192.0.2.0".parse().unwrap(), "192.0.2.9".parse().unwrap(), country);
        Database::of_ranges(about(), to.finish())
    };
    let databases = Databases::new([one("US"), one("CA")]);
    let voices = databases.ask("192.0.2.1".parse().unwrap(), TODAY);
    let expected = Voice {
        database: "test".to_owned(),
        origin: "nobody".to_owned(),
        age_days: 27,
        country: "CA".parse().ok(),
        ..Voice::default()
    };
    assert_eq!(voices, [expected]);
}

proptest! {
    #[test]
    fn hostile_bytes_break_no_reader(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Ranges::from_file(&bytes);
        let _ = source::read(bytes.as_slice(), &mut Collected::default());
        if let Ok(database) = Database::of_mmdb("test", bytes) {
            let _ = database.ask("192.0.2.7".parse().unwrap(), TODAY);
        }
    }

    #[test]
    fn a_database_with_some_bytes_changed_breaks_nothing(
        changes in proptest::collection::vec((0..NESTED.len(), any::<u8>()), 1..20),
    ) {
        let mut bytes = NESTED.to_vec();
        for (place, byte) in changes {
            bytes[place] = byte;
        }
        if let Ok(database) = Database::of_mmdb("test", bytes) {
            let _ = database.ask("192.0.2.7".parse().unwrap(), TODAY);
            let _ = database.ask("2001:db8:1::7".parse().unwrap(), TODAY);
        }
    }
}
