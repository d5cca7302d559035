//! What is spooled is not lost, not doubled, and bounded.
#![expect(clippy::disallowed_methods, reason = "the tests damage their own spool")]

use super::*;
use model::Finding;
use std::collections::BTreeMap;
use std::fs;

fn writer() -> Writer {
    let serial = Some("PF1".to_owned());
    Writer {
        host: "h".to_owned(),
        platform: "linux".to_owned(),
        agent: "0".to_owned(),
        serial,
        signatures: Some("5ca1ab1e".to_owned()),
    }
}

fn heartbeat() -> Letter {
    Letter {
        complete: false,
        findings: Vec::new(),
        sight: BTreeMap::new(),
        unseen: 0,
        told: Vec::new(),
        landmarks: Vec::new(),
    }
}

fn finding() -> Letter {
    let finding = Finding {
        signature: "kvm.x".to_owned(),
        title: "t".to_owned(),
        severity: model::Severity::High,
        confidence: model::Confidence::High,
        kind: model::Kind::Identity,
        standing: model::Standing::Alert,
        corroboration: model::Corroboration::default(),
        tool: None,
        technique: "T1219.003".to_owned(),
        why: "w".to_owned(),
        innocent: "i".to_owned(),
        references: Vec::new(),
        opened: Timestamp::UNIX_EPOCH,
        closed: None,
        evidence: Vec::new(),
    };
    Letter { findings: vec![finding], ..heartbeat() }
}

fn open(folder: &Path, limit: u64) -> Spool {
    Spool::open(folder, limit, writer(), "run-1").unwrap()
}

/// The reports that wait: number, how many findings, lost, damaged.
fn waiting(folder: &Path) -> Vec<(u64, usize, u64, u64)> {
    let batch = Outbox::new(folder).batch(1000, 1 << 20).unwrap();
    let text = zstd::decode_all(batch.body.as_slice()).unwrap();
    text.split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice::<Report>(line).unwrap())
        .map(|report| (report.sequence, report.findings.len(), report.lost, report.damaged))
        .collect()
}

#[test]
fn numbers_rise_by_one_over_restarts_and_acknowledgements() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path(), 1 << 20);
    spool.push(finding(), Timestamp::UNIX_EPOCH).unwrap();
    spool.push(heartbeat(), Timestamp::UNIX_EPOCH).unwrap();
    let outbox = Outbox::new(folder.path());
    let batch = outbox.batch(10, 1 << 20).unwrap();
    assert_eq!(batch.len(), 2);
    outbox.acknowledge(&batch, 2).unwrap();
    assert_eq!(outbox.waiting().unwrap(), 0);
    let mut spool = Spool::open(folder.path(), 1 << 20, writer(), "run-2").unwrap();
    let pushed = spool.push(heartbeat(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(pushed, Pushed { sequence: Some(3), lost_findings: false });
    assert_eq!(spool.run, "run-1");
}

#[test]
fn a_spool_without_entries_starts_a_new_numbering() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), 1 << 20);
    let spool = Spool::open(folder.path(), 1 << 20, writer(), "run-2").unwrap();
    assert_eq!((spool.run.as_str(), spool.last), ("run-2", 0));
}

