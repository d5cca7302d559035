//! Accounts, passwords and sessions against the real schema.

mod codes;

use super::password::SIGNS;
use super::password::random_password;
use super::password::verify;
use super::*;
use crate::store;
use crate::store::migrate;
use ring::digest;
use std::time::Duration;

fn store() -> Connection {
    let mut connection = Connection::open_in_memory().unwrap();
    migrate(&mut connection).unwrap();
    connection
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

const HOUR: Duration = Duration::from_hours(1);

/// Makes an account, or gives the one there is another password.
fn admin(store: &Connection, name: &str, now: Timestamp) -> String {
    let password = random_password().unwrap();
    let added = add(store, (name, Role::Admin), &password, &Actor::Cli, now);
    if let Err(PeopleError::Taken(_)) = added {
        set_password(store, name, &password, &Actor::Cli, now).unwrap();
    } else {
        added.unwrap();
    }
    password
}

fn opened(store: &Connection, account: &str, now: Timestamp) -> String {
    let opening = Opening { account, way: Way::Password, agent: "a browser" };
    open_session(store, opening, HOUR, now).unwrap()
}

fn trail(store: &Connection) -> Vec<String> {
    let sql = "select actor || ' ' || action || ' ' || subject from audit order by id";
    let mut statement = store.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_new_password_opens_the_account_and_the_old_one_no_longer_does() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    let first = admin(&store, "ada", now);
    assert!(verify(&store, "ada", &first).unwrap());

    let second = admin(&store, "ada", now);
    assert!(!verify(&store, "ada", &first).unwrap());
    assert!(verify(&store, "ada", &second).unwrap());
    assert!(!verify(&store, "bob", &second).unwrap());
}

#[test]
fn a_password_is_six_groups_of_four_readable_signs_and_only_its_hash_is_kept() {
    let store = store();
    let password = admin(&store, "ada", at("2026-11-24T10:00:00Z"));
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
        let error =
            add(&store, (name, Role::Viewer), "a long password", &Actor::Cli, now).unwrap_err();
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
    admin(&store, "ada", at("2026-11-24T10:00:00Z"));
    let secret = opened(&store, "ada", at("2026-11-24T10:00:00Z"));

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
    admin(&store, "ada", now);
    admin(&store, "bob", now);
    let ada = opened(&store, "ada", now);
    let bob = opened(&store, "bob", now);
    admin(&store, "ada", now);

    assert_eq!(session(&store, &ada, now).unwrap(), None);
    assert_eq!(session(&store, &bob, now).unwrap().unwrap().account, "bob");
    let counted = accounts(&store, now).unwrap();
    let counted: Vec<_> = counted.iter().map(|row| (row.name.as_str(), row.sessions)).collect();
    assert_eq!(counted, [("ada", 0), ("bob", 1)]);
    let last = trail(&store).pop().unwrap();
    assert_eq!(last, "cli account.password account:ada");
}

#[test]
fn a_session_that_is_ended_is_over_and_expired_ones_are_forgotten() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    admin(&store, "ada", now);
    let ended = opened(&store, "ada", now);
    end_session(&store, &ended).unwrap();
    assert_eq!(session(&store, &ended, now).unwrap(), None);

    opened(&store, "ada", now);
    opened(&store, "ada", at("2026-11-24T11:00:00Z"));
    let kept: i64 = store.query_row("select count(*) from session", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 1);
}

#[test]
fn the_secret_itself_is_nowhere_in_the_store() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    admin(&store, "ada", now);
    let secret = opened(&store, "ada", now);
    let hash: Vec<u8> = store.query_row("select hash from session", [], |row| row.get(0)).unwrap();
    assert_eq!(secret.len(), 64);
    assert_eq!(hash, digest::digest(&digest::SHA256, secret.as_bytes()).as_ref());
}

#[test]
fn what_changes_an_account_ends_its_sessions() {
    type Change = fn(&Connection, &str, &Actor, Timestamp) -> Result<(), PeopleError>;
    let now = at("2026-11-24T10:00:00Z");
    let changes: [Change; 4] = [
        |store, name, actor, now| set_role(store, (name, Role::Viewer), actor, now),
        |store, name, actor, now| set_password(store, name, "a long password", actor, now),
        disable,
        remove,
    ];
    for change in changes {
        let store = store();
        admin(&store, "ada", now);
        admin(&store, "bob", now);
        let (ada, bob) = (opened(&store, "ada", now), opened(&store, "bob", now));
        change(&store, "bob", &Actor::Account("ada".to_owned()), now).unwrap();
        assert_eq!(session(&store, &bob, now).unwrap(), None);
        assert_eq!(session(&store, &ada, now).unwrap().unwrap().role, Role::Admin);
        assert!(trail(&store).pop().unwrap().starts_with("account:ada account."));
    }
}

