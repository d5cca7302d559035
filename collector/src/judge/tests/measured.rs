//! What is measured on the way to a laptop, and by the laptop itself.

use super::*;
use crate::place::syn::Syn;
use crate::store::landmarks;
use model::Landmark;

/// A collector in Virginia, and landmarks in Frankfurt and Tokyo.
fn with_landmarks() -> Atlas {
    let stand = [("eu:8443", "50.1,8.7"), ("asia:8443", "35.7,139.7")];
    let landmarks = stand.map(|(name, point)| (name.to_owned(), point.parse().unwrap())).into();
    Atlas { collector: "38.95,-77.45".parse().ok(), landmarks, ..atlas() }
}

/// A laptop of Texas on its line at home.
fn at_home() -> Scene {
    let scene = Scene::new().belongs_to_texas();
    scene.comes_from(HOME, &["10T09:00", "12T09:00"]);
    scene
}

fn measured(scene: &Scene, exit: &str, time: &str, ways: &[(&str, u64)]) {
    for &(name, milliseconds) in ways {
        let landmark =
            Landmark { name: name.to_owned(), microseconds: milliseconds * 1000, connects: 5 };
        let from = (exit.parse().unwrap(), &landmark);
        landmarks::add(&scene.store, "a", from, at(time)).unwrap();
    }
}

#[test]
fn a_landmark_across_the_ocean_that_is_near_refutes_home_on_the_second_day() {
    let scene = at_home();
    measured(&scene, HOME, "10T09:00", &[("eu:8443", 250), ("asia:8443", 36)]);
    scene.decide_by(&with_landmarks(), "10T09:01");
    check(&scene, &[]);
    let told: Told = places::of_laptop(&scene.store, "a").unwrap().unwrap();
    assert_eq!(told.waits.len(), 1, "{told:?}");
    assert!(told.way.ends_with("and to 2 landmarks"), "{told:?}");
    // The second day's ways are longer; the least counts.
    measured(&scene, HOME, "11T09:00", &[("eu:8443", 260), ("asia:8443", 90)]);
    scene.decide_by(&with_landmarks(), "11T09:01");
    check(&scene, &[("physics-refutes", "alert", true)]);
    let kept = findings::all_open(&scene.store, "a").unwrap().remove(0).finding;
    let text = serde_json::to_string(&kept).unwrap();
    assert!(kept.why.starts_with("the landmark asia:8443 answers the laptop in 36.0 ms"), "{text}");
    assert!(!text.contains("139.7") && !text.contains(HOME), "{text}");
}

#[test]
fn what_an_honest_laptop_measures_refutes_nothing() {
    let scene = at_home();
    for day in ["10T09:00", "11T09:00", "12T09:00"] {
        measured(&scene, HOME, day, &[("eu:8443", 120), ("asia:8443", 140)]);
        scene.decide_by(&with_landmarks(), day);
        check(&scene, &[]);
    }
}

#[test]
fn what_was_measured_from_another_exit_or_of_a_landmark_nobody_names_says_nothing_here() {
    let scene = at_home();
    for day in ["10T09:00", "11T09:00"] {
        measured(&scene, ABROAD, day, &[("asia:8443", 36)]);
        measured(&scene, HOME, day, &[("moon:8443", 36)]);
    }
    scene.decide_by(&with_landmarks(), "12T09:01");
    check(&scene, &[]);
}

#[test]
fn first_packets_of_another_system_are_held_against_what_the_agent_says_it_runs_on() {
    let scene = at_home();
    let syn = Syn { hops_left: 52, mss: Some(1460), window_scale: Some(7), has_timestamp: true };
    for time in ["10T09:00", "10T13:00", "11T09:00"] {
        let sample = Sample {
            at: at(time),
            vantage: Vantage::Direct,
            tcp_ms: 32.0,
            echo_ms: 32.1,
            echoes: 20,
            mss: Some(1460),
            syn: Some(syn),
        };
        ways::add(&scene.store, "a", HOME.parse().unwrap(), &sample).unwrap();
    }
    scene.decide("12T09:01");
    check(&scene, &[]);
    scene.store.execute("update laptop set platform = 'windows'", []).unwrap();
    scene.decide("12T09:02");
    check(&scene, &[("foreign-stack", "lead", true)]);
    scene.decide("16T09:03");
    check(&scene, &[("foreign-stack", "lead", true)]);
}
