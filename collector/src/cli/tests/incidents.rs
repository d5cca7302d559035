//! Incidents and suppressions, from the command line.

use super::*;
use crate::clock;
use crate::incident;
use crate::incident::Rules;
use crate::store::findings;
use jiff::SignedDuration;
use serde_json::json;

/// A collector with an incident of the laptop `a`.
fn place() -> Place {
    let place = Place::started();
    let laptop = "insert into laptop (id, host, platform, enrolled_at, not_after)
        values ('a', 'ada', 'linux', '2026-11-01T00:00:00Z', '2100-01-01T00:00:00Z')";
    place.store().execute_batch(laptop).unwrap();
    let finding = serde_json::from_value(json!({
        "signature": "kvm.pikvm", "title": "A PiKVM", "severity": "high", "confidence": "high",
        "technique": "T1200", "why": "w", "innocent": "i", "references": [],
        "opened": "2026-11-24T09:00:00Z", "evidence": [],
    }));
    let now = clock::now();
    findings::add(&place.store(), "a", &finding.unwrap(), now).unwrap();
    let rules = Rules { learn_until: None, close_quiet_after: SignedDuration::MAX };
    incident::of_laptop(&place.store(), "a", &rules, now).unwrap();
    place
}

#[test]
fn an_incident_is_listed_shown_and_worked_on() {
    let place = place();
    let (code, listed) = place.run(&["incidents"]);
    assert_eq!(code, GOOD);
    assert!(listed.contains("open"), "{listed}");
    let (code, shown) = place.run(&["incidents", "1"]);
    assert_eq!(code, GOOD);
    for part in ["What was found", "What its confidence is made of", "What to do next"] {
        assert!(shown.contains(part), "{shown}");
    }
    let done = |arguments: &[&str]| place.run(&[&["incidents"], arguments].concat());
    assert_eq!(done(&["acknowledge", "1"]), (GOOD, "incident 1 is acknowledged\n".to_owned()));
    let silent = done(&["suppress", "1", "--for", "2d", "--note", "a test"]);
    assert_eq!(silent, (GOOD, "incident 1 is suppressed\n".to_owned()));
    assert_eq!(
        done(&["close", "1", "--as", "benign"]),
        (NOT_SO, "say why, in a note\n".to_owned())
    );
    let closed = done(&["close", "1", "--as", "benign", "--note", "a bench"]);
    assert_eq!(closed, (GOOD, "incident 1 is closed\n".to_owned()));
    assert!(!place.run(&["incidents"]).1.contains("closed"));
    assert!(place.run(&["incidents", "--all"]).1.contains("closed (benign)"));
    assert_eq!(done(&["reopen", "1"]), (GOOD, "incident 1 is open\n".to_owned()));
    assert_eq!(done(&["9"]), (NOT_SO, "there is no incident 9\n".to_owned()));
    assert_eq!(place.json(&["incidents"])[0]["state"], "open");
}

#[test]
fn a_suppression_is_made_listed_and_ended() {
    let place = place();
    let made = ["suppressions", "add", "--signature", "kvm.*", "--why", "a bench", "--for", "2d"];
    let (code, text) = place.run(&made);
    assert_eq!(code, GOOD);
    assert!(text.starts_with("suppression 1: signature kvm.* until "), "{text}");
    let listed = place.json(&["suppressions", "list"]);
    assert_eq!(
        (&listed[0]["which"]["signature"], &listed[0]["actor"]),
        (&json!("kvm.*"), &json!("cli"))
    );
    assert_eq!(place.run(&["suppressions", "end", "1"]), (GOOD, "ended\n".to_owned()));
    assert_eq!(place.run(&["suppressions", "end", "1"]).0, NOT_SO);
    let everything = place.attempt(&["suppressions", "add", "--why", "x", "--for", "2d"]);
    let everything = everything.unwrap_err().to_string();
    assert!(everything.contains("would silence everything"), "{everything}");
}
