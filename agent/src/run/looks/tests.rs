//! When the sockets are looked at.

use super::*;
use crate::host::Platform;
use crate::host::Recording;
use model::Tool;
use model::Verdict;

fn looks() -> Looks {
    Looks::new(Arc::new(Recording::blank(Platform::Linux, "x")), Asked::default())
}

/// A finding about a tool that has come so far; about none if that is `None`.
fn finding(rung: Option<Rung>) -> Finding {
    let tool = rung.map(|rung| Tool {
        id: "x11vnc".to_owned(),
        category: "remote-desktop".to_owned(),
        rung,
        verdict: Verdict::Unknown,
        approval: None,
    });
    let finding = serde_json::json!({
        "signature": "remote-tools.x11vnc", "title": "t", "severity": "high",
        "confidence": "high", "technique": "T1219.002", "why": "w", "innocent": "i",
        "references": [], "opened": "1970-01-01T00:00:00Z", "evidence": [],
    });
    Finding { tool, ..serde_json::from_value(finding).unwrap() }
}

/// True if a look is due that long after a moment between these two.
fn is_due(looks: &Looks, between: (Instant, Instant), wait: Duration) -> bool {
    looks.due().is_some_and(|due| due >= between.0 + wait && due <= between.1 + wait)
}

#[test]
fn sockets_are_followed_while_a_tool_runs_and_not_otherwise() {
    for (rung, expected) in [
        (None, false),
        (Some(Rung::Present), false),
        (Some(Rung::Running), true),
        (Some(Rung::Reachable), true),
        (Some(Rung::Session), true),
    ] {
        let (mut looks, before) = (looks(), Instant::now());
        looks.follow(&[finding(None), finding(rung)]);
        let between = (before, Instant::now());
        assert_eq!(looks.due().is_some(), expected, "{rung:?}");
        assert_eq!(is_due(&looks, between, AGAIN), expected, "{rung:?}");
    }
}

#[test]
fn the_sooner_of_two_reasons_to_look_counts_and_a_burst_puts_nothing_off() {
    let mut looks = looks();
    looks.follow(&[finding(Some(Rung::Running))]);
    let before = Instant::now();
    looks.settled(socket::NAME);
    let between = (before, Instant::now());
    assert!(is_due(&looks, between, SETTLED));
    let due = looks.due();
    looks.settled(socket::NAME);
    looks.follow(&[finding(Some(Rung::Running))]);
    assert_eq!(looks.due(), due);
    let before = Instant::now();
    looks.soon(socket::NAME);
    assert!(is_due(&looks, (before, Instant::now()), BURST));
}

#[test]
fn a_sensor_rests_after_a_look_that_took_long() {
    let mut looks = looks();
    let rested = Instant::now() + Duration::from_hours(1);
    looks.paces.entry(socket::NAME).or_default().rested = Some(rested);
    looks.follow(&[finding(Some(Rung::Running))]);
    assert_eq!(looks.due(), Some(rested));
}
