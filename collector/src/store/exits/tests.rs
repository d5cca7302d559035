//! Where laptops came from, and what is left of it later.

use super::*;
use crate::place::path::Sample;
use crate::place::path::Vantage;
use crate::place::syn::Syn;
use crate::store;
use crate::store::keep;
use crate::store::ways;
use tempfile::TempDir;

const KEY: Key = [7; 32];

/// A database with the laptops `a` and `b`.
fn fresh() -> (TempDir, Connection) {
    let state = tempfile::tempdir().unwrap();
    let store = store::create(state.path()).unwrap();
    for id in ["a", "b"] {
        let insert = "insert into laptop (id, host, platform, enrolled_at, not_after)
            values (?1, '', '', '', '')";
        store.execute(insert, [id]).unwrap();
    }
    (state, store)
}

fn at(minute: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + 60 * minute).unwrap()
}

fn see(store: &Connection, address: &str, minute: i64) {
    seen(store, "a", address.parse().unwrap(), at(minute)).unwrap();
}

fn row(address: &str, first: i64, last: i64) -> Exit {
    Exit { address: address.to_owned(), first_at: at(first), last_at: at(last) }
}

#[test]
fn a_laptop_that_stays_is_written_every_ten_minutes_and_one_that_moves_at_once() {
    let (_state, store) = fresh();
    for minute in [0, 5, 9] {
        see(&store, "192.0.2.1", minute);
    }
    assert_eq!(of_laptop(&store, "a").unwrap(), [row("192.0.2.1", 0, 0)]);
    see(&store, "192.0.2.1", 10);
    see(&store, "2001:db8::1", 11);
    see(&store, "192.0.2.1", 12);
    let both = [row("192.0.2.1", 0, 12), row("2001:db8::1", 11, 11)];
    assert_eq!(of_laptop(&store, "a").unwrap(), both);
    assert_eq!(of_laptop(&store, "b").unwrap(), []);
    // After a clock was set back.
    see(&store, "192.0.2.1", -60);
    assert_eq!(of_laptop(&store, "a").unwrap()[0], row("192.0.2.1", -60, 12));
}

#[test]
fn of_an_old_address_a_token_of_its_network_is_left() {
    let (_state, store) = fresh();
    see(&store, "192.0.2.1", 0);
    see(&store, "192.0.2.200", 20);
    see(&store, "192.0.3.1", 40);
    see(&store, "2001:db8:1:2::1", 60);
    see(&store, "2001:db8:1:ffff::1", 80);
    see(&store, "192.0.2.1", 100);
    see(&store, "192.0.2.2", 200);
    assert_eq!(forget(&store, at(150), &KEY).unwrap(), 5);
    let left = of_laptop(&store, "a").unwrap();
    let times: Vec<_> = left.iter().map(|exit| (exit.first_at, exit.last_at)).collect();
    assert_eq!(times, [(at(200), at(200)), (at(0), at(100)), (at(60), at(80)), (at(40), at(40))]);
    assert_eq!(left[0].address, "192.0.2.2");
    assert!(left[1..].iter().all(|exit| exit.address.starts_with("network:")), "{left:?}");
    assert_eq!(forget(&store, at(150), &KEY).unwrap(), 0);
    // What gets old later finds its network again, under the same key only.
    assert_eq!(forget(&store, at(300), &KEY).unwrap(), 1);
    assert_eq!(of_laptop(&store, "a").unwrap()[0], row(&left[1].address, 0, 200));
    assert_ne!(token("192.0.2.1", &[8; 32]), token("192.0.2.1", &KEY));
    assert_eq!(token("192.0.2.1", &KEY), token("192.0.2.77", &KEY));
}

#[test]
fn no_laptop_fills_the_disk() {
    let (_state, store) = fresh();
    let change = store::change(&store).unwrap();
    for minute in 0..1010 {
        see(&change, &format!("2001:db8::{minute:x}"), minute);
    }
    let left = of_laptop(&change, "a").unwrap();
    assert_eq!((left.len(), left[999].last_at), (1000, at(10)));
}

#[test]
fn ways_are_kept_as_they_were_measured_until_they_are_old() {
    let (_state, store) = fresh();
    let sample = |minute, vantage, mss, syn| Sample {
        at: at(minute),
        vantage,
        tcp_ms: 31.25,
        echo_ms: 213.5,
        echoes: 30,
        mss,
        syn,
    };
    let exit = "192.0.2.1".parse().unwrap();
    let syn = Syn { hops_left: 53, mss: None, window_scale: Some(7), has_timestamp: true };
    let samples =
        [sample(0, Vantage::Direct, Some(1460), Some(syn)), sample(9, Vantage::Proxy, None, None)];
    for sample in &samples {
        ways::add(&store, "a", exit, sample).unwrap();
    }
    let of = |since| ways::of_laptop(&store, "a", at(since)).unwrap();
    assert_eq!(of(0), samples.map(|sample| (exit, sample)));
    assert_eq!(of(1), [(exit, samples[1])]);
    assert_eq!(ways::of_laptop(&store, "b", at(0)).unwrap(), []);
    assert_eq!(ways::newest(&store, "a").unwrap(), Some(at(9)));
    let old = keep::old(&store, keep::Kind::Ways, 10, at(9)).unwrap();
    keep::forget(&store, keep::Kind::Ways, &old).unwrap();
    assert_eq!(of(0), [(exit, samples[1])]);
}
