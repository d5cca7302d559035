//! Sessions that begin at night.

use super::*;

fn shared(id: &str) -> Signature {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/signatures");
    signature::load_file(format!("{folder}/{id}.toml").as_ref()).unwrap()
}

/// The port x11vnc waits at, and who is connected there.
fn port(peers: &[&str]) -> Vec<Observation> {
    let mut seen = example("socket");
    let text = |text: &str| Value::Text(text.to_owned());
    for (field, value) in [("program", "x11vnc"), ("direction", "in"), ("protocol", "tcp")] {
        seen.fields.insert(field.to_owned(), text(value));
    }
    let peers = peers.iter().copied().map(text).collect();
    seen.fields.insert("peers".to_owned(), Value::List(peers));
    vec![seen]
}

/// What is open with a visitor who comes at this hour in Chicago.
fn open(hour: &str, clock: Vec<Observation>) -> Vec<String> {
    let rules = ["remote-tools/x11vnc", "combination/session-at-night"].map(shared).to_vec();
    let sensors = ["process", "socket", "clock", "finding"].into_iter();
    let mut watch = Watch::new(rules, sensors, Memory::default());
    for (sensor, seen) in
        [("process", vec![running("x11vnc")]), ("socket", port(&[])), ("clock", clock)]
    {
        watch.take(look(sensor, seen), at(0));
    }
    let now = format!("2026-11-24T{hour}:00-06:00").parse().unwrap();
    watch.take(look("finding", Vec::new()), at(0));
    watch.take(look("socket", port(&["loopback"])), now);
    watch.open().into_iter().map(|finding| finding.signature).collect()
}

#[test]
fn a_session_that_begins_at_night_is_a_lead() {
    let clock = vec![example("clock")];
    let night = ["combination.session-at-night", "remote-tools.x11vnc"];
    assert_eq!(open("03:00", clock.clone()), night);
    assert_eq!(open("14:00", clock), night[1..]);
}

#[test]
fn without_a_time_zone_no_hour_is_foreign() {
    assert_eq!(open("03:00", Vec::new()), ["remote-tools.x11vnc"]);
}
