//! Each report counts once, and a newer one has the last word.

mod steps;

use super::*;
use crate::store;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::LaptopRow;
use crate::store::read::Slice;
use model::Blindness;
use model::Confidence;
use model::Corroboration;
use model::Kind;
use model::Observation;
use model::Severity;
use model::Standing;
use std::collections::BTreeMap;
use tempfile::TempDir;

/// The collector's clock, far from the laptop's.
fn heard(second: i64) -> Timestamp {
    Timestamp::from_second(1_900_000_000 + second).unwrap()
}

/// The laptop's clock.
fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn blind() -> Sight {
    Sight::Blind(Blindness { source: "/sys".to_owned(), reason: "timed out".to_owned() })
}

fn report(run: &str, sequence: u32, findings: Vec<Finding>) -> Report {
    Report {
        version: 1,
        run: run.to_owned(),
        sequence: sequence.into(),
        at: at(sequence.into()),
        host: format!("{run}{sequence}"),
        platform: "linux".to_owned(),
        agent: "0.1.0".to_owned(),
        complete: false,
        findings,
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

fn complete(sequence: u32, findings: Vec<Finding>, sight: &[(&str, Sight)]) -> Report {
    let sight = sight.iter().map(|(sensor, sight)| ((*sensor).to_owned(), sight.clone()));
    Report { complete: true, sight: sight.collect(), ..report("r", sequence, findings) }
}

fn finding(signature: &str, opened: i64, sensors: &[&str]) -> Finding {
    let seen = |sensor: &&str| Observation {
        sensor: (*sensor).to_owned(),
        subject: "1-4".to_owned(),
        source: "/sys".to_owned(),
        fields: BTreeMap::new(),
    };
    Finding {
        signature: signature.to_owned(),
        title: format!("{signature} is there"),
        severity: Severity::High,
        confidence: Confidence::Medium,
        kind: Kind::Identity,
        standing: Standing::Alert,
        corroboration: Corroboration::default(),
        tool: None,
        technique: "T1200".to_owned(),
        why: "why".to_owned(),
        innocent: "innocent".to_owned(),
        references: Vec::new(),
        opened: at(opened),
        closed: None,
        evidence: sensors.iter().map(seen).collect(),
    }
}

fn closed(signature: &str, opened: i64, closed: i64) -> Finding {
    Finding { closed: Some(at(closed)), ..finding(signature, opened, &["usb"]) }
}

struct Place {
    _state: TempDir,
    store: Connection,
    seconds: i64,
}

impl Place {
    fn new() -> Self {
        let state = tempfile::tempdir().unwrap();
        let store = store::create(state.path()).unwrap();
        let insert = "insert into laptop (id, host, platform, enrolled_at, not_after)
            values ('one', 'ada', 'linux', '2026-11-24T00:00:00Z', '2026-12-24T00:00:00Z')";
        store.execute(insert, []).unwrap();
        Self { _state: state, store, seconds: 0 }
    }

    /// Takes reports in, a second after the ones before.
    fn take(&mut self, reports: &[Report]) {
        self.seconds += 1;
        take(&self.store, "one", reports, heard(self.seconds)).unwrap();
    }

    fn laptop(&self) -> LaptopRow {
        read::laptop(&self.store, "one").unwrap().unwrap()
    }

    /// Signature, opened and closed of all findings, as they came.
    fn findings(&self) -> Vec<(String, Timestamp, Option<Timestamp>)> {
        let all = Slice { skip: 0, take: 100 };
        let mut rows = read::findings(&self.store, &Filter::default(), all).unwrap().rows;
        rows.sort_by_key(|row| row.id);
        for row in &rows {
            let body = read::finding(&self.store, row.id).unwrap().unwrap().body;
            assert_eq!((body.opened, body.closed), (row.opened_at, row.closed_at));
        }
        rows.into_iter().map(|row| (row.signature, row.opened_at, row.closed_at)).collect()
    }

    fn check(&self, expected: &[(&str, i64, Option<i64>)]) {
        let expected: Vec<_> = expected
            .iter()
            .map(|&(signature, opened, closed)| (signature.to_owned(), at(opened), closed.map(at)))
            .collect();
        assert_eq!(self.findings(), expected);
    }
}

#[test]
fn the_same_report_twice_changes_nothing() {
    let mut place = Place::new();
    let letter =
        Report { lost: 3, damaged: 2, ..report("r", 1, vec![finding("kvm.a", 1, &["usb"])]) };
    place.take(std::slice::from_ref(&letter));
    let before = (place.laptop(), place.findings(), place.store.total_changes());
    assert_eq!((before.0.lost, before.0.damaged, before.0.heard_at), (3, 2, Some(heard(1))));
    place.take(&[letter.clone(), letter]);
    assert_eq!((place.laptop(), place.findings(), place.store.total_changes()), before);
}

#[test]
fn the_newest_report_says_what_the_laptop_is() {
    let mut place = Place::new();
    place.take(&[report("r", 2, vec![]), report("r", 1, vec![])]);
    let laptop = place.laptop();
    assert_eq!((laptop.host.as_str(), laptop.heard_at), ("r2", Some(heard(1))));
    assert_eq!((laptop.platform.as_str(), laptop.agent.as_str()), ("linux", "0.1.0"));
    assert_eq!(laptop.sight, BTreeMap::from([("usb".to_owned(), Sight::Seeing)]));
    assert_eq!(laptop.gaps, []);
}

#[test]
fn a_late_report_fills_its_gap_and_overrides_nothing() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![]), report("r", 4, vec![])]);
    assert_eq!(place.laptop().gaps.len(), 1);
    let late = |sequence| Report {
        lost: 1,
        sight: BTreeMap::from([("usb".to_owned(), blind())]),
        ..report("r", sequence, vec![])
    };
    place.take(&[late(3), late(2)]);
    let laptop = place.laptop();
    assert_eq!((laptop.host.as_str(), laptop.heard_at), ("r4", Some(heard(1))));
    assert_eq!(laptop.sight["usb"], Sight::Seeing);
    assert_eq!((laptop.gaps.len(), laptop.lost), (0, 2));
}

