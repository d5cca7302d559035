//! Laptops as rows → findings.

mod silence;
mod shared;
mod delivery;
mod measured;

use super::*;
use crate::place::expected;
use crate::place::geo::About;
use crate::place::geo::Database;
use crate::place::geo::Databases;
use crate::place::geo::Kind;
use crate::place::geo::ranges::Collected;
use crate::place::geo::ranges::Word;
use crate::place::network::Networks;
use crate::place::path::Sample;
use crate::place::path::Vantage;
use crate::store;
use crate::store::assets;
use crate::store::exits;
use crate::store::findings;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::Slice;
use crate::store::ways;
use tempfile::TempDir;

/// An address of a line in the US, one in China, one in a hosting network.
const HOME: &str = "192.0.2.7";
const ABROAD: &str = "198.51.100.7";
const HOSTED: &str = "203.0.113.7";

fn at(time: &str) -> Timestamp {
    format!("2026-11-{time}:00Z").parse().unwrap()
}

fn database(id: &str, origin: &str, words: [(&str, Word); 3]) -> Database {
    let about = About {
        id: id.to_owned(),
        kind: Kind::Country,
        origin: origin.to_owned(),
        built: Some("2026-11-01".parse().unwrap()),
        license: String::new(),
        attribution: String::new(),
        networks: 3,
    };
    let mut to = Collected::default();
    for (network, word) in words {
        let [first, last] = [0, 255].map(|end| format!("{network}.{end}").parse().unwrap());
        to.add(first, last, word);
    }
    Database::of_ranges(about, to.finish())
}

fn databases() -> [Database; 3] {
    let country = |code: &str| Word::Country(code.parse().unwrap());
    let countries = || {
        [("192.0.2", country("US")), ("198.51.100", country("CN")), ("203.0.113", country("US"))]
    };
    let system = |number| Word::System(number, "Example".to_owned());
    let systems =
        [("192.0.2", system(64500)), ("198.51.100", system(64501)), ("203.0.113", system(36352))];
    [
        database("one", "registries", countries()),
        database("two", "measured", countries()),
        database("systems", "routes", systems),
    ]
}

fn atlas() -> Atlas {
    let databases = Databases::new(databases());
    Atlas { databases, networks: Networks::new([]), ..Atlas::default() }
}

/// A laptop that belongs to Texas.
struct Scene {
    store: Connection,
    _state: TempDir,
}

impl Scene {
    fn new() -> Self {
        let state = tempfile::tempdir().unwrap();
        let store = store::create(state.path()).unwrap();
        let laptop = "insert into laptop (id, host, platform, enrolled_at, not_after, serial)
            values ('a', 'ada', 'linux', '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z', 'PF3X')";
        store.execute(laptop, []).unwrap();
        Self { store, _state: state }
    }

    fn belongs_to_texas(self) -> Self {
        let all = expected::import("serial,home\nPF3X,US-TX\n").unwrap();
        assets::put(&self.store, &all, at("01T00:00")).unwrap();
        self
    }

    fn comes_from(&self, address: &str, times: &[&str]) {
        for time in times {
            exits::seen(&self.store, "a", address.parse().unwrap(), at(time)).unwrap();
        }
    }

    fn decide(&self, time: &str) {
        self.decide_by(&atlas(), time);
    }

    fn decide_by(&self, atlas: &Atlas, time: &str) {
        laptop(&self.store, "a", (atlas, &Usual::default()), at(time)).unwrap();
    }

    /// The findings: signature, standing, and whether open.
    fn found(&self) -> Vec<(String, String, bool)> {
        let slice = Slice { skip: 0, take: 100 };
        let filter = Filter { laptop: Some("a".to_owned()), ..Filter::default() };
        let mut rows = read::findings(&self.store, &filter, slice).unwrap().rows;
        rows.sort_by_key(|row| row.id);
        let of = |row: read::FindingRow| {
            (row.signature, row.standing.to_string(), row.closed_at.is_none())
        };
        rows.into_iter().map(of).collect()
    }
}

/// Of findings about places alone.
fn check(scene: &Scene, expected: &[(&str, &str, bool)]) {
    let expected: Vec<_> = expected
        .iter()
        .map(|&(code, standing, open)| (format!("place.{code}"), standing.to_owned(), open))
        .collect();
    let is_place = |found: &(String, String, bool)| found.0.starts_with("place.");
    let found: Vec<_> = scene.found().into_iter().filter(is_place).collect();
    assert_eq!(found, expected);
}

#[test]
fn a_laptop_at_home_or_of_unknown_home_is_not_spoken_of() {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(HOME, &["10T09:00", "12T09:00"]);
    scene.decide("12T09:01");
    check(&scene, &[]);
    let unknown = Scene::new();
    unknown.comes_from(ABROAD, &["10T09:00", "12T09:00"]);
    unknown.decide("12T09:01");
    check(&unknown, &[]);
}

#[test]
fn a_foreign_country_opens_after_a_day_and_closes_two_days_after_it_was_last_seen() {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(ABROAD, &["10T09:00", "10T20:00"]);
    scene.decide("10T20:01");
    check(&scene, &[]);
    let told: Told = places::of_laptop(&scene.store, "a").unwrap().unwrap();
    assert_eq!(told.waits.len(), 1);
    scene.comes_from(ABROAD, &["11T09:30"]);
    scene.decide("11T09:31");
    check(&scene, &[("wrong-country", "lead", true)]);
    scene.comes_from(HOME, &["11T12:00"]);
    scene.decide("11T12:01");
    check(&scene, &[("wrong-country", "lead", true)]);
    scene.comes_from(HOME, &["13T12:00"]);
    scene.decide("13T12:01");
    check(&scene, &[("wrong-country", "lead", false)]);
}

