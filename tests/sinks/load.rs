//! Two thousand events of twenty laptops, and what has to have come of them.

use super::receiver::Receiver;
use collector::store;
use collector::store::deliveries;
use collector::store::events;
use rusqlite::Connection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use tests::program;
use tests::sample;
use tests::site::PATIENCE;
use tests::site::Site;
use tests::valid;

/// How many events there are.
pub const EVENTS: u64 = 2000;

/// Whether what comes twice is there twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    /// It may be.
    AtLeastOnce,
    /// It is not.
    Once,
}

/// Makes events, ends the receiver twice in the middle and starts it again, and
/// holds what it got against what was sent. `got` reads the OCSF events that the
/// receiver has, in the order in which they came.
pub fn run(site: &Site, receiver: &mut Receiver, promise: Promise, got: impl Fn() -> Vec<Value>) {
    let store = store::open(&site.state()).unwrap();
    let figures = || deliveries::figures(&store).unwrap().remove(0);
    add(&store, 1..=EVENTS / 4);
    for part in [2, 3] {
        assert!(program::wait_for(PATIENCE, || figures().sent > 0), "nothing comes");
        let failed = figures().failed;
        receiver.end();
        add(&store, (part - 1) * EVENTS / 4 + 1..=part * EVENTS / 4);
        let noticed = || figures().failed > failed;
        assert!(program::wait_for(PATIENCE, noticed), "nobody notices that it is dead");
        receiver.start();
    }
    add(&store, 3 * EVENTS / 4 + 1..=EVENTS);
    let arrived = program::wait_for(3 * PATIENCE, || figures().waiting == 0);
    assert!(arrived, "not all has come: {:?}\n{}", figures(), receiver.printed());
    judge(&got(), promise);
}

/// Adds events, as many in a change as laptops tell of at a time.
pub fn add(store: &Connection, numbers: RangeInclusive<u64>) {
    for some in numbers.collect::<Vec<_>>().chunks(20) {
        let change = store::change(store).unwrap();
        for number in some {
            events::add(&change, &sample::full(*number)).unwrap();
        }
        change.commit().unwrap();
    }
}

/// All are there, valid, and those of each laptop in order.
pub fn judge(all: &[Value], promise: Promise) {
    let mut known = BTreeSet::new();
    let mut last: BTreeMap<&str, u64> = BTreeMap::new();
    for value in all {
        if !known.insert(value["metadata"]["uid"].as_str().unwrap()) {
            continue;
        }
        let number = value["unmapped"]["moored"]["incident"].as_u64().unwrap();
        let laptop = value["device"]["uid"].as_str().unwrap();
        let before = last.insert(laptop, number).unwrap_or_default();
        assert!(before < number, "{laptop}: {number} came after {before}");
    }
    assert_eq!(known.len(), usize::try_from(EVENTS).unwrap());
    assert_eq!(last.len(), 20);
    assert_eq!(valid::wrong(&all[0]), [""; 0]);
    let twice = all.len() - known.len();
    println!("{twice} of {EVENTS} came twice");
    assert!(promise == Promise::AtLeastOnce || twice == 0, "{twice} came twice");
}