#[test]
fn a_late_report_takes_nothing_back_of_what_was_told() {
    let lid = |state: &str| {
        let observation = serde_json::json!({
            "sensor": "power", "subject": "power", "source": "s", "fields": { "lid": state }
        });
        vec![serde_json::from_value::<Observation>(observation).unwrap()]
    };
    let telling = |sequence, state| Report { told: lid(state), ..report("r", sequence, vec![]) };
    let mut place = Place::new();
    place.take(&[telling(1, "open"), report("r", 3, vec![])]);
    place.take(&[telling(4, "closed")]);
    place.take(&[Report { complete: true, ..telling(2, "open") }]);
    assert_eq!(laptops::told(&place.store, "one").unwrap(), lid("closed"));
}

#[test]
fn a_run_that_was_followed_by_another_has_no_last_word() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![])]);
    place.take(&[report("s", 1, vec![])]);
    place.take(&[report("r", 2, vec![]), report("r", 3, vec![])]);
    assert_eq!(place.laptop().host, "s1");
    place.take(&[report("r", 4, vec![])]);
    assert_eq!(place.laptop().host, "r4");
}

#[test]
fn a_finding_stays_one_row_opened_when_it_was_first_seen() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![finding("kvm.a", 5, &["usb"])])]);
    place.take(&[report("r", 2, vec![finding("kvm.a", 9, &["usb", "display"])])]);
    place.check(&[("kvm.a", 5, None)]);
    place.take(&[report("r", 3, vec![finding("kvm.a", 2, &["usb"])])]);
    place.check(&[("kvm.a", 2, None)]);
    place.take(&[report("r", 4, vec![closed("kvm.a", 9, 12)])]);
    place.check(&[("kvm.a", 2, Some(12))]);
}

#[test]
fn a_finding_that_comes_back_is_a_new_row() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![finding("kvm.a", 1, &["usb"])])]);
    place.take(&[report("r", 2, vec![closed("kvm.a", 1, 2)])]);
    place.take(&[report("r", 3, vec![finding("kvm.a", 3, &["usb"])])]);
    place.check(&[("kvm.a", 1, Some(2)), ("kvm.a", 3, None)]);
}

#[test]
fn an_end_whose_beginning_never_came_is_kept_once() {
    let mut place = Place::new();
    place.take(&[report("r", 2, vec![closed("kvm.a", 1, 2)])]);
    place.take(&[report("r", 3, vec![closed("kvm.a", 1, 2)])]);
    place.check(&[("kvm.a", 1, Some(2))]);
    place.take(&[report("r", 1, vec![finding("kvm.a", 1, &["usb"])])]);
    place.check(&[("kvm.a", 1, Some(2))]);
}

