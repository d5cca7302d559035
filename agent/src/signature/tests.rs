//! Signatures are checked with sentences, and hold where they say.

use super::Family;
use super::Signature;
use super::file::read;
use crate::world::World;
use model::Observation;
use model::Value;
use std::collections::BTreeMap;

const GOOD: &str = r#"
title = "A PiKVM is plugged in"
severity = "high"
confidence = "high"
kind = "identity"
technique = "T1219.003"
why = """
Two
lines."""
innocent = "A lab."
blind_spots = "A renamed one."
verify = "Follow the cable."
response = "Ask."
references = []
[[when]]
sensor = "usb"
where = { vendor_id = "1d6b", product = ["pikvm*", "composite kvm device"] }
[[unless]]
sensor = "process"
where = { name = "lab-agent" }
[[hit]]
usb = [{ vendor_id = "1d6b", product = "PiKVM Composite Device" }]
[[miss]]
usb = [{ vendor_id = "1d6b", product = "Hub" }]
[[miss]]
usb = [{ vendor_id = "1d6b", product = "PiKVM Composite Device" }]
process = [{ name = "lab-agent" }]
"#;

fn problems(text: &str) -> Vec<String> {
    match read("kvm.x", "kvm/x.toml", text, &Family::default()) {
        Ok(_) => Vec::new(),
        Err(problems) => problems.iter().map(ToString::to_string).collect(),
    }
}

#[test]
fn a_good_signature_is_read() {
    let signature = read("kvm.x", "kvm/x.toml", GOOD, &Family::default()).unwrap();
    assert_eq!(&*signature.why, "Two lines.");
    assert!(signature.asks("usb") && signature.asks("process") && !signature.asks("display"));
}

#[test]
fn a_field_that_does_not_exist_is_told_with_those_that_do() {
    let text = GOOD.replace("where = { vendor_id", "where = { vender_id");
    let told = problems(&text);
    assert!(told[0].starts_with("kvm/x.toml: `usb` has no field `vender_id`; it has "), "{told:?}");
}

#[test]
fn every_mistake_is_told_at_once() {
    let text = GOOD
        .replace("severity = \"high\"", "severity = \"huge\"")
        .replace("T1219.003", "T12")
        .replace("innocent = \"A lab.\"\n", "");
    let told = problems(&text);
    assert_eq!(told.len(), 3, "{told:?}");
    assert_eq!(told[0], "kvm/x.toml: innocent is missing");
    assert!(told[1].starts_with("kvm/x.toml:3: severity: unknown variant `huge`"), "{told:?}");
    assert_eq!(told[2], "kvm/x.toml:6: technique must be an ATT&CK technique such as T1219.003");
}

#[test]
fn a_text_for_the_analyst_that_is_missing_or_blank_is_told() {
    let text = GOOD
        .replace("blind_spots = \"A renamed one.\"\n", "")
        .replace("verify = \"Follow the cable.\"", "verify = \" \"")
        .replace("response = \"Ask.\"\n", "");
    let expected = [
        "kvm/x.toml: blind_spots is missing",
        "kvm/x.toml: response is missing",
        "kvm/x.toml:11: verify says nothing",
    ];
    assert_eq!(problems(&text), expected);
}

#[test]
fn examples_are_tried() {
    let text = GOOD.replace("product = \"Hub\"", "product = \"pikvm\"");
    assert_eq!(problems(&text), ["kvm/x.toml: holds in miss 1"]);
    let text = GOOD.replacen("usb = [{ vendor_id = \"1d6b\"", "usb = [{ vendor_id = \"1d6c\"", 1);
    assert_eq!(problems(&text), ["kvm/x.toml: does not hold in hit 1"]);
}

#[test]
fn a_value_of_the_wrong_kind_is_told() {
    let text = GOOD.replacen("vendor_id = \"1d6b\"", "vendor_id = 1", 1);
    assert_eq!(problems(&text), ["kvm/x.toml: `usb.vendor_id` is text, not a number"]);
}

#[test]
fn of_a_guarded_list_only_what_was_asked_for_is_quoted() {
    let text = GOOD.replace(
        "sensor = \"usb\"\nwhere = { vendor_id = \"1d6b\", product = [\"pikvm*\", \"composite kvm device\"] }",
        "sensor = \"process\"\nwhere = { verbs = \"--cm\" }",
    );
    let text = text.replace("[[hit]]\nusb", "[[hit]]\nprocess = [{ verbs = [\"--cm\"] }]\nusb");
    let signature: Signature = read("kvm.x", "kvm/x.toml", &text, &Family::default()).unwrap();
    let verbs =
        |verbs: &[&str]| Value::List(verbs.iter().map(|&v| v.into()).map(Value::Text).collect());
    let observation = |list: Value| Observation {
        sensor: "process".to_owned(),
        subject: "1".to_owned(),
        source: "x".to_owned(),
        fields: BTreeMap::from([("verbs".to_owned(), list)]),
    };
    let mut world = World::default();
    world.take("process", Ok(vec![observation(verbs(&["--secret", "--cm"]))]));
    assert_eq!(signature.evidence(&world), Some(vec![observation(verbs(&["--cm"]))]));
}

#[test]
fn a_relay_is_asked_for_by_its_name_or_domain_and_nothing_more_is_told() {
    let question = "sensor = \"usb\"\nwhere = { vendor_id = \"1d6b\", product = [\"pikvm*\", \"composite kvm device\"] }";
    for (relay, expected) in [
        ("relay.example.com", None),
        ("*.example.com", None),
        ("*", Some("`*` is no name of a relay")),
        ("*.example", Some("`*.example` is no name of a relay")),
        ("relay", Some("`relay` is no name of a relay")),
        ("relay-*", Some("`relay-*` is no name of a relay")),
        ("*.relay*.example.com", Some("`*.relay*.example.com` is open in the middle")),
    ] {
        let asks = format!("sensor = \"socket\"\nwhere = {{ relays = \"{relay}\" }}");
        let hit = relay.replace('*', "a");
        let text = GOOD.replace(question, &asks);
        let text = text.replace(
            "[[hit]]\nusb",
            &format!("[[hit]]\nsocket = [{{ relays = [\"{hit}\"] }}]\nusb"),
        );
        let told = problems(&text).first().cloned();
        let begins = |told: String| told.trim_start_matches("kvm/x.toml: ").to_owned();
        match (told.map(begins), expected) {
            (None, None) => {}
            (Some(told), Some(expected)) if told.starts_with(expected) => {}
            other => panic!("{relay}: {other:?}"),
        }
    }
}
