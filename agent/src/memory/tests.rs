//! What is remembered, for how long, and what a new signature makes of it.

use super::*;
use crate::sensors;
use crate::signature::Signature;
use crate::watch::Look;
use crate::watch::Watch;
use model::Value;

fn at(hours: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
}

fn device(product: &str) -> Observation {
    let mut seen = sensors::find("usb").unwrap().example();
    seen.fields.insert("product".to_owned(), Value::Text(product.to_owned()));
    seen
}

/// The signature that ships for a PiKVM.
fn pikvm() -> Signature {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/signatures/kvm/pikvm.toml");
    crate::signature::load_file(folder.as_ref()).unwrap()
}

#[test]
fn a_thing_is_remembered_once_and_for_180_days() {
    let mut memory = Memory::default();
    assert!(memory.note(&[device("a")], at(0)));
    assert!(!memory.note(&[device("a")], Timestamp::UNIX_EPOCH));
    let elsewhere = Observation { subject: "2-1".to_owned(), ..device("a") };
    assert!(memory.note(&[elsewhere], at(5)), "an hour later it is news that it is still there");
    assert_eq!(memory.things().len(), 1);
    assert_eq!((memory.things()[0].first, memory.things()[0].last), (at(0), at(5)));
    memory.note(&[device("b")], at(5 + 180 * 24));
    assert_eq!(memory.things().len(), 1);
    assert_eq!(memory.things()[0].observation, device("b"));
}

#[test]
fn a_thing_is_remembered_where_it_was_last_seen() {
    let port = |port: &str| Observation { subject: port.to_owned(), ..device("a") };
    let mut memory = Memory::default();
    memory.note(&[port("1-4")], at(0));
    assert!(memory.note(&[port("2-1")], Timestamp::UNIX_EPOCH), "a move is worth writing down");
    assert_eq!(memory.things()[0].observation, port("2-1"));
    assert!(!memory.note(&[port("1-4"), port("2-1")], at(0)), "a second one has come");
    assert_eq!(memory.things()[0].observation, port("2-1"));
    assert!(memory.note(&[port("1-4")], at(0)), "the first one has left");
    assert_eq!(memory.things()[0].observation, port("1-4"));
    assert_eq!(memory.things().len(), 1);
}

#[test]
fn what_an_older_agent_wrote_down_is_still_read() {
    let written = r#"{"things":[{"observation":{"sensor":"usb","subject":"1-4","source":"/sys",
        "fields":{"vendor_id":"1a86"}},"first":"2026-01-01T00:00:00Z",
        "last":"2026-01-02T00:00:00Z"}],"judged":["kvm.pikvm"]}"#;
    let memory: Memory = serde_json::from_str(written).unwrap();
    assert_eq!(memory.things()[0].observation.subject, "1-4");
    assert!(!memory.is_new("kvm.pikvm"));
}

#[test]
fn memory_is_bounded() {
    let mut memory = Memory::default();
    for number in 0..700 {
        memory.note(&[device(&number.to_string())], at(number));
    }
    assert_eq!(memory.things().len(), MOST);
    assert_eq!(memory.things()[0].observation, device("200"));
}

#[test]
fn a_signature_that_arrives_later_judges_the_past() {
    let mut watch = Watch::new(Vec::new(), ["usb"].into_iter(), Memory::default());
    let plugged = || Look { sensor: "usb", seen: Ok(vec![device("PiKVM Composite Device")]) };
    watch.take(plugged(), at(0));
    watch.take(plugged(), at(3));
    watch.take(Look { sensor: "usb", seen: Ok(Vec::new()) }, at(4));
    let letter = watch.replace(vec![pikvm()], at(50)).unwrap();
    assert_eq!(letter.findings.len(), 1);
    let finding = &letter.findings[0];
    assert_eq!((finding.opened, finding.closed), (at(0), Some(at(3))));
    assert_eq!(watch.replace(vec![pikvm()], at(51)), None, "the past is judged once");
}

#[test]
fn what_is_still_there_opens_with_when_it_was_first_seen() {
    let mut watch = Watch::new(Vec::new(), ["usb"].into_iter(), Memory::default());
    let plugged = || Look { sensor: "usb", seen: Ok(vec![device("PiKVM Composite Device")]) };
    watch.take(plugged(), at(7));
    let letter = watch.replace(vec![pikvm()], at(50)).unwrap();
    assert_eq!((letter.findings[0].opened, letter.findings[0].closed), (at(7), None));
}

#[test]
fn a_known_signature_opens_when_the_thing_comes_back() {
    let mut watch = Watch::new(vec![pikvm()], ["usb"].into_iter(), Memory::default());
    let plugged = || Look { sensor: "usb", seen: Ok(vec![device("PiKVM Composite Device")]) };
    watch.take(plugged(), at(0));
    watch.take(Look { sensor: "usb", seen: Ok(Vec::new()) }, at(1));
    let letter = watch.take(plugged(), at(90)).unwrap();
    assert_eq!(letter.findings[0].opened, at(90));
}

#[test]
fn what_was_never_there_together_shows_nothing_together() {
    let mut memory = Memory::default();
    memory.note(&[device("PiKVM Composite Device")], at(0));
    let mut signature = pikvm();
    let mut display = signature.when[0].clone();
    display.sensor = "display".to_owned();
    display.fields.clear();
    signature.when.push(display);
    let later = vec![sensors::find("display").unwrap().example()];
    memory.note(&later, at(10));
    assert_eq!(judge(&signature, &memory, &crate::world::World::default()), None);
    memory.note(&[device("PiKVM Composite Device")], at(11));
    assert_eq!(judge(&signature, &memory, &crate::world::World::default()).unwrap().opened, at(10));
}