#[test]
fn a_disabled_account_opens_nothing_until_it_is_enabled() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    admin(&store, "ada", now);
    let password = admin(&store, "bob", now);
    disable(&store, "bob", &Actor::Cli, now).unwrap();
    assert!(!verify(&store, "bob", &password).unwrap());
    enable(&store, "bob", &Actor::Cli, now).unwrap();
    assert!(verify(&store, "bob", &password).unwrap());
}

#[test]
fn the_last_who_may_do_everything_stays() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    admin(&store, "ada", now);
    add(&store, ("bob", Role::Analyst), "a long password", &Actor::Cli, now).unwrap();
    let told = "`ada` is the last account that may do everything: make another one first";
    let change = store::change(&store).unwrap();
    let error = set_role(&change, ("ada", Role::Viewer), &Actor::Cli, now).unwrap_err();
    assert_eq!(error.to_string(), told);
    drop(change);
    for change in [disable, remove] {
        let whole = store::change(&store).unwrap();
        assert_eq!(change(&whole, "ada", &Actor::Cli, now).unwrap_err().to_string(), told);
    }
    assert_eq!(account(&store, "ada", now).unwrap().unwrap().role, Role::Admin);
    remove(&store, "bob", &Actor::Cli, now).unwrap();
}

#[test]
fn a_password_that_would_be_guessed_is_refused() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    for weak in ["", "short", "elevensigns", &"x".repeat(1025)] {
        let told = add(&store, ("ada", Role::Viewer), weak, &Actor::Cli, now).unwrap_err();
        assert_eq!(told.to_string(), "a password has 12 to 1024 characters");
    }
}

#[test]
fn sessions_are_listed_and_ended_by_a_name_that_tells_nothing_of_the_secret() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    admin(&store, "ada", now);
    admin(&store, "bob", now);
    let (first, second) = (opened(&store, "ada", now), opened(&store, "ada", now));
    let third = opened(&store, "bob", now);
    let id = |secret: &str| session(&store, secret, now).unwrap().unwrap().id;
    let (one, two) = (id(&first), id(&second));
    assert_eq!(sessions(&store, Some("ada"), now).unwrap().len(), 2);
    assert_eq!(sessions(&store, None, now).unwrap().len(), 3);
    assert!(!first.contains(&one));
    assert!(!end_session_by_id(&store, (&one, Some("bob")), &Actor::Cli, now).unwrap());
    assert!(end_session_by_id(&store, (&one, Some("ada")), &Actor::Cli, now).unwrap());
    assert_eq!(session(&store, &first, now).unwrap(), None);
    assert_eq!(end_sessions(&store, ("ada", &two), &Actor::Cli, now).unwrap(), 0);
    assert_eq!(end_sessions(&store, ("ada", ""), &Actor::Cli, now).unwrap(), 1);
    assert!(session(&store, &third, now).unwrap().is_some());
}

#[test]
fn somebody_a_provider_speaks_of_has_an_account_from_the_first_time_on() {
    let store = store();
    let now = at("2026-11-24T10:00:00Z");
    let known = |role| Known { issuer: "https://id.example", subject: "17", role };
    let admitted = |name: &str, role| admit(&store, (name, known(role)), now).unwrap();
    assert_eq!(admitted("ada@example.com", Role::Analyst).as_deref(), Some("ada@example.com"));
    let secret = opened(&store, "ada@example.com", now);
    assert_eq!(admitted("ada.new", Role::Analyst).as_deref(), Some("ada@example.com"));
    assert!(session(&store, &secret, now).unwrap().is_some());
    assert_eq!(admitted("ada.new", Role::Viewer).as_deref(), Some("ada@example.com"));
    assert_eq!(session(&store, &secret, now).unwrap(), None);
    assert!(!verify(&store, "ada@example.com", "").unwrap());
    let told = set_password(&store, "ada@example.com", "a long password", &Actor::Cli, now);
    assert!(matches!(told, Err(PeopleError::Missing(_))));
    admin(&store, "root", now);
    disable(&store, "ada@example.com", &Actor::Cli, now).unwrap();
    assert_eq!(admitted("ada.new", Role::Viewer), None);
    let other = Known { subject: "18", ..known(Role::Admin) };
    assert!(matches!(admit(&store, ("root", other), now), Err(PeopleError::Taken(_))));
}
