//! The chain holds while nobody meddles, and says where somebody did.

use super::*;
use crate::store;
use crate::store::migrate;

fn store() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    connection
}

fn now() -> Timestamp {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn filled() -> Connection {
    let store = store();
    for subject in ["one", "two", "three", "four"] {
        note(&store, &Actor::Cli, ("test.note", subject), now()).unwrap();
    }
    store
}

/// What the chain says once somebody with the file has done this.
fn check(meddling: &str, expected: Option<(i64, &str)>) {
    let store = filled();
    store
        .execute_batch("drop trigger audit_is_not_changed; drop trigger audit_is_not_shortened")
        .unwrap();
    store.execute_batch(meddling).unwrap();
    let broken = verify(&store).unwrap().broken;
    let broken = broken.map(|broken| (broken.row, broken.text));
    assert_eq!(broken, expected.map(|(row, text)| (row, text.to_owned())), "{meddling}");
}

#[test]
fn an_untouched_trail_holds() {
    check("", None);
    let verdict = verify(&filled()).unwrap();
    assert_eq!((verdict.rows, verdict.unsealed, verdict.head.unwrap().id), (4, 0, 4));
    let empty = Verdict { rows: 0, unsealed: 0, head: None, broken: None };
    assert_eq!(verify(&store()).unwrap(), empty);
}

#[test]
fn whatever_is_done_to_a_row_is_found_at_the_first_one() {
    let changed = "it was changed, or a row before it was removed or put in";
    check("update audit set actor = 'account:bob' where id = 3", Some((3, changed)));
    check("update audit set at = '2026-11-24T10:00:01Z' where id in (2, 4)", Some((2, changed)));
    check("delete from audit where id = 2", Some((3, changed)));
    let missing = "the chain ended here, and does no more: rows are missing";
    check("delete from audit where id = 4", Some((4, missing)));
    check("delete from audit", Some((4, missing)));
    let later = "it has no hash: it was put in later, or its hash taken out";
    check(
        "insert into audit (at, actor, action, subject) values ('', '', '', '')",
        Some((5, later)),
    );
    check("update audit set hash = null where id = 2", Some((2, later)));
    let first = "it, or a row before there was a chain, was changed";
    check("update audit set subject = 'x' where id = 1", Some((1, first)));
    check("delete from audit_head", Some((4, "the noted end of the chain is gone")));
}

#[test]
fn what_was_noted_before_the_chain_is_covered_by_its_first_hash() {
    let store = store();
    let old = "insert into audit (at, actor, action, subject) values ('2026-11-01T00:00:00Z', 'cli', 'old', 'x')";
    store.execute_batch(old).unwrap();
    store.execute_batch(old).unwrap();
    begin(&store, now()).unwrap();
    begin(&store, now()).unwrap();
    let verdict = verify(&store).unwrap();
    assert_eq!((verdict.rows, verdict.unsealed, verdict.broken), (3, 2, None));
    let last = "select actor || ' ' || action || ' ' || subject from audit where id = 3";
    let last: String = store.query_row(last, [], |row| row.get(0)).unwrap();
    assert_eq!(last, "system audit.begin rows:2");
    store.execute_batch("drop trigger audit_is_not_changed").unwrap();
    store.execute_batch("update audit set actor = 'account:bob' where id = 1").unwrap();
    assert_eq!(verify(&store).unwrap().broken.unwrap().row, 3);
}

#[test]
fn the_store_itself_refuses_to_change_or_remove_a_row() {
    let store = filled();
    for (sql, expected) in [
        ("update audit set actor = 'x'", "an audit row is never changed"),
        ("delete from audit where id = 1", "an audit row is never removed"),
    ] {
        assert_eq!(store.execute(sql, []).unwrap_err().to_string(), expected);
    }
}

#[test]
fn a_head_that_was_noted_elsewhere_is_found_or_not() {
    let store = filled();
    let noted = head(&store).unwrap().unwrap();
    note(&store, &Actor::System, ("test.note", "five"), now()).unwrap();
    let hash = crate::secret::hexadecimal(&noted.hash);
    assert_eq!(holds(&store, &hash.to_uppercase()).unwrap(), Some(4));
    assert_eq!(holds(&filled(), "00").unwrap(), None);
}

#[test]
fn the_hash_of_the_first_row_is_the_one_that_is_written_down() {
    let link =
        Link { id: 1, at: "2026-11-24T10:00:00Z", actor: "cli", action: "a\"b", subject: "ü" };
    let told = "\n[1,\"2026-11-24T10:00:00Z\",\"cli\",\"a\\\"b\",\"ü\"]";
    assert_eq!(link.after(&[]), crate::secret::sha256(told.as_bytes()));
}

#[test]
fn rows_noted_by_two_at_a_time_make_one_chain() {
    let folder = tempfile::tempdir().unwrap();
    drop(store::create(folder.path()).unwrap());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let store = store::open(folder.path()).unwrap();
                for _ in 0..25 {
                    note(&store, &Actor::Cli, ("test.note", "x"), now()).unwrap();
                }
            });
        }
    });
    let verdict = verify(&store::open(folder.path()).unwrap()).unwrap();
    assert_eq!((verdict.rows, verdict.broken), (100, None));
}
