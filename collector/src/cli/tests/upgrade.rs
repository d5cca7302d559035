//! A database of any released collector opens here, and all of it can be read.

use super::Place;
use crate::cli::GOOD;
use crate::ingest;
use crate::judge::Told;
use crate::store;
use crate::store::assets;
use crate::store::exits;
use crate::store::laptops;
use crate::store::places;
use crate::store::read;
use crate::store::read::Filter;
use crate::store::read::Slice;
use crate::store::released;
use crate::store::ways;
use jiff::Timestamp;
use rusqlite::Connection;
use serde_json::json;
use std::fs;

const ALL: Slice = Slice { skip: 0, take: 100 };

fn left_by(version: usize) -> Place {
    let place = Place::empty();
    released::leave(place.state.path(), version);
    place
}

#[test]
fn what_every_released_collector_kept_is_read() {
    for version in released::versions() {
        let place = left_by(version);
        let store = place.store();
        let all = read::laptops(&store).unwrap();
        let hosts: Vec<&str> = all.iter().map(|one| one.host.as_str()).collect();
        assert_eq!(hosts, ["ada", "bob"], "{version}");
        let gap = &all[0].gaps[0];
        assert_eq!((gap.first, gap.last, all[0].lost), (5, 6, 3), "{version}");
        findings_are_read(&store, version);
        let audit = read::audit(&store, ALL).unwrap();
        assert!(audit.rows.iter().any(|row| row.action == "laptop.revoke"), "{version}");
        let sign_in = "select count(*) from account join session on account = name";
        let signed_in: i64 = store.query_row(sign_in, [], |row| row.get(0)).unwrap();
        // With roles everybody signs in anew.
        assert_eq!(signed_in, i64::from(version >= 9), "{version}");
        places_are_read(&store, version);
    }
}

fn findings_are_read(store: &Connection, version: usize) {
    let found = read::findings(store, &Filter::default(), ALL).unwrap();
    let mut ids: Vec<i64> = found.rows.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    let expected = [1, 2, 12, 13];
    assert_eq!(ids, expected[..(version + 1).clamp(2, 4)], "{version}");
    for id in ids {
        let found = read::finding(store, id).unwrap().unwrap();
        assert_eq!(found.row.signature, found.body.signature, "{version}");
        // What was kept before there were steps has one: how it was left.
        assert!(!found.steps.is_empty() || version < 3 || id == 12, "{version}: {id}");
    }
    let pikvm = read::finding(store, 1).unwrap().unwrap();
    assert_eq!(pikvm.body.evidence[0].fields.len(), 4, "{version}");
}

fn places_are_read(store: &Connection, version: usize) {
    let since = Timestamp::UNIX_EPOCH;
    let ways = ways::of_laptop(store, "a", since).unwrap().len();
    let exits = exits::of_laptop(store, "a").unwrap().len();
    assert_eq!((ways, exits), if version < 4 { (0, 0) } else { (1, 2) }, "{version}");
    assert_eq!(laptops::told(store, "a").unwrap().len(), usize::from(version >= 5));
    let place = places::of_laptop::<Told>(store, "a").unwrap();
    let expected = assets::of_laptop(store, "a").unwrap();
    assert_eq!((place.is_some(), expected.is_some()), (version >= 6, version >= 6), "{version}");
}

#[test]
fn every_verb_works_on_what_every_released_collector_left() {
    for version in released::versions() {
        let place = left_by(version);
        for words in [
            &["laptops"][..],
            &["laptops", "--json"],
            &["findings", "--all"],
            &["findings", "--all", "--json"],
            &["findings", "1"],
            &["token", "list"],
            &["assets", "list"],
        ] {
            let (code, told) = place.run(words);
            assert_eq!(code, GOOD, "{version}: {words:?}: {told}");
        }
        assert!(place.run(&["findings", "--all"]).1.contains("AnyDesk runs"), "{version}");
    }
}

#[test]
fn reports_go_on_where_every_released_collector_left_off() {
    for version in released::versions() {
        let place = left_by(version);
        let store = place.store();
        let report = serde_json::from_value(json!({
            "version": 1, "run": "r", "sequence": 10, "at": "2026-11-24T11:00:00Z", "host": "ada",
            "platform": "linux", "agent": "0.1.0", "complete": true, "findings": [],
            "sight": { "usb": "seeing" },
        }));
        let now = "2026-11-24T11:00:01Z".parse().unwrap();
        ingest::take(&store, "a", &[report.unwrap()], now).unwrap();
        let pikvm = read::finding(&store, 1).unwrap().unwrap();
        let end: Timestamp = "2026-11-24T11:00:00Z".parse().unwrap();
        assert_eq!(pikvm.row.closed_at, Some(end), "{version}");
        let again = read::laptop(&store, "a").unwrap().unwrap();
        assert_eq!(again.heard_at, Some(now), "{version}");
    }
}

#[test]
fn a_database_of_a_newer_collector_is_refused_by_every_verb_and_not_a_byte_of_it_is_changed() {
    let newest = released::versions().last().unwrap();
    let place = left_by(newest);
    let connection = Connection::open(place.state.path().join(store::FILE)).unwrap();
    connection.pragma_update(None, "user_version", u32::try_from(newest + 1).unwrap()).unwrap();
    connection.pragma_update(None, "journal_mode", "delete").unwrap();
    drop(connection);
    let bytes = || fs::read(place.state.path().join(store::FILE)).unwrap();
    let before = bytes();
    let backup = place.state.path().with_extension("backup");
    for words in [
        &["laptops"][..],
        &["findings"],
        &["token", "new"],
        &["user", "password", "admin"],
        &["run"],
        &["backup", backup.to_str().unwrap()],
    ] {
        let told = place.attempt(words).unwrap_err().to_string();
        let expected = format!(
            "the database is of version {}, and this collector knows only {newest}: \
             install the newer collector again",
            newest + 1
        );
        assert_eq!(told, expected, "{words:?}");
    }
    assert_eq!(bytes(), before);
    assert!(!backup.exists());
}
