//! A token allows what it says, for as long as it says.

use super::*;
use crate::store::migrate;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn made(expires_at: Option<Timestamp>) -> (Connection, i64, String) {
    let mut store = Connection::open_in_memory().unwrap();
    migrate(&mut store).unwrap();
    let scopes = vec![Scope::FindingsRead, Scope::AuditRead];
    let wanted = Wanted { label: "SIEM".to_owned(), scopes, expires_at };
    let secret = new_secret().unwrap();
    let id = add(&store, &wanted, &secret, &Actor::Cli, at("2026-11-24T10:00:00Z")).unwrap();
    (store, id, secret)
}

#[test]
fn a_token_is_found_by_its_secret_until_its_end() {
    let (store, id, secret) = made(Some(at("2026-11-25T10:00:00Z")));
    assert!(secret.starts_with("moored_") && secret.len() == 50, "{secret}");
    let found = find(&store, &secret, at("2026-11-25T09:59:59Z")).unwrap().unwrap();
    assert_eq!((found.id, found.scopes), (id, vec![Scope::FindingsRead, Scope::AuditRead]));
    assert_eq!(find(&store, &secret, at("2026-11-25T10:00:00Z")).unwrap(), None);
    assert_eq!(find(&store, "moored_other", at("2026-11-24T10:00:00Z")).unwrap(), None);
}

#[test]
fn a_revoked_token_is_found_no_more_and_both_are_audited() {
    let (store, id, secret) = made(None);
    let now = at("2026-11-24T10:00:00Z");
    assert!(revoke(&store, id, &Actor::Account("ada".to_owned()), now).unwrap());
    assert!(!revoke(&store, id, &Actor::Cli, now).unwrap());
    assert_eq!(find(&store, &secret, now).unwrap(), None);
    let audit: Vec<String> = store
        .prepare("select actor || ' ' || action || ' ' || subject from audit")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    assert_eq!(
        audit,
        [
            "cli api-token.new api-token:1 scopes:findings:read,audit:read",
            "account:ada api-token.revoke api-token:1"
        ]
    );
}

#[test]
fn a_use_is_noted_to_a_minute() {
    let (store, id, secret) = made(None);
    let (first, soon) = (at("2026-11-24T10:00:00Z"), at("2026-11-24T10:00:59Z"));
    let token = |now| find(&store, &secret, now).unwrap().unwrap();
    assert!(is_news(&token(first), first));
    used(&store, id, first).unwrap();
    assert!(!is_news(&token(soon), soon));
    assert!(is_news(&token(soon), at("2026-11-24T10:01:00Z")));
}

#[test]
fn only_the_hash_is_kept() {
    let (store, _, secret) = made(None);
    let hash: Vec<u8> =
        store.query_row("select hash from api_token", [], |row| row.get(0)).unwrap();
    assert_eq!(hash, secret::sha256(secret.as_bytes()));
}

#[test]
fn every_scope_is_called_by_its_name() {
    for scope in Scope::ALL {
        assert_eq!(scope.name().parse(), Ok(scope));
    }
    assert!("findings".parse::<Scope>().unwrap_err().contains("here go incidents:read, "));
}
