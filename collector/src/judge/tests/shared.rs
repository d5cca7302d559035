//! Laptops behind one router.

use super::*;
use model::Observation;
use model::Value;

/// Laptops `a` to `d`, behind one router for four days.
fn shelf(people: &[&str]) -> Scene {
    let scene = Scene::new();
    for (number, person) in people.iter().enumerate() {
        let id = ["a", "b", "c", "d"][number];
        if id != "a" {
            let laptop = "insert into laptop (id, host, platform, enrolled_at, not_after, serial)
                values (?1, ?1, 'linux', '2026-11-01T00:00:00Z', '2026-12-31T00:00:00Z', ?1)";
            scene.store.execute(laptop, [id]).unwrap();
        }
        let serial = if id == "a" { "PF3X" } else { id };
        let list = format!("serial,person\n{serial},{person}\n");
        assets::put(&scene.store, &expected::import(&list).unwrap(), at("01T00:00")).unwrap();
        let told = serde_json::to_string(&[network("line")]).unwrap();
        scene.store.execute("update laptop set told = ?2 where id = ?1", [id, &told]).unwrap();
    }
    scene
}

fn network(kind: &str) -> Observation {
    let text = |text: &str| Value::Text(text.to_owned());
    let fields = [("gateway", text("5f1c")), ("gateway_kind", text(kind))];
    Observation {
        sensor: "network".to_owned(),
        subject: "network".to_owned(),
        source: "routes".to_owned(),
        fields: fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    }
}

fn all_are_judged(scene: &Scene, atlas: &Atlas, times: &[&str]) {
    let ids: Vec<String> = places::due(&scene.store, Timestamp::MIN).unwrap();
    for time in times {
        for id in &ids {
            laptop(&scene.store, id, (atlas, &Usual::default()), at(time)).unwrap();
        }
    }
}

fn shared(scene: &Scene) -> Vec<(String, String, bool)> {
    let is_shared = |found: &(String, String, bool)| found.0 == "place.shared-router";
    scene.found().into_iter().filter(is_shared).collect()
}

fn found(standing: &str, open: bool) -> [(String, String, bool); 1] {
    [("place.shared-router".to_owned(), standing.to_owned(), open)]
}

#[test]
fn two_people_are_a_lead_and_three_an_alert() {
    let days = ["10T09:00", "13T09:30"];
    for (people, standing) in [(&["A", "B"][..], "lead"), (&["A", "B", "C"], "alert")] {
        let scene = shelf(people);
        all_are_judged(&scene, &atlas(), &days);
        all_are_judged(&scene, &atlas(), &["13T09:31"]);
        assert_eq!(shared(&scene), found(standing, true), "{people:?}");
    }
}

#[test]
fn guests_one_person_s_laptops_and_hot_spots_are_nothing() {
    let brief = shelf(&["A", "B", "C"]);
    all_are_judged(&brief, &atlas(), &["10T09:00", "12T09:30"]);
    assert_eq!(shared(&brief), []);
    let one = shelf(&["A", "A", "A"]);
    all_are_judged(&one, &atlas(), &["10T09:00", "14T09:30"]);
    assert_eq!(shared(&one), []);
    let phones = shelf(&["A", "B", "C"]);
    let told = serde_json::to_string(&[network("hot-spot")]).unwrap();
    phones.store.execute("update laptop set told = ?1", [told]).unwrap();
    all_are_judged(&phones, &atlas(), &["10T09:00", "14T09:30"]);
    assert_eq!(shared(&phones), []);
}

#[test]
fn an_office_is_nothing() {
    let networks = Networks::new([("192.0.2.0/24".parse().unwrap(), Class::Corp)]);
    let atlas = Atlas { networks, ..atlas() };
    let scene = shelf(&["A", "B", "C"]);
    for id in ["a", "b", "c"] {
        exits::seen(&scene.store, id, HOME.parse().unwrap(), at("10T08:00")).unwrap();
    }
    all_are_judged(&scene, &atlas, &["10T09:00", "14T09:30"]);
    assert_eq!(shared(&scene), []);
}

#[test]
fn it_ends_a_while_after_the_others_have_left() {
    let scene = shelf(&["A", "B", "C"]);
    all_are_judged(&scene, &atlas(), &["10T09:00", "14T09:30"]);
    scene.decide("14T09:31");
    assert_eq!(shared(&scene), found("alert", true));
    scene.store.execute("update laptop set told = '[]' where id <> 'a'", []).unwrap();
    for time in ["20T09:00", "21T10:00", "22T11:00", "24T00:00"] {
        scene.decide(time);
    }
    assert_eq!(shared(&scene), found("alert", false));
}
