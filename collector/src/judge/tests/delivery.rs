//! Where a laptop was sent, and where it was first seen.

use super::*;

const CITIES: &[u8] = include_bytes!("../../place/geo/fixtures/nested.mmdb");

/// As usual, and a database that puts the line at home to Austin in Texas.
fn with_cities() -> Atlas {
    let cities = Database::of_mmdb("cities", CITIES.to_vec()).unwrap();
    let databases = Databases::new(databases().into_iter().chain([cities]));
    Atlas { databases, ..atlas() }
}

/// A laptop that was enrolled on the first, and sent there.
fn sent_to(place: &str) -> Scene {
    let scene = Scene::new();
    let list = format!("serial,home,delivered_to\nPF3X,US,{place}\n");
    assets::put(&scene.store, &expected::import(&list).unwrap(), at("01T00:00")).unwrap();
    scene
}

#[test]
fn a_laptop_first_seen_far_from_where_it_was_sent_is_a_lead() {
    let scene = sent_to("US-NY");
    scene.comes_from(HOME, &["03T09:00"]);
    scene.decide_by(&with_cities(), "03T09:01");
    check(&scene, &[("far-from-delivery", "lead", true)]);
    let kept = findings::all_open(&scene.store, "a").unwrap().remove(0).finding;
    assert!(kept.why.starts_with("500 to 2000 km from where it was sent"), "{}", kept.why);
    // What a database does not give a point to is nowhere.
    let unknown = sent_to("US-NY");
    unknown.comes_from(HOME, &["03T09:00"]);
    unknown.decide("03T09:01");
    check(&unknown, &[]);
}

#[test]
fn a_laptop_first_seen_where_it_was_sent_may_go_anywhere_later() {
    let there = sent_to("US-TX");
    there.comes_from(HOME, &["03T09:00"]);
    there.decide_by(&with_cities(), "03T09:01");
    check(&there, &[]);
    let moved = sent_to("US-NY");
    // A line of which no point is known, and Texas a day later.
    moved.comes_from(ABROAD, &["02T09:00"]);
    moved.comes_from(HOME, &["03T09:00"]);
    moved.decide_by(&with_cities(), "03T09:01");
    let codes: Vec<String> = moved.found().into_iter().map(|(code, ..)| code).collect();
    assert!(!codes.contains(&"place.far-from-delivery".to_owned()), "{codes:?}");
}

#[test]
fn a_later_exit_is_not_the_first_one_although_the_first_was_forgotten() {
    let scene = sent_to("US-NY");
    scene.comes_from(HOSTED, &["02T09:00"]);
    scene.comes_from(HOME, &["16T09:00"]);
    exits::forget(&scene.store, at("10T00:00"), &[7; 32]).unwrap();
    let addresses = exits::of_laptop(&scene.store, "a").unwrap();
    let addresses = addresses.iter().filter(|exit| !exit.address.starts_with("network:"));
    assert_eq!(addresses.map(|exit| exit.address.as_str()).collect::<Vec<_>>(), [HOME]);
    // The oldest address that is left is Texas, on the sixteenth.
    scene.decide_by(&with_cities(), "16T09:01");
    check(&scene, &[]);
    // Had it been enrolled on the fifteenth, that would be where it was first seen.
    scene.store.execute("update laptop set enrolled_at = '2026-11-15T00:00:00Z'", []).unwrap();
    scene.decide_by(&with_cities(), "16T09:02");
    check(&scene, &[("far-from-delivery", "lead", true)]);
}