#[test]
fn a_late_report_adds_a_finding_nobody_knew() {
    let mut place = Place::new();
    place.take(&[report("r", 2, vec![])]);
    place.take(&[report("r", 1, vec![finding("kvm.a", 1, &["usb"])])]);
    place.check(&[("kvm.a", 1, None)]);
}

#[test]
fn a_late_complete_report_closes_nothing() {
    let mut place = Place::new();
    place.take(&[report("r", 2, vec![finding("kvm.a", 2, &["usb"])])]);
    place.take(&[complete(1, vec![], &[("usb", Sight::Seeing)])]);
    place.check(&[("kvm.a", 2, None)]);
}

#[test]
fn a_complete_report_closes_what_it_does_not_mention_as_far_as_it_sees() {
    let mut place = Place::new();
    let all = [
        finding("a.seen", 1, &["usb"]),
        finding("b.mentioned", 1, &["usb"]),
        finding("c.blind", 1, &["display"]),
        finding("d.unlisted", 1, &["process"]),
        finding("e.half", 1, &["usb", "display"]),
    ];
    place.take(&[report("r", 1, all.to_vec())]);
    let sight = [("usb", Sight::Seeing), ("display", blind())];
    place.take(&[complete(2, vec![finding("b.mentioned", 1, &["usb"])], &sight)]);
    place.check(&[
        ("a.seen", 1, Some(2)),
        ("b.mentioned", 1, None),
        ("c.blind", 1, None),
        ("d.unlisted", 1, None),
        ("e.half", 1, None),
    ]);
    let sight = [("usb", Sight::Seeing), ("display", Sight::Seeing)];
    place.take(&[complete(3, vec![finding("b.mentioned", 1, &["usb"])], &sight)]);
    place.check(&[
        ("a.seen", 1, Some(2)),
        ("b.mentioned", 1, None),
        ("c.blind", 1, Some(3)),
        ("d.unlisted", 1, None),
        ("e.half", 1, Some(3)),
    ]);
}

#[test]
fn a_report_that_is_not_complete_closes_nothing_by_silence() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![finding("kvm.a", 1, &["usb"])]), report("r", 2, vec![])]);
    place.check(&[("kvm.a", 1, None)]);
}

#[test]
fn nothing_taken_in_is_nothing_changed() {
    let mut place = Place::new();
    place.take(&[]);
    assert_eq!(place.laptop().heard_at, None);
}

#[test]
fn a_lead_becomes_an_alert_when_another_kind_joins_it() {
    let mut place = Place::new();
    let lead = Finding { standing: Standing::Lead, ..finding("kvm.a", 1, &["usb"]) };
    place.take(&[report("r", 1, vec![lead])]);
    assert_eq!((place.laptop().open_alerts, place.laptop().open_leads), (0, 1));
    let corroboration = Corroboration { spoke: vec![Kind::Display], ..Corroboration::default() };
    let kind = Kind::Structure;
    let alert = Finding { kind, corroboration, ..finding("kvm.a", 1, &["usb"]) };
    place.take(&[report("r", 2, vec![alert.clone()])]);
    assert_eq!((place.laptop().open_alerts, place.laptop().open_leads), (1, 0));
    let kept = read::finding(&place.store, 1).unwrap().unwrap();
    assert_eq!((kept.row.kind, kept.row.standing), (Kind::Structure, Standing::Alert));
    assert_eq!(kept.body, alert);
}

#[test]
fn an_older_agent_that_knows_no_leads_is_heard_and_alerts() {
    let mut place = Place::new();
    let told = report("r", 1, vec![finding("kvm.a", 1, &["usb"])]);
    let mut letter = serde_json::to_value(&told).unwrap();
    for key in ["kind", "standing", "corroboration"] {
        letter["findings"][0].as_object_mut().unwrap().remove(key).unwrap();
    }
    let heard: Report = serde_json::from_value(letter).unwrap();
    assert_eq!(heard, told);
    place.take(&[heard]);
    let kept = read::finding(&place.store, 1).unwrap().unwrap();
    assert_eq!((kept.row.kind, kept.row.standing), (Kind::Identity, Standing::Alert));
}
