//! What evidence is worth together.

use super::*;
use proptest::prelude::*;

fn with(confidence: Confidence, finding: Finding) -> Finding {
    Finding { confidence, ..finding }
}

/// The score and the reasons of an incident of these.
fn weighed(scene: &Scene, found: &[Finding]) -> (u8, Vec<(String, f64)>) {
    for finding in found {
        scene.finds("a", finding, 5);
    }
    let incident = scene.incident(1);
    let reasons = incident.story.reasons.into_iter().map(|reason| (reason.text, reason.weight));
    (incident.score, reasons.collect())
}

/// Fills the fleet up to this many laptops; so many of them have the signature.
fn fleet(scene: &Scene, all: u32, having: u32) {
    for number in 0..all - 2 {
        let id = format!("x{number}");
        let laptop = "insert into laptop (id, host, platform, enrolled_at, not_after)
            values (?1, ?1, 'linux', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z')";
        scene.store.execute(laptop, [&id]).unwrap();
        if number < having {
            let common = lead("kvm.pikvm", 0);
            findings::add(&scene.store, &id, &common, at(0)).unwrap();
        }
    }
}

#[test]
fn independent_kinds_add_up_and_the_same_kind_counts_once() {
    let identity = finding("kvm.pikvm", Kind::Identity, 0);
    let twin = finding("kvm.twin", Kind::Identity, 0);
    let built = finding("kvm.built", Kind::Structure, 0);
    let score = |found: &[Finding]| weighed(&Scene::new(), found).0;
    assert_eq!(score(std::slice::from_ref(&identity)), 30);
    assert_eq!(score(&[identity.clone(), twin]), 30);
    assert_eq!(score(&[identity.clone(), built]), 60);
    assert_eq!(score(&[with(Confidence::High, identity)]), 60);
}

#[test]
fn what_many_laptops_show_counts_for_nothing_and_what_none_shows_for_a_little_more() {
    let pikvm = [finding("kvm.pikvm", Kind::Identity, 0)];
    for (all, having, expected) in [(19, 10, 30), (100, 30, 0), (100, 10, 15), (600, 0, 38)] {
        let scene = Scene::new();
        fleet(&scene, all, having);
        let (score, reasons) = weighed(&scene, &pikvm);
        assert_eq!(score, expected, "{having} of {all}: {reasons:?}");
        let sum: f64 = reasons.iter().map(|(_, weight)| weight).sum();
        assert!((sum - f64::from(score)).abs() < 0.51, "the reasons are what the score is made of");
    }
}

#[test]
fn a_new_laptop_and_a_session_weigh_and_silent_kinds_speak_against() {
    let scene = Scene::new();
    scene.store.execute("update laptop set enrolled_at = ?1", [at(0).to_string()]).unwrap();
    let silent = Corroboration { silent: vec![Kind::Display], ..Corroboration::default() };
    let session = Finding { corroboration: silent, ..tool(Rung::Session, 0) };
    let (score, reasons) = weighed(&scene, &[session]);
    assert_eq!(score, 45, "{reasons:?}");
    let said: Vec<&str> = reasons.iter().map(|(text, _)| text.as_str()).collect();
    let expected = [
        "remote-tools, activity (medium): remote-tools.anydesk is there",
        "somebody is connected now",
        "the laptop is new to its user: 0 days",
        "could be seen and show nothing: display",
    ];
    assert_eq!(said, expected);
}

#[test]
fn the_story_says_what_would_refute_it_what_is_innocent_and_what_to_do() {
    let scene = Scene::new();
    let blind = Corroboration { blind: vec![Kind::Display], ..Corroboration::default() };
    let pikvm = Finding { corroboration: blind, ..finding("kvm.pikvm", Kind::Identity, 0) };
    scene.finds("a", &pikvm, 1);
    let story = scene.incident(1).story;
    assert_eq!(story.innocent, ["a test bench"]);
    let last = story.refutes.last().unwrap();
    assert_eq!(last, "Not seen, and so not refuted: display. Blind is not clean.");
    assert!(story.steps.len() > 3);
    let text = serde_json::to_string(&story).unwrap().to_lowercase();
    assert!(!text.contains("korea"));
}

fn any_finding() -> impl Strategy<Value = Finding> {
    let kinds = [Kind::Identity, Kind::Structure, Kind::Display, Kind::Activity, Kind::Other];
    let confidence = [Confidence::Low, Confidence::Medium, Confidence::High];
    let families = ["kvm", "remote-tools", "place", "sight"];
    (0..4_usize, 0..4_u32, 0..5_usize, 0..3_usize, any::<bool>()).prop_map(
        move |(family, number, kind, sure, is_lead)| Finding {
            standing: if is_lead { Standing::Lead } else { Standing::Alert },
            confidence: confidence[sure],
            ..finding(&format!("{}.{number}", families[family]), kinds[kind], 0)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// The same findings, told again in any order and any number of times, tell
    /// nobody anything; more evidence never lowers the score.
    #[test]
    fn nothing_is_told_twice(found in proptest::collection::vec(any_finding(), 1..8)) {
        let scene = Scene::new();
        let mut score = 0;
        for one in &found {
            if findings::open(&scene.store, "a", &one.signature).unwrap().is_some() {
                continue;
            }
            scene.finds("a", one, 1);
            if let Some(incident) = incidents::get(&scene.store, 1).unwrap() {
                prop_assert!(incident.score >= score);
                score = incident.score;
            }
        }
        let told = scene.told();
        for hour in 2..6 {
            of_laptop(&scene.store, "a", &scene.rules, at(hour)).unwrap();
            scene.time_goes_on(hour);
        }
        prop_assert_eq!(scene.told(), told);
    }
}
