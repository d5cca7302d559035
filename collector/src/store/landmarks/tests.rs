//! Only the least is kept, for a while, and not more than fits.

use super::*;
use crate::store;
use tempfile::TempDir;

fn fresh() -> (TempDir, Connection) {
    let state = tempfile::tempdir().unwrap();
    let store = store::create(state.path()).unwrap();
    let rows = "insert into laptop (id, host, platform, enrolled_at, not_after)
        values ('a', '', '', '', ''), ('b', '', '', '', '')";
    store.execute(rows, []).unwrap();
    (state, store)
}

fn at(hour: i64) -> Timestamp {
    let start: Timestamp = "2026-11-20T00:00:00Z".parse().unwrap();
    start.checked_add(jiff::SignedDuration::from_hours(hour)).unwrap()
}

fn measured(microseconds: u64, connects: u32) -> Landmark {
    Landmark { name: "eu:8443".to_owned(), microseconds, connects }
}

fn least(microseconds: u64, connects: u32, [of, first, last]: [i64; 3]) -> Least {
    let [of, first_at, last_at] = [of, first, last].map(at);
    let name = "eu:8443".to_owned();
    Least { name, microseconds, connects, at: of, first_at, last_at }
}

const HOME: &str = "192.0.2.7";

fn put(store: &Connection, exit: &str, (microseconds, connects): (u64, u32), hour: i64) {
    let landmark = measured(microseconds, connects);
    add(store, "a", (exit.parse().unwrap(), &landmark), at(hour)).unwrap();
}

fn of(store: &Connection, laptop: &str, exit: &str) -> Vec<Least> {
    of_laptop(store, laptop, exit.parse().unwrap()).unwrap()
}

#[test]
fn the_least_is_kept_of_each_network_a_laptop_comes_from() {
    let (_state, store) = fresh();
    put(&store, HOME, (31_250, 5), 0);
    put(&store, "192.0.2.200", (30_000, 3), 4);
    put(&store, HOME, (90_000, 5), 30);
    put(&store, "2001:db8:7:1::7", (40_000, 4), 8);
    assert_eq!(of(&store, "a", HOME), [least(30_000, 3, [4, 0, 30])]);
    assert_eq!(of(&store, "a", "2001:db8:7:2::1"), [least(40_000, 4, [8, 8, 8])]);
    assert_eq!(of(&store, "a", "198.51.100.1"), []);
    assert_eq!(of(&store, "b", HOME), []);
}

#[test]
fn what_no_measurement_gives_is_passed_over() {
    let (_state, store) = fresh();
    for impossible in [(0, 5), (31_250, 0), (60_000_001, 5), (u64::MAX, 5)] {
        put(&store, HOME, impossible, 0);
    }
    assert_eq!(of(&store, "a", HOME), []);
}

#[test]
fn an_old_least_is_forgotten_although_longer_ways_were_measured_since() {
    let (_state, store) = fresh();
    put(&store, HOME, (30_000, 5), 0);
    put(&store, HOME, (90_000, 5), 300);
    assert_eq!(forget(&store, at(0)).unwrap(), 0);
    assert_eq!(forget(&store, at(1)).unwrap(), 1);
    put(&store, HOME, (90_000, 5), 304);
    assert_eq!(of(&store, "a", HOME), [least(90_000, 5, [304, 304, 304])]);
}

#[test]
fn a_laptop_cannot_fill_the_disk() {
    let (_state, store) = fresh();
    for number in 0..210 {
        put(&store, &format!("10.0.{number}.1"), (30_000, 5), number);
    }
    let count: i64 =
        store.query_row("select count(*) from landmark", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 200);
    assert_eq!(of(&store, "a", "10.0.9.1"), []);
    assert_eq!(of(&store, "a", "10.0.209.1").len(), 1);
}