#[test]
fn one_sign_is_a_lead_and_two_families_are_an_alert() {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(HOSTED, &["10T09:00"]);
    scene.decide("10T09:01");
    check(&scene, &[("anonymized-exit", "lead", true)]);
    let kvm = serde_json::from_value(serde_json::json!({
        "signature": "kvm.pikvm", "title": "A PiKVM", "severity": "high", "confidence": "high",
        "technique": "T1200", "why": "w", "innocent": "i", "references": [],
        "opened": "2026-11-10T09:00:00Z", "evidence": [],
    }));
    findings::add(&scene.store, "a", &kvm.unwrap(), at("10T09:00")).unwrap();
    scene.decide("10T09:02");
    let of = |id: &str| {
        let found = scene.found();
        found.into_iter().find(|(signature, ..)| signature == id).map(|(_, standing, _)| standing)
    };
    assert_eq!(of("place.anonymized-exit").as_deref(), Some("lead"));
    scene.comes_from(ABROAD, &["11T09:00", "12T10:00"]);
    scene.decide("12T10:01");
    assert_eq!(of("place.wrong-country").as_deref(), Some("alert"));
}

#[test]
fn a_proxied_way_opens_with_the_third_connection_of_a_second_day() {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(HOME, &["10T09:00", "11T09:00"]);
    for (time, expected) in
        [("10T09:00", &[][..]), ("10T13:00", &[]), ("11T09:00", &[("proxied-path", "lead", true)])]
    {
        let sample = Sample {
            at: at(time),
            vantage: Vantage::Direct,
            tcp_ms: 32.0,
            echo_ms: 213.0,
            echoes: 20,
            mss: Some(1460),
            syn: None,
        };
        ways::add(&scene.store, "a", HOME.parse().unwrap(), &sample).unwrap();
        scene.decide(time);
        check(&scene, expected);
    }
}

#[test]
fn a_finding_carries_no_address_and_no_point_and_says_what_it_does_not_show() {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(ABROAD, &["10T09:00", "11T10:00"]);
    scene.decide("11T10:01");
    let kept = findings::all_open(&scene.store, "a").unwrap();
    let text = serde_json::to_string(&kept[0].finding).unwrap();
    assert!(!text.contains("198.51.100") && !text.contains("latitude"), "{text}");
    assert!(text.contains("It says nothing about who types."), "{text}");
    let told: Told = places::of_laptop(&scene.store, "a").unwrap().unwrap();
    let text = serde_json::to_string(&told).unwrap();
    assert!(!text.contains("198.51.100") && text.contains("US-TX"), "{text}");
}

#[test]
fn a_correction_lets_a_country_go() {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(ABROAD, &["10T09:00", "11T10:00"]);
    let corrections = vec![("198.51.100.0/24".parse().unwrap(), "US".parse().unwrap())];
    let corrected = Atlas { corrections, ..atlas() };
    laptop(&scene.store, "a", (&corrected, &Usual::default()), at("11T10:01")).unwrap();
    check(&scene, &[]);
}

#[test]
fn an_old_address_is_a_token_and_says_nothing_any_more() {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(ABROAD, &["01T09:00", "03T10:00"]);
    exits::forget(&scene.store, at("17T00:00"), &[7; 32]).unwrap();
    scene.decide("17T00:01");
    check(&scene, &[]);
}

#[test]
fn a_delivered_laptop_that_falls_silent_is_found_although_its_addresses_are_forgotten() {
    let scene = Scene::new();
    let all = expected::import("serial,home,delivered_at\nPF3X,US-TX,2026-11-01\n").unwrap();
    assets::put(&scene.store, &all, at("01T00:00")).unwrap();
    scene.store.execute("update laptop set heard_at = '2026-11-03T09:00:00Z'", []).unwrap();
    scene.comes_from(HOME, &["02T09:00", "03T09:00"]);
    scene.decide("16T09:00");
    check(&scene, &[]);
    exits::forget(&scene.store, at("17T00:00"), &[7; 32]).unwrap();
    scene.decide("17T09:00");
    check(&scene, &[("silent", "lead", true)]);
}

#[test]
fn a_long_way_is_told_from_those_of_twenty_others() {
    let scene = Scene::new().belongs_to_texas();
    let measured = |laptop: &str, day: &str, ms: f64| {
        let sample = Sample {
            at: at(&format!("{day}T09:00")),
            vantage: Vantage::Direct,
            tcp_ms: ms,
            echo_ms: ms + 0.1,
            echoes: 20,
            mss: Some(1380),
            syn: None,
        };
        ways::add(&scene.store, laptop, HOME.parse().unwrap(), &sample).unwrap();
    };
    for number in 0..20 {
        let sql = "insert into laptop (id, host, platform, enrolled_at, not_after)
            values (?1, 'x', 'linux', '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z')";
        scene.store.execute(sql, [number.to_string()]).unwrap();
        measured(&number.to_string(), "10", 40.0);
    }
    scene.comes_from(HOME, &["10T09:00"]);
    for day in ["10", "11", "12"] {
        measured("a", day, 210.0);
    }
    let usual = Usual::gather(&scene.store, &atlas(), at("12T10:00")).unwrap();
    laptop(&scene.store, "a", (&atlas(), &usual), at("12T10:00")).unwrap();
    check(&scene, &[("long-tail", "lead", true)]);
    laptop(&scene.store, "7", (&atlas(), &usual), at("12T10:00")).unwrap();
    check(&scene, &[("long-tail", "lead", true)]);
}
