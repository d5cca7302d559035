//! What a laptop's silence and its lapses say.

use super::*;
use crate::ingest;
use model::Blindness;
use model::Observation;
use model::Report;
use model::Sight;
use model::Value;
use std::collections::BTreeMap;

fn report(run: &str, sequence: u64, written: &str) -> Report {
    Report {
        version: 1,
        run: run.to_owned(),
        sequence,
        at: at(written),
        host: "ada".to_owned(),
        platform: "linux".to_owned(),
        agent: "0.1.0".to_owned(),
        complete: false,
        findings: Vec::new(),
        sight: BTreeMap::from([("usb".to_owned(), Sight::Seeing)]),
        lost: 0,
        damaged: 0,
        unseen: 0,
        told: Vec::new(),
        serial: None,
        signatures: None,
        landmarks: Vec::new(),
    }
}

fn hears(scene: &Scene, report: &Report, time: &str) {
    ingest::take(&scene.store, "a", std::slice::from_ref(report), at(time)).unwrap();
}

fn power(lid: &str) -> Observation {
    Observation {
        sensor: "power".to_owned(),
        subject: "power".to_owned(),
        source: "supplies".to_owned(),
        fields: [("lid".to_owned(), Value::Text(lid.to_owned()))].into(),
    }
}

/// The codes that are open, and a field of the last one's evidence.
fn open(scene: &Scene, field: &str) -> (Vec<String>, Option<String>) {
    let kept = findings::all_open(&scene.store, "a").unwrap();
    let sight: Vec<Finding> = kept
        .into_iter()
        .map(|kept| kept.finding)
        .filter(|finding| finding.signature.starts_with("sight."))
        .collect();
    let codes = sight.iter().map(|finding| finding.signature["sight.".len()..].to_owned());
    let told = sight.last().and_then(|finding| finding.evidence[0].fields.get(field));
    (codes.collect(), told.map(ToString::to_string))
}

fn check(scene: &Scene, (field, time): (&str, &str), expected: (&[&str], Option<&str>)) {
    scene.decide(time);
    let (codes, told) = open(scene, field);
    assert_eq!(
        (codes, told.as_deref()),
        (expected.0.iter().map(|code| (*code).to_owned()).collect(), expected.1)
    );
}

#[test]
fn a_laptop_that_falls_silent_is_told_with_what_its_last_words_make_likely() {
    let scene = Scene::new();
    hears(
        &scene,
        &Report { told: vec![power("closed")], ..report("r", 1, "10T09:00") },
        "10T09:00",
    );
    check(&scene, ("likely", "16T09:00"), (&[], None));
    let asleep = "asleep or off: its lid was closed when it was last heard of";
    check(&scene, ("likely", "17T09:01"), (&["unheard"], Some(asleep)));
    hears(&scene, &Report { told: vec![power("open")], ..report("r", 2, "18T09:00") }, "18T09:00");
    check(&scene, ("likely", "18T09:01"), (&[], None));
    let offline = "offline, off or without its agent: nothing tells these apart";
    check(&scene, ("likely", "26T09:01"), (&["unheard"], Some(offline)));
}

#[test]
fn a_laptop_that_lives_while_its_agent_is_silent_alerts() {
    let scene = Scene::new();
    hears(&scene, &report("r", 1, "10T09:00"), "10T09:00");
    let alive = |day: &str| {
        let list = format!("serial,alive_at\nPF3X,2026-11-{day}\n");
        assets::put(&scene.store, &expected::import(&list).unwrap(), at("01T00:00")).unwrap();
    };
    alive("12");
    check(&scene, ("alive", "15T09:00"), (&[], None));
    alive("15");
    check(&scene, ("alive", "15T09:00"), (&["removed"], Some("2026-11-15T00:00:00Z")));
    assert!(scene.found().contains(&("sight.removed".to_owned(), "alert".to_owned(), true)));
}

