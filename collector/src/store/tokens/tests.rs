//! A token enrolls as often and as long as it may.

use super::*;
use crate::store;

const SECRET: &str = "the secret";

fn at(text: &str) -> Timestamp {
    format!("2026-11-24T{text}Z").parse().unwrap()
}

fn token(expires_at: Option<Timestamp>, uses: Option<u32>) -> (tempfile::TempDir, Connection) {
    let state = tempfile::tempdir().unwrap();
    let connection = store::create(state.path()).unwrap();
    let wanted = Wanted { label: "laptops of May".to_owned(), expires_at, uses, group: None };
    assert_eq!(add(&connection, &wanted, SECRET, at("10:00:00")).unwrap(), 1);
    (state, connection)
}

#[test]
fn a_token_is_spent_as_often_as_it_may_be() {
    let (_state, store) = token(None, Some(2));
    let spend = |secret| spend(&store, secret, at("11:00:00")).unwrap();
    assert_eq!(spend(SECRET), Ok(1));
    assert_eq!(spend(SECRET), Ok(1));
    assert_eq!(spend(SECRET), Err(Unusable::UsedUp));
    assert_eq!(spend("another"), Err(Unusable::Unknown));
    let expected = TokenRow {
        id: 1,
        label: "laptops of May".to_owned(),
        created_at: "2026-11-24T10:00:00Z".to_owned(),
        expires_at: None,
        uses_left: Some(0),
        used: 2,
        revoked_at: None,
        group: None,
    };
    assert_eq!(list(&store).unwrap(), [expected]);
}

#[test]
fn a_token_without_a_limit_is_never_used_up() {
    let (_state, store) = token(None, None);
    for _ in 0..5 {
        assert_eq!(spend(&store, SECRET, at("11:00:00")).unwrap(), Ok(1));
    }
    let row = list(&store).unwrap().remove(0);
    assert_eq!((row.used, row.uses_left), (5, None));
}

#[test]
fn a_token_ends_with_its_last_second() {
    let (_state, store) = token(Some(at("12:00:00")), None);
    assert_eq!(spend(&store, SECRET, at("11:59:59")).unwrap(), Ok(1));
    assert_eq!(spend(&store, SECRET, at("12:00:00")).unwrap(), Err(Unusable::Expired));
}

#[test]
fn a_revoked_token_enrolls_nothing_and_is_revoked_once() {
    let (_state, store) = token(None, None);
    assert!(revoke(&store, 1, at("11:00:00")).unwrap());
    assert!(!revoke(&store, 1, at("12:00:00")).unwrap());
    assert!(!revoke(&store, 2, at("12:00:00")).unwrap());
    assert_eq!(spend(&store, SECRET, at("11:00:00")).unwrap(), Err(Unusable::Revoked));
    let audit = "select group_concat(at || ' ' || actor || ' ' || action || ' ' || subject, ', ')
        from audit";
    let audit: String = store.query_row(audit, [], |row| row.get(0)).unwrap();
    assert_eq!(
        audit,
        "2026-11-24T10:00:00Z cli token.new token:1, 2026-11-24T11:00:00Z cli token.revoke token:1"
    );
}

#[test]
fn the_secret_is_not_in_the_database() {
    let (_state, store) = token(None, None);
    let hash: Vec<u8> = store.query_row("select hash from token", [], |row| row.get(0)).unwrap();
    assert_eq!(hash, secret::sha256(SECRET.as_bytes()));
}
