//! One-time codes and recovery codes.

use super::*;
use crate::store::people::second_factor;
use totp_rs::Builder;

/// The code an authenticator shows.
fn code(store: &Connection, now: Timestamp) -> String {
    let sql = "select secret from second_factor where account = 'ada'";
    let secret: Vec<u8> = store.query_row(sql, [], |row| row.get(0)).unwrap();
    let codes = Builder::new().with_secret(secret).build().unwrap();
    codes.generate(now.as_second().try_into().unwrap()).to_string()
}

/// A store where ada gives codes, and her recovery codes.
fn enrolled(now: Timestamp) -> (Connection, Vec<String>) {
    let store = store();
    admin(&store, "ada", now);
    second_factor::begin(&store, "ada").unwrap();
    let first = code(&store, now);
    let codes = second_factor::confirm(&store, "ada", &first, now).unwrap().unwrap();
    (store, codes)
}

#[test]
fn codes_are_asked_for_only_after_the_first_was_right() {
    let (store, now) = (store(), at("2026-11-24T10:00:00Z"));
    admin(&store, "ada", now);
    second_factor::begin(&store, "ada").unwrap();
    let enrollment = second_factor::enrollment(&store, "ada").unwrap().unwrap();
    assert_eq!(enrollment.secret.len(), 32);
    let secret = &enrollment.secret;
    let address = format!("otpauth://totp/Moored:ada?secret={secret}&issuer=Moored");
    assert_eq!(enrollment.address, address);
    assert_eq!(second_factor::confirm(&store, "ada", "000000x", now).unwrap(), None);
    assert!(!second_factor::is_on(&store, "ada").unwrap());
    let codes = second_factor::confirm(&store, "ada", &code(&store, now), now).unwrap().unwrap();
    assert_eq!((codes.len(), second_factor::codes_left(&store, "ada").unwrap()), (10, 10));
    assert!(second_factor::is_on(&store, "ada").unwrap());
    assert_eq!(second_factor::enrollment(&store, "ada").unwrap(), None);
    assert_eq!(trail(&store).pop().unwrap(), "account:ada account.second-factor.on account:ada");
}

#[test]
fn the_secret_of_one_who_gives_codes_is_not_replaced() {
    let now = at("2026-11-24T10:00:00Z");
    let (store, _) = enrolled(now);
    second_factor::begin(&store, "ada").unwrap();
    let later = at("2026-11-24T10:01:00Z");
    assert!(second_factor::spend(&store, "ada", &code(&store, later), later).unwrap());
}

#[test]
fn a_code_is_taken_once_and_none_before_it_any_more() {
    let (store, _) = enrolled(at("2026-11-24T10:00:00Z"));
    let now = at("2026-11-24T10:05:00Z");
    let spend = |code: &str, now| second_factor::spend(&store, "ada", code, now).unwrap();
    let (before, this) = (code(&store, at("2026-11-24T10:04:30Z")), code(&store, now));
    assert!(spend(&format!("{} {}", &this[..3], &this[3..]), now));
    assert!(!spend(&this, now));
    assert!(!spend(&this, at("2026-11-24T10:05:29Z")));
    assert!(!spend(&before, now));
    let next = at("2026-11-24T10:05:30Z");
    assert!(spend(&code(&store, next), next));
}

#[test]
fn a_code_counts_half_a_minute_around_its_own_and_no_longer() {
    for (second, is_taken) in [(-31, false), (-30, true), (0, true), (59, true), (60, false)] {
        let (store, _) = enrolled(at("2026-11-24T09:00:00Z"));
        let shown = at("2026-11-24T10:00:00Z");
        let given = code(&store, shown);
        let now = Timestamp::from_second(shown.as_second() + second).unwrap();
        assert_eq!(second_factor::spend(&store, "ada", &given, now).unwrap(), is_taken, "{second}");
    }
}

#[test]
fn a_recovery_code_stands_in_for_one_code() {
    let now = at("2026-11-24T10:00:00Z");
    let (store, codes) = enrolled(now);
    assert!(second_factor::spend(&store, "ada", &codes[3].to_uppercase(), now).unwrap());
    assert!(!second_factor::spend(&store, "ada", &codes[3], now).unwrap());
    assert!(!second_factor::spend(&store, "bob", &codes[4], now).unwrap());
    assert_eq!(second_factor::codes_left(&store, "ada").unwrap(), 9);
    let last = trail(&store).pop().unwrap();
    assert_eq!(last, "account:ada account.second-factor.recovery-code account:ada");
}

#[test]
fn codes_that_are_turned_off_are_gone_and_so_are_sessions() {
    let now = at("2026-11-24T10:00:00Z");
    let (store, codes) = enrolled(now);
    let secret = opened(&store, "ada", now);
    assert!(second_factor::remove(&store, "ada", &Actor::Cli, now).unwrap());
    assert!(!second_factor::remove(&store, "ada", &Actor::Cli, now).unwrap());
    assert!(!second_factor::is_on(&store, "ada").unwrap());
    assert!(!second_factor::spend(&store, "ada", &codes[0], now).unwrap());
    assert_eq!(session(&store, &secret, now).unwrap(), None);
}
