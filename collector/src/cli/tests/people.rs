//! Verbs about people, tokens of the API, and the audit trail.

use super::*;
use crate::store::people::password;
use rusqlite::Connection;

#[test]
fn a_user_is_made_changed_and_removed() {
    let place = Place::started();
    let told = place.json(&["user", "add", "ada", "--role", "admin"]);
    let secret = told["password"].as_str().unwrap().to_owned();
    assert!(password::verify(&place.store(), "ada", &secret).unwrap());
    let told = place.json(&["user", "password", "ada"]);
    assert!(!password::verify(&place.store(), "ada", &secret).unwrap());
    let secret = told["password"].as_str().unwrap();
    assert!(password::verify(&place.store(), "ada", secret).unwrap());

    let (code, told) = place.run(&["user", "role", "ada", "viewer"]);
    let only = "`ada` is the last account that may do everything: make another one first\n";
    assert_eq!((code, told.as_str()), (NOT_SO, only));
    assert_eq!(place.run(&["user", "add", "bob", "--role", "admin"]).0, GOOD);
    assert_eq!(place.run(&["user", "role", "ada", "viewer"]), (GOOD, "done\n".to_owned()));
    assert_eq!(place.run(&["user", "disable", "ada"]).0, GOOD);
    let all = place.json(&["user", "list"]);
    let states = all.as_array().unwrap().iter().map(|row| {
        (row["name"].as_str().unwrap(), row["role"].as_str().unwrap(), row["disabled_at"].is_null())
    });
    let states: Vec<_> = states.collect();
    assert_eq!(states, [("ada", "viewer", false), ("bob", "admin", true)]);
    assert_eq!(place.run(&["user", "enable", "ada"]).0, GOOD);
    assert_eq!(place.run(&["user", "no-code", "ada"]).0, NOT_SO);
    assert_eq!(place.run(&["user", "remove", "ada"]).0, GOOD);
    let told = place.run(&["user", "remove", "ada"]);
    assert_eq!(told, (NOT_SO, "there is no account `ada`\n".to_owned()));
}

#[test]
fn a_user_needs_a_role_that_there_is() {
    let place = Place::started();
    let told = place.attempt(&["user", "add", "ada", "--role", "root"]).unwrap_err().to_string();
    assert!(told.contains("`root` is no role: use viewer, analyst or admin"), "{told}");
    assert!(place.attempt(&["user", "add", "ada"]).is_err());
}

#[test]
fn sessions_are_listed_and_revoked() {
    let place = Place::started();
    place.run(&["user", "add", "ada", "--role", "admin"]);
    let opening = store::people::Opening {
        account: "ada",
        way: store::people::Way::Password,
        agent: "a browser",
    };
    let hour = std::time::Duration::from_hours(1);
    store::people::open_session(&place.store(), opening, hour, clock::now()).unwrap();
    let list = place.json(&["user", "sessions", "ada"]);
    assert_eq!(list[0]["agent"], "a browser");
    let id = list[0]["id"].as_str().unwrap();
    assert_eq!(place.run(&["user", "revoke", id]), (GOOD, "ended\n".to_owned()));
    assert_eq!(place.run(&["user", "revoke", id]).0, NOT_SO);
    assert_eq!(place.json(&["user", "sessions"]), serde_json::json!([]));
}

#[test]
fn an_api_token_is_made_listed_and_revoked() {
    let place = Place::started();
    let words = ["api-token", "create", "--label", "SIEM", "--scope", "findings:read"];
    let (code, printed) = place.run(&words);
    assert!(code == GOOD && printed.starts_with("moored_"), "{printed}");
    let list = place.json(&["api-token", "list"]);
    assert_eq!(
        (&list[0]["label"], &list[0]["scopes"][0]),
        (&"SIEM".into(), &"findings:read".into())
    );
    assert!(!list.to_string().contains(printed.trim()));
    assert_eq!(place.run(&["api-token", "revoke", "1"]), (GOOD, "revoked\n".to_owned()));
    assert_eq!(place.run(&["api-token", "revoke", "1"]).0, NOT_SO);
    assert!(place.attempt(&["api-token", "create", "--label", "x", "--scope", "all"]).is_err());
    assert!(place.attempt(&["api-token", "create", "--label", "x"]).is_err());
}

#[test]
fn a_trail_that_somebody_meddled_with_in_the_file_is_found() {
    let place = Place::started();
    for name in ["ada", "bob", "eve"] {
        place.run(&["user", "add", name, "--role", "admin"]);
    }
    let whole = place.json(&["audit", "verify"]);
    assert_eq!((&whole["holds"], &whole["rows"]), (&true.into(), &3.into()));
    let head = whole["head"]["hash"].as_str().unwrap().to_owned();
    place.run(&["user", "add", "dan", "--role", "viewer"]);
    let (code, told) = place.run(&["audit", "verify", "--head", &head]);
    assert!(code == GOOD && told.contains("the end that was noted is row 3\n"), "{told}");
    assert!(place.run(&["audit", "list", "--limit", "1"]).1.contains("account:dan role:viewer"));

    // As somebody would who has the file, and no other program of ours.
    let file = Connection::open(place.state.path().join(store::FILE)).unwrap();
    file.execute_batch(
        "drop trigger audit_is_not_changed; drop trigger audit_is_not_shortened;
         update audit set subject = 'account:mallory' where id = 2;",
    )
    .unwrap();
    let (code, told) = place.run(&["audit", "verify"]);
    assert_eq!(code, NOT_SO);
    assert!(told.starts_with("row 2: it was changed"), "{told}");
    let told = place.json(&["audit", "verify"]);
    assert_eq!((&told["holds"], &told["broken"]["row"]), (&false.into(), &2.into()));

    // Who takes the newest rows away and mends the end is found by what was noted.
    file.execute_batch(
        "update audit set subject = 'account:bob role:admin' where id = 2;
         delete from audit where id >= 3;
         update audit_head set id = 2, hash = (select hash from audit where id = 2);",
    )
    .unwrap();
    assert_eq!(place.run(&["audit", "verify"]).0, GOOD);
    let (code, told) = place.run(&["audit", "verify", "--head", &head]);
    assert!(code == NOT_SO && told.contains("no longer in the chain"), "{told}");
}
