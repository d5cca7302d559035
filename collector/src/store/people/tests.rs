//! Passwords and sessions against the real schema.

use super::*;
use crate::store::migrate;

fn store() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    connection
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const HOUR: Duration = Duration::from_hours(1);

#[test]
fn a_new_password_opens_the_account_and_the_old_one_no_longer_does() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    let first = set_password(&store, "ada", now).unwrap();
    assert!(verify(&store, "ada", &first).unwrap());

    let second = set_password(&store, "ada", now).unwrap();
    assert!(!verify(&store, "ada", &first).unwrap());
    assert!(verify(&store, "ada", &second).unwrap());
    assert!(!verify(&store, "bob", &second).unwrap());
}

#[test]
fn a_password_is_six_groups_of_four_readable_signs_and_only_its_hash_is_kept() {
    let store = store();
    let password = set_password(&store, "ada", at("2026-11-24T10:00:00Z")).unwrap();
    let groups: Vec<usize> = password.split('-').map(str::len).collect();
    assert_eq!(groups, [4; 6]);
    assert!(password.bytes().all(|sign| sign == b'-' || SIGNS.contains(&sign)));

    let kept: String =
        store.query_row("select password from account", [], |row| row.get(0)).unwrap();
    assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
}

#[test]
fn a_name_that_is_none_is_refused_and_nothing_is_written() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    for name in ["", "Ada", "a b", "<b>", &"a".repeat(65)] {
        let error = set_password(&store, name, now).unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "cannot name an account `{name}`: use 1 to 64 of a-z, 0-9, `.`, `_`, `-` and `@`"
            )
        );
    }
    assert_eq!(accounts(&store, now).unwrap(), []);
}

#[test]
fn a_session_lasts_its_length_and_not_a_second_more() {
    let store = store();
    set_password(&store, "ada", at("2026-11-24T10:00:00Z")).unwrap();
    let secret = open_session(&store, "ada", HOUR, at("2026-11-24T10:00:00Z")).unwrap();

    let open = session(&store, &secret, at("2026-11-24T10:59:59Z")).unwrap().unwrap();
    assert_eq!(open.account, "ada");
    assert_eq!(open.expires_at, at("2026-11-24T11:00:00Z"));
    assert_eq!(session(&store, &secret, at("2026-11-24T11:00:00Z")).unwrap(), None);
    assert_eq!(session(&store, "another secret", at("2026-11-24T10:00:01Z")).unwrap(), None);
}

#[test]
fn a_new_password_ends_all_sessions_of_the_account_and_is_audited() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    set_password(&store, "ada", now).unwrap();
    set_password(&store, "bob", now).unwrap();
    let ada = open_session(&store, "ada", HOUR, now).unwrap();
    let bob = open_session(&store, "bob", HOUR, now).unwrap();
    set_password(&store, "ada", now).unwrap();

    assert_eq!(session(&store, &ada, now).unwrap(), None);
    assert_eq!(session(&store, &bob, now).unwrap().unwrap().account, "bob");
    let row = |name: &str, sessions| AccountRow { name: name.to_owned(), sessions };
    assert_eq!(accounts(&store, now).unwrap(), [row("ada", 0), row("bob", 1)]);
    let audit: Vec<String> = store
        .prepare("select at || ' ' || actor || ' ' || action || ' ' || subject from audit")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<Result<_, _>>()
        .unwrap();
    let line = |name: &str| format!("2026-11-24T10:00:00Z cli account.password account:{name}");
    assert_eq!(audit, [line("ada"), line("bob"), line("ada")]);
}

#[test]
fn a_session_that_is_ended_is_over_and_expired_ones_are_forgotten() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    set_password(&store, "ada", now).unwrap();
    let ended = open_session(&store, "ada", HOUR, now).unwrap();
    end_session(&store, &ended).unwrap();
    assert_eq!(session(&store, &ended, now).unwrap(), None);

    open_session(&store, "ada", HOUR, now).unwrap();
    open_session(&store, "ada", HOUR, at("2026-11-24T11:00:00Z")).unwrap();
    let kept: i64 = store.query_row("select count(*) from session", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1);
}

#[test]
fn the_secret_itself_is_nowhere_in_the_store() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    set_password(&store, "ada", now).unwrap();
    let secret = open_session(&store, "ada", HOUR, now).unwrap();
    let hash: Vec<u8> = store.query_row("select hash from session", [], |row| row.get(0)).unwrap();
    assert_eq!(secret.len(), 64);
    assert_eq!(hash, digest::digest(&digest::SHA256, secret.as_bytes()).as_ref());
}
