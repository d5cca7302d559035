//! Turn by turn: what goes in, and what is told.

use super::*;
use model::Standing;
use model::Value;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

fn shipped(names: &[&str]) -> Vec<Signature> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/signatures/kvm");
    let path = |name: &&str| format!("{folder}/{name}.toml");
    names.iter().map(|name| signature::load_file(path(name).as_ref()).unwrap()).collect()
}

fn example(sensor: &str) -> Observation {
    sensors::find(sensor).unwrap().example()
}

/// A keyboard with an absolute mouse, of which nothing else is odd.
fn odd() -> Observation {
    let mut seen = example("usb");
    for field in ["interface_names", "hid_versions", "exact_packets"] {
        seen.fields.remove(field);
    }
    seen.fields.insert("vendor_id".to_owned(), Value::Text("1209".to_owned()));
    seen
}

fn look(sensor: &'static str, seen: Vec<Observation>) -> Look {
    Look { sensor, seen: Ok(seen) }
}

fn standings(watch: &Watch) -> Vec<(String, Standing)> {
    watch.open().into_iter().map(|finding| (finding.signature, finding.standing)).collect()
}

#[test]
fn a_lead_becomes_an_alert_when_a_display_comes_with_it_and_falls_back_when_that_leaves() {
    let signatures = shipped(&["keyboard-with-absolute-mouse", "arrived-together"]);
    let mut watch = Watch::new(signatures, ["usb", "display"].into_iter(), Memory::default());
    assert_eq!(watch.take(look("usb", Vec::new()), at(0)), None);
    assert!(watch.take(look("display", Vec::new()), at(0)).unwrap().complete);
    watch.take(look("usb", vec![odd()]), at(100)).unwrap();
    let lead = ("kvm.keyboard-with-absolute-mouse".to_owned(), Standing::Lead);
    assert_eq!(standings(&watch), std::slice::from_ref(&lead));
    let letter = watch.take(look("display", vec![example("display")]), at(103)).unwrap();
    let alerts: Vec<Standing> = letter.findings.iter().map(|finding| finding.standing).collect();
    assert_eq!(alerts, [Standing::Alert, Standing::Alert]);
    watch.take(look("display", Vec::new()), at(500)).unwrap();
    assert_eq!(standings(&watch), [lead]);
}

#[test]
fn the_first_letter_waits_for_every_sensor_and_is_complete() {
    let mut watch =
        Watch::new(shipped(&["pikvm"]), ["usb", "display"].into_iter(), Memory::default());
    assert_eq!(watch.take(look("usb", vec![example("usb")]), at(0)), None);
    let letter = watch.take(look("display", Vec::new()), at(1)).unwrap();
    assert!(letter.complete);
    assert_eq!(letter.findings.len(), 1);
    assert_eq!(watch.take(look("usb", vec![example("usb")]), at(2)), None, "nothing changed");
}

#[test]
fn after_a_loss_everything_is_told_again() {
    let mut watch = Watch::new(shipped(&["pikvm"]), ["usb"].into_iter(), Memory::default());
    let first = watch.take(look("usb", vec![example("usb")]), at(0)).unwrap();
    assert!(!watch.heartbeat().complete);
    watch.lost();
    assert_eq!(watch.heartbeat(), first);
}

#[test]
fn a_server_is_not_judged() {
    let mut watch =
        Watch::new(shipped(&["pikvm"]), ["machine", "usb"].into_iter(), Memory::default());
    let mut server = example("machine");
    server.fields.insert("chassis".to_owned(), Value::Text("server".to_owned()));
    watch.take(look("machine", vec![server]), at(0));
    let letter = watch.take(look("usb", vec![example("usb")]), at(0)).unwrap();
    assert_eq!(letter.findings, []);
    watch.take(look("machine", vec![example("machine")]), at(1)).unwrap();
    assert_eq!(watch.open().len(), 1, "a laptop is");
}
