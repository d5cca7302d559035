//! Where laptops come from against where they belong, as an analyst reads it.

use super::Desk;
use super::reading::is_readable;
use collector::store;
use collector::store::laptops;
use collector::store::laptops::Issued;
use collector::store::places;
use fantoccini::key::Key;
use jiff::Timestamp;
use model::Enroll;
use serde_json::Value;
use serde_json::json;
use tests::root;

/// Id, exit, what is to be done, what waits.
const LAPTOPS: [(&str, &str, &str, &[&str]); 5] = [
    ("a", "US", "log", &[]),
    ("b", "CN", "case", &["The laptop's exit is far from where it belongs: opens after five days"]),
    ("c", "US", "log", &[]),
    ("d", "PK", "review", &[]),
    ("e", "SG", "log", &[]),
];

/// A desk whose collector has decided about laptops that belong to Texas.
fn desk() -> Desk {
    let desk = Desk::entered();
    let opened = store::open(&desk.folder.path().join("collector")).unwrap();
    let store = store::change(&opened).unwrap();
    let now: Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
    for (id, exit, band, waits) in LAPTOPS {
        let letter = Enroll {
            token: String::new(),
            csr: String::new(),
            host: format!("laptop-{id}"),
            platform: "linux".to_owned(),
            serial: None,
        };
        let not_after = "2027-11-24T00:00:00Z".parse().unwrap();
        laptops::enroll(&store, Issued { laptop: id, not_after }, &letter, now).unwrap();
        places::put(&store, id, &told(exit, band, waits), now).unwrap();
    }
    store.commit().unwrap();
    desk
}

fn told(exit: &str, band: &str, waits: &[&str]) -> Value {
    json!({
        "country": exit, "vote": format!("all say {exit}"), "class": "fixed",
        "organization": "A Telephone and Telegraph Company of Some Length", "expected": ["US-TX"],
        "way": "TCP 31.0 ms, echo 32.5 ms, on 4 connections of 3 days", "notes": [],
        "logit": if band == "log" { -9.2 } else { 0.5 }, "band": band, "waits": waits,
    })
}

#[test]
fn places_are_a_map_and_tables_that_everybody_can_read() {
    let desk = desk();
    let browser = &desk.browser;
    browser.open("/places");
    browser.show_as((1280, 900), "light");
    browser.picture(&root().join("target/places.png"));
    browser.show_as((1280, 900), "dark");
    browser.picture(&root().join("target/places-dark.png"));
    is_readable(browser);
    let dots = "return Array.from(document.querySelectorAll('.dot.foreign title'))
        .map((title) => title.textContent.split(':')[0])";
    assert_eq!(browser.run(dots), json!(["China", "Pakistan"]));
    let map = "const map = document.querySelector('svg.map').getBoundingClientRect();
        return [map.width > 600, Math.abs(map.width / map.height - 1000 / 460) < 0.05]";
    assert_eq!(browser.run(map), json!([true, true]));
    let first = browser.texts("section tbody tr:first-child td")[..2].to_vec();
    assert_eq!(
        (first, browser.complaints()),
        (vec!["case".to_owned(), "all say CN".to_owned()], vec![])
    );
}

#[test]
fn a_laptop_is_reached_from_the_places_with_the_keyboard_alone() {
    let desk = desk();
    let browser = &desk.browser;
    browser.open("/places");
    browser.press(Key::Tab.into());
    browser.press(Key::Enter.into());
    assert_eq!(browser.run("return document.activeElement.id"), "main");
    for name in ["Table of countries", "Table of laptops"] {
        browser.press(Key::Tab.into());
        let label = browser.run("return document.activeElement.ariaLabel");
        assert_eq!(label, name);
    }
    browser.press(Key::Tab.into());
    browser.press(Key::Enter.into());
    browser.until("the laptop", || browser.page().starts_with("/laptops/"));
    assert_eq!(browser.page(), "/laptops/b#place");
    assert_eq!(browser.text("h1"), "laptop-b");
    let facts = browser.texts("section[aria-labelledby=place] dd");
    assert_eq!((facts[1].as_str(), facts[3].as_str()), ("US-TX", "case"));
    is_readable(browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
