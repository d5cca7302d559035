//! What is old goes, with all that is its, and nothing else.

use super::*;
use crate::store;
use tempfile::TempDir;

const ROWS: &str = "
    insert into laptop (id, host, platform, enrolled_at, heard_at, not_after, revoked_at) values
        ('a', 'ada', 'linux', '2025-01-01T00:00:00Z', '2026-11-24T10:00:00Z', '2027-01-01T00:00:00Z', null),
        ('b', 'bob', 'linux', '2025-01-01T00:00:00Z', '2025-02-01T00:00:00Z', '2025-03-01T00:00:00Z', '2025-02-02T00:00:00Z'),
        ('c', 'cyd', 'linux', '2025-01-01T00:00:00Z', '2026-11-01T00:00:00Z', '2027-01-01T00:00:00Z', '2025-02-02T00:00:00Z'),
        ('d', 'dan', 'linux', '2025-01-01T00:00:00Z', null, '2025-03-01T00:00:00Z', null);
    insert into finding (id, laptop, signature, title, severity, confidence, technique, opened_at, last_at, closed_at, body) values
        (1, 'a', 'kvm.x', 'open', 'high', 'high', 'T', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', null, '{}'),
        (2, 'a', 'kvm.y', 'old', 'high', 'high', 'T', '2025-01-01T00:00:00Z', '2025-01-02T00:00:00Z', '2025-01-02T00:00:00Z', '{}'),
        (3, 'a', 'kvm.y', 'new', 'high', 'high', 'T', '2025-01-01T00:00:00Z', '2026-11-02T00:00:00Z', '2026-11-02T00:00:00Z', '{}'),
        (4, 'b', 'kvm.x', 'open', 'high', 'high', 'T', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z', null, '{}');
    insert into finding_step select id, 1, opened_at, title, severity, 'alert', null, null, 1 from finding;
    insert into numbering values
        ('a', 'old', 1, 5, '2025-01-01T00:00:00Z'), ('a', 'old', 7, 9, '2025-01-02T00:00:00Z'),
        ('a', 'new', 1, 5, '2026-11-24T10:00:00Z'), ('a', 'new', 1000, 1001, '2025-06-01T00:00:00Z'),
        ('b', 'only', 1, 5, '2025-01-01T00:00:00Z');
    insert into way (laptop, at, address, vantage, tcp_ms, echo_ms, echoes, mss) values
        ('a', '2025-01-01T00:00:00Z', 'x', 'direct', 1, 1, 1, null),
        ('b', '2025-01-01T00:00:00Z', 'x', 'direct', 1, 1, 1, null),
        ('a', '2026-11-24T00:00:00Z', 'x', 'direct', 1, 1, 1, null);
    insert into exit values ('b', 'x', '2025-01-01T00:00:00Z', '2025-01-01T00:00:00Z');
    insert into place (laptop, decided_at, body) values ('b', '2025-01-01T00:00:00Z', '{}');
    insert into crossing values ('b', 'x', 'y', '2025-01-01T00:00:00Z', 1);
    insert into audit (at, actor, action, subject) values
        ('2025-01-01T00:00:00Z', 'cli', 'a', 'x'), ('2026-11-01T00:00:00Z', 'cli', 'b', 'x');
";

fn place() -> (TempDir, Connection) {
    let state = tempfile::tempdir().unwrap();
    let store = store::create(state.path()).unwrap();
    store.execute_batch(ROWS).unwrap();
    (state, store)
}

/// Forgets everything of this kind that was old then; gives the keys.
fn go(store: &Connection, kind: Kind) -> Vec<Key> {
    let keys = old(store, kind, 100, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    forget(store, kind, &keys).unwrap();
    let left = old(store, kind, 100, "2026-01-01T00:00:00Z".parse().unwrap()).unwrap();
    assert_eq!(left, [] as [Key; 0]);
    keys
}

fn text(store: &Connection, query: &str) -> String {
    store.query_row(query, [], |row| row.get::<_, Option<String>>(0)).unwrap().unwrap_or_default()
}

#[test]
fn closed_findings_go_with_their_steps_and_open_ones_stay() {
    let (_state, store) = place();
    assert_eq!(go(&store, Kind::Findings), [[Value::Integer(2)]]);
    assert_eq!(
        text(&store, "select group_concat(id) from (select id from finding order by id)"),
        "1,3,4"
    );
    assert_eq!(
        text(
            &store,
            "select group_concat(finding) from (select finding from finding_step order by 1)"
        ),
        "1,3,4"
    );
}

#[test]
fn earlier_numberings_go_and_the_newest_stays_however_old() {
    let (_state, store) = place();
    go(&store, Kind::Numbering);
    let left = "select group_concat(laptop || run || first) from numbering";
    assert_eq!(text(&store, left), "anew1,anew1000,bonly1");
}

#[test]
fn a_revoked_laptop_goes_with_all_of_its_own_once_it_is_silent_and_cannot_speak() {
    let (_state, store) = place();
    assert_eq!(go(&store, Kind::Revoked), [[Value::Text("b".to_owned())]]);
    assert_eq!(
        text(&store, "select group_concat(id) from (select id from laptop order by id)"),
        "a,c,d"
    );
    for table in ["finding", "numbering", "way", "exit", "place", "crossing"] {
        let left = format!("select group_concat(distinct laptop) from {table}");
        assert!(["", "a"].contains(&text(&store, &left).as_str()), "{table}");
    }
    assert_eq!(text(&store, "select count(*) || '' from finding_step where finding = 4"), "0");
}

#[test]
fn every_table_that_belongs_to_laptops_is_emptied_of_one_that_goes() {
    let (_state, store) = place();
    let of_laptop =
        "select group_concat(name) from sqlite_schema, pragma_foreign_key_list(name) as key
        where type = 'table' and key.\"table\" = 'laptop'";
    let rule = RULES.iter().find(|rule| rule.kind == Kind::Revoked).unwrap();
    for table in text(&store, of_laptop).split(',') {
        let wanted = format!("delete from {table} where laptop = ?1");
        assert!(rule.forget.contains(&wanted.as_str()), "keep.rs does not empty {table}");
    }
}

#[test]
fn rows_that_are_only_added_go_from_the_first_on_and_a_few_at_a_time() {
    let (_state, store) = place();
    let now = "2026-11-24T10:00:00Z".parse().unwrap();
    assert_eq!(old(&store, Kind::Ways, 1, now).unwrap().len(), 1);
    assert_eq!(go(&store, Kind::Ways).len(), 2);
    assert_eq!(text(&store, "select group_concat(at) from way"), "2026-11-24T00:00:00Z");
}

#[test]
fn what_is_old_is_found_without_reading_what_is_not() {
    let (_state, store) = place();
    let plan = |kind: Kind| {
        let rule = RULES.iter().find(|rule| rule.kind == kind).unwrap();
        let mut plan = store.prepare(&format!("explain query plan {}", rule.find)).unwrap();
        let lines = plan.query_map(("2026", 5), |row| row.get::<_, String>(3)).unwrap();
        lines.collect::<Result<Vec<_>, _>>().unwrap().join("; ")
    };
    let findings = plan(Kind::Findings);
    assert!(findings.contains("finding_closed (closed_at<?)"), "{findings}");
    let ways = plan(Kind::Ways);
    assert!(ways.contains("SCAN way") && !ways.contains("TEMP B-TREE"), "{ways}");
}
