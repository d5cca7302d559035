//! Findings → what signatures can ask of them.

use super::*;
use model::Value;

fn tool(id: &str, category: &str, confidence: &str, verdict: &str) -> model::Finding {
    serde_json::from_value(serde_json::json!({
        "signature": format!("remote-tools.{id}"), "title": "t", "severity": "high",
        "confidence": confidence, "technique": "T1219.002", "why": "w", "innocent": "i",
        "references": [], "opened": "2026-11-24T09:00:00Z", "evidence": [],
        "tool": { "id": id, "category": category, "rung": "running", "verdict": verdict },
    }))
    .unwrap()
}

fn check(other: &model::Finding, maker: &str, expected: bool) {
    let one = tool("anydesk", "remote-desktop", "high", "unknown");
    let seen = observations(&[(&one, Some("A")), (other, Some(maker))], true, &Nights::default());
    assert_eq!(seen[0].fields["has_rival"], Value::Flag(expected));
}

#[test]
fn a_rival_is_another_makers_tool_of_the_same_kind() {
    check(&tool("teamviewer", "remote-desktop", "high", "unknown"), "B", true);
    check(&tool("teamviewer", "remote-desktop", "high", "unknown"), "A", false);
    check(&tool("zoom", "meeting", "high", "unknown"), "B", false);
}

#[test]
fn what_is_approved_or_only_a_name_is_no_rival() {
    check(&tool("teamviewer", "remote-desktop", "high", "approved"), "B", false);
    check(&tool("teamviewer", "remote-desktop", "low", "unknown"), "B", false);
    check(&tool("teamviewer", "remote-desktop", "high", "expired"), "B", true);
}

#[test]
fn a_finding_says_what_it_is() {
    let one = tool("anydesk", "remote-desktop", "high", "approved");
    let text = |text: &str| Value::Text(text.to_owned());
    let expected = [
        ("category", text("remote-desktop")),
        ("confidence", text("high")),
        ("family", text("remote-tools")),
        ("has_rival", Value::Flag(false)),
        ("is_approved", Value::Flag(true)),
        ("is_early", Value::Flag(false)),
        ("rung", text("running")),
        ("standing", text("alert")),
    ];
    let seen = observations(&[(&one, None)], false, &Nights::default());
    assert_eq!(seen[0].fields, expected.map(|(name, value)| (name.to_owned(), value)).into());
    assert_eq!(seen[0].subject, "remote-tools.anydesk");
}
