//! What is kept of a laptop besides its reports.

use super::*;
use crate::store;
use std::collections::BTreeMap;

fn at(text: &str) -> Timestamp {
    format!("2026-11-24T{text}Z").parse().unwrap()
}

fn enrolled() -> (tempfile::TempDir, Connection) {
    let state = tempfile::tempdir().unwrap();
    let connection = store::create(state.path()).unwrap();
    let letter = Enroll {
        token: "secret".to_owned(),
        csr: String::new(),
        host: "ada".to_owned(),
        platform: "linux".to_owned(),
        serial: Some("PF1".to_owned()),
    };
    let issued = Issued { laptop: "one", not_after: at("20:00:00") };
    enroll(&connection, issued, &letter, at("10:00:00")).unwrap();
    (state, connection)
}

fn report() -> Report {
    Report {
        version: 1,
        run: "r".to_owned(),
        sequence: 1,
        at: at("10:00:00"),
        host: String::new(),
        platform: String::new(),
        agent: String::new(),
        complete: false,
        findings: Vec::new(),
        sight: BTreeMap::new(),
        lost: 0,
        damaged: 0,
        unseen: 0,
        told: Vec::new(),
        serial: None,
        signatures: None,
        landmarks: Vec::new(),
    }
}

#[test]
fn rights_end_when_they_are_taken_away() {
    let (_state, store) = enrolled();
    assert_eq!(standing(&store, "one").unwrap(), Standing::Enrolled);
    assert_eq!(standing(&store, "two").unwrap(), Standing::Unknown);
    assert!(revoke(&store, "one", &Actor::Cli, at("11:00:00")).unwrap());
    assert!(!revoke(&store, "one", &Actor::Cli, at("12:00:00")).unwrap());
    assert!(!revoke(&store, "two", &Actor::Cli, at("12:00:00")).unwrap());
    assert_eq!(standing(&store, "one").unwrap(), Standing::Revoked);
}

#[test]
fn enrolment_renewal_and_revocation_are_in_the_audit_trail() {
    let (_state, store) = enrolled();
    let issued = Issued { laptop: "one", not_after: at("22:00:00") };
    renew(&store, issued, at("11:00:00")).unwrap();
    let actor = Actor::Account("ada".to_owned());
    revoke(&store, "one", &actor, at("12:00:00")).unwrap();
    let rows: Vec<String> = store
        .prepare("select at || ' ' || actor || ' ' || action || ' ' || subject from audit")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(
        rows,
        [
            "2026-11-24T10:00:00Z laptop:one laptop.enroll laptop:one",
            "2026-11-24T11:00:00Z laptop:one laptop.renew laptop:one",
            "2026-11-24T12:00:00Z account:ada laptop.revoke laptop:one",
        ]
    );
    let end: String =
        store.query_row("select not_after from laptop", [], |row| row.get(0)).unwrap();
    assert_eq!(end, "2026-11-24T22:00:00Z");
}

#[test]
fn what_was_lost_adds_up_and_stays_at_the_largest_number() {
    let (_state, store) = enrolled();
    for (lost, damaged) in [(0, 0), (2, 1), (3, u64::MAX), (0, 5)] {
        let report = Report { lost, damaged, ..report() };
        missed(&store, "one", &report).unwrap();
    }
    let sums = "select lost, damaged from laptop";
    let sums: (i64, i64) = store.query_row(sums, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    assert_eq!(sums, (5, i64::MAX));
}

fn lid(state: &str) -> Vec<Observation> {
    let observation = serde_json::json!({
        "sensor": "power", "subject": "power", "source": "s", "fields": { "lid": state }
    });
    vec![serde_json::from_value(observation).unwrap()]
}

#[test]
fn what_was_told_stays_until_something_else_is_or_a_complete_report_tells_nothing() {
    let (_state, store) = enrolled();
    let hear = |complete: bool, lid: Vec<Observation>| {
        let report = Report { complete, told: lid, ..report() };
        heard(&store, "one", &report, at("11:00:00")).unwrap();
        told(&store, "one").unwrap()
    };
    assert_eq!(hear(true, lid("open")), lid("open"));
    assert_eq!(hear(false, Vec::new()), lid("open"));
    assert_eq!(hear(false, lid("closed")), lid("closed"));
    assert_eq!(hear(true, Vec::new()), []);
    assert_eq!(told(&store, "two").unwrap(), []);
}

#[test]
fn the_serial_number_is_that_of_the_enrolment_until_a_report_names_another() {
    let (_state, store) = enrolled();
    let serial = || -> Option<String> {
        store.query_row("select serial from laptop", [], |row| row.get(0)).unwrap()
    };
    assert_eq!(serial().as_deref(), Some("PF1"));
    let giant = "x".repeat(65);
    for (told, expected) in
        [(None, "PF1"), (Some("PF2"), "PF2"), (Some(giant.as_str()), "PF2"), (Some("a\nb"), "PF2")]
    {
        let report = Report { serial: told.map(str::to_owned), ..report() };
        heard(&store, "one", &report, at("11:00:00")).unwrap();
        assert_eq!(serial().as_deref(), Some(expected), "{told:?}");
    }
}