#[test]
fn findings_outlive_heartbeats_and_the_loss_is_counted() {
    let folder = tempfile::tempdir().unwrap();
    let mut probe = open(folder.path(), 1 << 20);
    probe.push(finding(), Timestamp::UNIX_EPOCH).unwrap();
    let size = entry::list(folder.path(), "waiting").unwrap()[0].1;
    let mut spool = open(folder.path(), size * 2 + 24);
    for _ in 0..3 {
        spool.push(heartbeat(), Timestamp::UNIX_EPOCH).unwrap();
    }
    spool.push(finding(), Timestamp::UNIX_EPOCH).unwrap();
    let left = waiting(folder.path());
    let findings: Vec<u64> = left.iter().filter(|report| report.1 > 0).map(|r| r.0).collect();
    assert_eq!(findings.first(), Some(&1), "the first finding is still there: {left:?}");
    assert!(findings.len() == 2 && left.last().unwrap().2 > 0, "{left:?}");
    let full = spool.push(heartbeat(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(full, Pushed { sequence: None, lost_findings: false });
    let pushed = spool.push(finding(), Timestamp::UNIX_EPOCH).unwrap();
    assert!(pushed.lost_findings);
}

#[test]
fn a_damaged_entry_is_set_aside_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path(), 1 << 20);
    for _ in 0..3 {
        spool.push(finding(), Timestamp::UNIX_EPOCH).unwrap();
    }
    let path = |n: u64| folder.path().join(format!("waiting/{n:012}.f.zst"));
    let whole = fs::read(path(1)).unwrap();
    fs::write(path(1), &whole[..whole.len() - 5]).unwrap();
    let mut flipped = fs::read(path(2)).unwrap();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x10;
    fs::write(path(2), flipped).unwrap();
    assert_eq!(waiting(folder.path()), [(3, 1, 0, 0)]);
    spool.push(heartbeat(), Timestamp::UNIX_EPOCH).unwrap();
    spool.push(heartbeat(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(waiting(folder.path()), [(3, 1, 0, 0), (4, 0, 0, 2), (5, 0, 0, 0)]);
    assert_eq!(open(folder.path(), 1 << 20).last, 5);
}

#[test]
fn what_a_crash_left_half_written_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    open(folder.path(), 1 << 20);
    let half = folder.path().join("waiting/000000000009.f.half");
    fs::write(&half, b"x").unwrap();
    let spool = open(folder.path(), 1 << 20);
    assert!(!half.exists());
    assert_eq!(spool.last, 0);
}

#[test]
fn what_was_sent_is_shown_byte_for_byte() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path(), 1 << 20);
    spool.push(finding(), Timestamp::UNIX_EPOCH).unwrap();
    let outbox = Outbox::new(folder.path());
    let batch = outbox.batch(10, 1 << 20).unwrap();
    outbox.acknowledge(&batch, 1).unwrap();
    let wire = zstd::decode_all(batch.body.as_slice()).unwrap();
    assert_eq!(sent(folder.path()).unwrap(), [wire]);
}

#[test]
fn what_is_told_is_no_heartbeat_and_is_told_again_if_it_is_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let told = vec![crate::sensors::find("power").unwrap().example()];
    let telling = Letter { told, ..heartbeat() };
    let mut spool = open(folder.path(), 1 << 20);
    spool.push(telling.clone(), Timestamp::UNIX_EPOCH).unwrap();
    let size = entry::list(folder.path(), "waiting").unwrap()[0].1;
    let mut spool = open(folder.path(), size);
    let full = spool.push(heartbeat(), Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((full.sequence, full.lost_findings), (None, false));
    let next = spool.push(telling, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!((next.sequence, next.lost_findings), (Some(2), true));
}

#[test]
fn only_a_complete_report_names_the_serial_number_and_the_signatures() {
    let folder = tempfile::tempdir().unwrap();
    let mut spool = open(folder.path(), 1 << 20);
    let said = |spool: &Spool, complete: bool| {
        let letter = Letter { complete, ..heartbeat() };
        let report = spool.report(letter, 0, Timestamp::UNIX_EPOCH);
        (report.serial, report.signatures)
    };
    let (serial, signatures) = said(&spool, true);
    assert_eq!((serial.as_deref(), signatures.as_deref()), (Some("PF1"), Some("5ca1ab1e")));
    assert_eq!(said(&spool, false), (None, None));
    assert!(!spool.judges_by(Some("5ca1ab1e".to_owned())));
    assert!(spool.judges_by(Some("f1a5c0".to_owned())));
    assert_eq!(said(&spool, true).1.as_deref(), Some("f1a5c0"));
}