#[test]
fn a_sensor_that_is_blind_for_a_day_and_reports_that_are_missing_are_told() {
    let scene = Scene::new();
    let reason = Blindness { source: "/sys".to_owned(), reason: "denied".to_owned() };
    let blind = BTreeMap::from([("usb".to_owned(), Sight::Blind(reason))]);
    hears(&scene, &Report { sight: blind.clone(), ..report("r", 1, "10T09:00") }, "10T09:00");
    check(&scene, ("sensors", "10T09:01"), (&[], None));
    hears(&scene, &Report { sight: blind, ..report("r", 5, "11T09:00") }, "11T09:00");
    let told = "usb, since 2026-11-10T09:01:00Z: /sys: denied";
    check(&scene, ("sensors", "11T09:02"), (&["blind"], Some(told)));
    hears(&scene, &report("r", 6, "12T09:00"), "12T09:00");
    check(&scene, ("missing", "12T09:02"), (&["gap"], Some("3")));
    hears(&scene, &report("r", 7, "18T09:00"), "18T09:00");
    check(&scene, ("missing", "18T09:02"), (&["gap"], Some("3")));
    check(&scene, ("missing", "19T09:03"), (&[], None));
}

#[test]
fn a_clock_that_is_ahead_or_was_set_back_is_told_for_a_week() {
    let scene = Scene::new();
    hears(&scene, &report("r", 1, "10T09:00"), "10T09:00");
    hears(&scene, &report("r", 2, "10T08:00"), "10T09:10");
    check(&scene, ("seconds", "10T09:11"), (&["clock-moved"], Some("3600")));
    check(&scene, ("seconds", "17T09:11"), (&["unheard"], None));
    hears(&scene, &report("r", 3, "19T09:00"), "18T09:00");
    check(&scene, ("seconds", "18T09:01"), (&["clock-moved"], Some("86400")));
}

#[test]
fn reports_that_waited_say_nothing_of_the_clock_or_of_a_fork() {
    let scene = Scene::new();
    hears(&scene, &report("old", 1, "10T09:00"), "10T09:00");
    hears(&scene, &report("new", 1, "11T09:00"), "11T09:00");
    hears(&scene, &report("old", 2, "10T10:00"), "11T09:01");
    check(&scene, ("noticed", "11T09:02"), (&[], None));
}

#[test]
fn a_numbering_that_goes_on_after_another_has_followed_it_is_two_machines() {
    let scene = Scene::new();
    hears(&scene, &report("one", 1, "10T09:00"), "10T09:00");
    hears(&scene, &report("two", 1, "11T09:00"), "11T09:00");
    hears(&scene, &report("one", 2, "11T10:00"), "11T10:00");
    check(&scene, ("noticed", "11T10:01"), (&["cloned"], Some("2026-11-11T10:00:00Z")));
}

#[test]
fn signatures_unlike_those_of_nearly_all_others_are_told() {
    let scene = Scene::new();
    let own = Report { signatures: Some("bad".to_owned()), ..report("r", 1, "10T09:00") };
    hears(&scene, &own, "10T09:00");
    let others = |count: u32, digest: &str| {
        for number in 0..count {
            let laptop = "insert into laptop
                (id, host, platform, enrolled_at, not_after, agent, signatures)
                values (?1 || ?2, 'x', 'linux', ?3, ?3, '0.1.0', ?2)";
            let at = "2026-11-01T00:00:00Z";
            scene.store.execute(laptop, [&number.to_string(), digest, at]).unwrap();
        }
    };
    let judge = || {
        let usual = Usual::gather(&scene.store, &atlas(), at("10T09:01")).unwrap();
        laptop(&scene.store, "a", (&atlas(), &usual), at("10T09:01")).unwrap();
        open(&scene, "same").0
    };
    others(8, "good");
    assert!(judge().is_empty(), "too few to say");
    others(3, "pilot");
    assert!(judge().is_empty(), "they do not agree");
    scene.store.execute("update laptop set signatures = 'good' where id <> 'a'", []).unwrap();
    assert_eq!(judge(), ["signatures-changed"]);
}
