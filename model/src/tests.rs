//! Old readers understand new letters, and new readers old ones.

use crate::Corroboration;
use crate::Finding;
use crate::Kind;
use crate::Report;
use crate::Rung;
use crate::Sight;
use crate::Standing;
use crate::Verdict;
use serde_json::json;

/// A report as the first agents wrote it, of which nothing may be needed that
/// came later.
fn first() -> serde_json::Value {
    json!({
        "version": 1, "run": "r", "sequence": 3, "at": "2026-11-24T09:00:00Z",
        "host": "h", "platform": "linux", "agent": "0.1.0", "complete": true,
        "findings": [{
            "signature": "kvm.pikvm", "title": "t", "severity": "high", "confidence": "high",
            "technique": "T1219.003", "why": "w", "innocent": "i", "references": [],
            "opened": "2026-11-24T09:00:00Z",
            "evidence": [{
                "sensor": "usb", "subject": "1-4", "source": "s",
                "fields": { "speed": "high", "count": 4, "known": true, "ids": ["a", 1] }
            }]
        }],
        "sight": { "usb": "seeing", "display": { "blind": { "source": "s", "reason": "r" } } }
    })
}

#[test]
fn a_report_of_the_first_agents_is_understood() {
    let report: Report = serde_json::from_value(first()).unwrap();
    let Finding { kind, standing, corroboration, closed, .. } = &report.findings[0];
    assert_eq!((*kind, *standing, *closed), (Kind::Identity, Standing::Alert, None));
    assert_eq!(*corroboration, Corroboration::default());
    assert_eq!((report.lost, report.damaged), (0, 0));
    assert_eq!(report.sight["usb"], Sight::Seeing);
}

#[test]
fn what_a_newer_agent_adds_is_passed_over() {
    let mut newer = first();
    newer["weather"] = json!("rain");
    newer["findings"][0]["mood"] = json!({ "deep": [1, 2] });
    newer["findings"][0]["kind"] = json!("telepathy");
    newer["findings"][0]["tool"] = json!({
        "id": "anydesk", "category": "remote-desktop", "rung": "session",
        "verdict": "telepathic", "color": "blue",
    });
    newer["findings"][0]["corroboration"] = json!({ "spoke": ["telepathy"], "sang": [] });
    let report: Report = serde_json::from_value(newer).unwrap();
    assert_eq!(report.findings[0].kind, Kind::Other);
    assert_eq!(report.findings[0].corroboration.spoke, [Kind::Other]);
    let tool = report.findings[0].tool.as_ref().unwrap();
    assert_eq!((tool.rung, tool.verdict), (Rung::Session, Verdict::Other));
}

#[test]
fn what_is_written_is_read_back() {
    let report: Report = serde_json::from_value(first()).unwrap();
    let text = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), report);
}
