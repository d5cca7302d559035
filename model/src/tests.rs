//! Old readers understand new letters, and new readers old ones.

use crate::Corroboration;
use crate::Enroll;
use crate::Finding;
use crate::Kind;
use crate::Landmark;
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
    assert_eq!((report.told, report.serial, report.signatures), (Vec::new(), None, None));
    assert_eq!(report.landmarks, []);
    assert_eq!(report.sight["usb"], Sight::Seeing);
}

#[test]
fn a_report_that_tells_nothing_is_written_as_the_first_agents_wrote_it() {
    let report: Report = serde_json::from_value(first()).unwrap();
    let written = serde_json::to_value(report).unwrap();
    for newer in ["told", "serial", "signatures", "landmarks"] {
        assert_eq!(written.get(newer), None, "{newer}");
    }
}

#[test]
fn an_enrolment_of_the_first_agents_names_no_serial_number() {
    let first = json!({ "token": "t", "csr": "c", "host": "h", "platform": "linux" });
    let letter: Enroll = serde_json::from_value(first.clone()).unwrap();
    assert_eq!(letter.serial, None);
    assert_eq!(serde_json::to_value(&letter).unwrap(), first);
    let newer = Enroll { serial: Some("PF1".to_owned()), ..letter };
    assert_eq!(serde_json::to_value(newer).unwrap()["serial"], "PF1");
}

#[test]
fn what_is_told_of_a_sensor_nobody_here_knows_is_kept() {
    let mut newer = first();
    newer["serial"] = json!("PF1");
    newer["signatures"] = json!("5ca1ab1e");
    newer["told"] = json!([{
        "sensor": "weather", "subject": "w", "source": "s", "fields": { "sky": "gray" }
    }]);
    let report: Report = serde_json::from_value(newer.clone()).unwrap();
    let written = serde_json::to_value(&report).unwrap();
    for told in ["told", "serial", "signatures"] {
        assert_eq!(written[told], newer[told]);
    }
}

fn landmark() -> Landmark {
    let name = "eu.collector.example:8443".to_owned();
    Landmark { name, microseconds: 31_250, connects: 5 }
}

#[test]
fn the_way_to_a_landmark_is_a_name_and_a_time_and_what_is_added_is_passed_over() {
    let mut newer = first();
    newer["landmarks"] = json!([{
        "name": "eu.collector.example:8443", "microseconds": 31250, "connects": 5, "mood": "calm"
    }]);
    let report: Report = serde_json::from_value(newer).unwrap();
    assert_eq!(report.landmarks, [landmark()]);
    let written = serde_json::to_value(&report).unwrap();
    let plain = json!({
        "name": "eu.collector.example:8443", "microseconds": 31250, "connects": 5
    });
    assert_eq!(written["landmarks"], json!([plain]));
}

/// Of a report, what the readers of the first collectors wanted of it.
#[derive(serde::Deserialize)]
struct Early {
    sequence: u64,
    findings: Vec<Finding>,
}

#[test]
fn a_reader_that_knows_of_nothing_told_reads_the_rest() {
    let mut newer: Report = serde_json::from_value(first()).unwrap();
    newer.told.clone_from(&newer.findings[0].evidence);
    newer.serial = Some("PF1".to_owned());
    newer.signatures = Some("5ca1ab1e".to_owned());
    newer.landmarks = vec![landmark()];
    let early: Early = serde_json::from_str(&serde_json::to_string(&newer).unwrap()).unwrap();
    assert_eq!((early.sequence, early.findings), (newer.sequence, newer.findings));
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
