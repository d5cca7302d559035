//! What was told is not told again, and what is gone is told once.

use super::teller::Teller;
use event::Event;
use event::What;
use model::Report;
use serde_json::Value;
use serde_json::json;

fn finding(signature: &str, subject: &str) -> Value {
    json!({
        "signature": signature, "title": "t", "severity": "high", "confidence": "high",
        "technique": "T1219.003", "why": "w", "innocent": "i", "references": [],
        "opened": "2026-11-24T09:00:00Z",
        "evidence": [{ "sensor": "usb", "subject": subject, "source": "s", "fields": {} }],
    })
}

fn report(sequence: u64, complete: bool, findings: &[Value], sight: &Value) -> Report {
    serde_json::from_value(json!({
        "version": 1, "run": "r", "sequence": sequence, "at": "2026-11-24T09:01:00Z", "host": "h",
        "platform": "linux", "agent": "0.1.0", "complete": complete, "findings": findings,
        "sight": { "usb": sight },
    }))
    .unwrap()
}

fn told(events: &[Event]) -> Vec<(What, &str)> {
    events
        .iter()
        .map(|event| (event.what, event.incident.findings[0].finding.signature.as_str()))
        .collect()
}

#[test]
fn a_finding_is_told_when_it_opens_changes_and_closes_and_at_no_other_time() {
    let mut teller = Teller::default();
    let sees = json!("seeing");
    let mut tell = |sequence, complete, finding: &Value| {
        let report = report(sequence, complete, std::slice::from_ref(finding), &sees);
        let events = teller.tell(&report, false);
        told(&events).into_iter().map(|(what, _)| what).collect::<Vec<_>>()
    };
    let first = finding("kvm.x", "1-4");
    assert_eq!(tell(1, true, &first), [What::Opened]);
    // As after a start, when the agent has forgotten since when.
    let mut again = first;
    again["opened"] = json!("2026-11-24T09:00:30Z");
    assert_eq!(tell(2, true, &again), []);
    let more = finding("kvm.x", "1-5");
    assert_eq!(tell(3, false, &more), [What::Grown]);
    let mut closed = more;
    closed["closed"] = json!("2026-11-24T09:01:00Z");
    assert_eq!(tell(4, false, &closed), [What::Closed]);
    assert_eq!(tell(5, false, &closed), []);
}

#[test]
fn what_a_complete_report_leaves_out_is_over_only_if_its_sensor_sees() {
    let mut teller = Teller::default();
    let sees = json!("seeing");
    teller.tell(&report(1, true, &[finding("kvm.x", "1-4")], &sees), false);
    let blind = json!({ "blind": { "source": "s", "reason": "r" } });
    assert_eq!(told(&teller.tell(&report(2, true, &[], &blind), false)), []);
    assert_eq!(told(&teller.tell(&report(3, false, &[], &sees), false)), []);
    let over = teller.tell(&report(4, true, &[], &sees), false);
    assert_eq!(told(&over), [(What::Closed, "kvm.x")]);
    let opened = "2026-11-24T09:00:00Z".parse().unwrap();
    assert_eq!(over[0].incident.opened_at, opened);
    assert_eq!(over[0].uid, "r-4-kvm.x-closed");
}

#[test]
fn a_lead_is_told_only_if_leads_are_wanted_or_once_it_is_more() {
    let mut lead = finding("kvm.x", "1-4");
    lead["standing"] = json!("lead");
    let sees = json!("seeing");
    let mut teller = Teller::default();
    assert_eq!(told(&teller.tell(&report(1, true, &[lead.clone()], &sees), false)), []);
    let alert = report(2, false, &[finding("kvm.x", "1-4")], &sees);
    assert_eq!(told(&teller.tell(&alert, false)), [(What::Opened, "kvm.x")]);
    let mut other = Teller::default();
    let events = other.tell(&report(1, true, &[lead], &sees), true);
    assert_eq!(told(&events), [(What::Opened, "kvm.x")]);
}
