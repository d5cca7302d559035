//! A company's list of laptops: all of it is taken in, and kept as it was read,
//! or each problem has its line.
#![no_main]

use collector::place::expected;
use collector::place::expected::Expected;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeSet;

fuzz_target!(init: fuzz::plant("assets", seeds()), |text: &str| {
    match expected::import(text) {
        Ok(all) => {
            let serials: BTreeSet<&str> = all.iter().map(|one| one.serial.as_str()).collect();
            assert_eq!(serials.len(), all.len());
            assert!(!serials.contains(""));
            all.iter().for_each(check);
        }
        Err(wrong) => {
            assert!(wrong.first().is_some_and(|first| first.line >= 1));
            assert!(wrong.is_sorted_by_key(|one| one.line));
        }
    }
});

/// It is kept as JSON.
fn check(one: &Expected) {
    let body = serde_json::to_string(one).expect("it can be written");
    assert_eq!(&serde_json::from_str::<Expected>(&body).expect("it can be read"), one);
}

/// A full row, and one of each mistake.
fn seeds() -> Vec<Vec<u8>> {
    let full = "serial,host,person,home,offices,travel,borders,delivered_to,delivered_at,start,group,alive_at\n\
                PF3X,ada,E-17,\"US-TX 78701;US-CO@39.7,-105\",US;203.0.113.0/24,\
                CA 2026-12-01..2026-12-14 T-7,MX,US-TX,2026-11-02,2026-11-09\n";
    let wrong = "serial,home,start,colour\nB,Texas,soon,\n,US,,\nA,US,,\nA,US-XX\n";
    [full, wrong].map(|text| text.as_bytes().to_vec()).to_vec()
}
