//! Incidents as rows: what is put is what is got.

use super::*;
use crate::store;
use event::State;

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

fn incident(key: &str) -> Kept {
    Kept {
        id: 0,
        key: key.to_owned(),
        title: "title".to_owned(),
        state: State::Suppressed,
        outcome: None,
        severity: Severity::High,
        confidence: Confidence::Medium,
        score: 42,
        opened_at: at(1),
        made_at: at(2),
        changed_at: at(3),
        quiet_at: Some(at(4)),
        closed_at: None,
        silent_until: Some(at(9)),
        assignee: Some("grace".to_owned()),
        merged: None,
        is_learned: true,
        marks: BTreeSet::from(["family kvm".to_owned()]),
        story: Story { innocent: vec!["a bench".to_owned()], ..Story::default() },
    }
}

#[test]
fn what_is_put_is_what_is_got() {
    let state = tempfile::tempdir().unwrap();
    let connection = store::create(state.path()).unwrap();
    let id = add(&connection, &incident("laptop:a")).unwrap();
    let kept = get(&connection, id).unwrap().unwrap();
    assert_eq!(kept, Kept { id, ..incident("laptop:a") });
    assert_eq!(current(&connection, "laptop:a").unwrap(), Some(kept.clone()));
    assert_eq!(current(&connection, "laptop:b").unwrap(), None);
    let closed = Kept {
        state: State::Closed,
        outcome: Some(Outcome::Benign),
        closed_at: Some(at(5)),
        ..kept
    };
    put(&connection, &closed).unwrap();
    assert_eq!(current(&connection, "laptop:a").unwrap(), None);
    assert_eq!(closed_since(&connection, "laptop:a", at(5)).unwrap(), Some(closed));
    assert_eq!(closed_since(&connection, "laptop:a", at(6)).unwrap(), None);
}

#[test]
fn there_is_one_open_incident_of_a_key() {
    let state = tempfile::tempdir().unwrap();
    let connection = store::create(state.path()).unwrap();
    add(&connection, &incident("laptop:a")).unwrap();
    assert!(add(&connection, &incident("laptop:a")).is_err());
    add(&connection, &incident("laptop:b")).unwrap();
    assert_eq!(open_keys(&connection, "laptop:").unwrap().len(), 2);
    assert_eq!(open_keys(&connection, "asset:").unwrap().len(), 0);
}
