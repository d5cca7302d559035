//! A single weak kind never alerts, whatever the combination.

use crate::ledger::Ledger;
use crate::rules::Rules;
use crate::sensors;
use crate::signature::Question;
use crate::signature::Signature;
use crate::signature::pattern::Pattern;
use crate::world::World;
use jiff::Timestamp;
use model::Confidence;
use model::Corroboration;
use model::Kind;
use model::Observation;
use model::Severity;
use model::Standing;
use std::collections::BTreeMap;

const KINDS: [Kind; 6] = [
    Kind::Identity,
    Kind::Structure,
    Kind::Leftover,
    Kind::Display,
    Kind::Coincidence,
    Kind::Change,
];

fn signature(id: &str, kind: Kind, alone: bool) -> Signature {
    let sensor = match kind {
        Kind::Display => "display",
        Kind::Coincidence => "coincidence",
        Kind::Change => "change",
        _ => "usb",
    };
    Signature {
        id: id.to_owned(),
        title: "t".to_owned(),
        severity: Severity::High,
        confidence: Confidence::Low,
        kind,
        alone,
        technique: "T1219.003".to_owned(),
        why: "".into(),
        innocent: "".into(),
        blind_spots: String::new(),
        verify: String::new(),
        response: String::new(),
        references: Vec::new(),
        common: std::sync::Arc::default(),
        when: vec![Question {
            sensor: sensor.to_owned(),
            fields: BTreeMap::new(),
            contradicts: BTreeMap::new(),
        }],
        unless: Vec::new(),
        hits: Vec::new(),
        misses: Vec::new(),
        rises: BTreeMap::new(),
        leads: BTreeMap::new(),
        tool: None,
    }
}

fn world() -> World {
    let mut world = World::default();
    for name in ["usb", "display", "coincidence", "change"] {
        let sensor = sensors::find(name).unwrap();
        world.take(sensor.name(), Ok(vec![sensor.example()]));
    }
    world
}

fn standings(signatures: &[Signature], world: &World) -> BTreeMap<String, Standing> {
    let mut ledger = Ledger::default();
    ledger.judge_all(&Rules::from(signatures.to_vec()), world, Timestamp::UNIX_EPOCH);
    ledger.open().map(|finding| (finding.signature.clone(), finding.standing)).collect()
}

#[test]
fn weak_kinds_alert_exactly_when_two_of_them_agree() {
    for chosen in 1_u32..1 << KINDS.len() {
        let kinds = KINDS.iter().enumerate().filter(|(place, _)| chosen & (1 << place) != 0);
        let signatures: Vec<Signature> =
            kinds.map(|(place, &kind)| signature(&format!("kvm.{place}"), kind, false)).collect();
        let expected = if signatures.len() > 1 { Standing::Alert } else { Standing::Lead };
        let standings = standings(&signatures, &world());
        assert_eq!(standings.len(), signatures.len());
        assert!(standings.values().all(|&standing| standing == expected), "{standings:?}");
    }
}

#[test]
fn two_signatures_of_one_kind_or_of_two_families_do_not_corroborate() {
    let weak = [
        signature("kvm.a", Kind::Structure, false),
        signature("kvm.b", Kind::Structure, false),
        signature("other.c", Kind::Identity, false),
    ];
    assert!(standings(&weak, &world()).values().all(|&standing| standing == Standing::Lead));
}

/// A device at a port, of which nothing is known but its name.
fn device(port: &str, product: &str) -> Observation {
    let mut device =
        Observation { subject: port.to_owned(), ..sensors::find("usb").unwrap().example() };
    let product = model::Value::Text(product.to_owned());
    device.fields.insert("product".to_owned(), product);
    device
}

/// A weak signature about the device of that name.
fn about(id: &str, kind: Kind, product: &str) -> Signature {
    let mut signature = signature(id, kind, false);
    let wanted = Pattern::Any(vec![model::Value::Text(product.to_owned())]);
    signature.when[0].fields.insert("product".to_owned(), wanted);
    signature
}

#[test]
fn oddities_of_two_unrelated_devices_do_not_corroborate() {
    let apart = [about("kvm.a", Kind::Structure, "one"), about("kvm.b", Kind::Identity, "two")];
    let together = [about("kvm.a", Kind::Structure, "one"), about("kvm.b", Kind::Identity, "one")];
    let mut world = World::default();
    world.take("usb", Ok(vec![device("1-1", "one"), device("1-2", "two")]));
    assert!(standings(&apart, &world).values().all(|&standing| standing == Standing::Lead));
    assert!(standings(&together, &world).values().all(|&standing| standing == Standing::Alert));
}

#[test]
fn a_change_or_a_coincidence_at_another_port_corroborates_nothing_here() {
    let example = |sensor: &str| sensors::find(sensor).unwrap().example();
    let here = Observation { subject: "1-9".to_owned(), ..example("usb") };
    for kind in [Kind::Coincidence, Kind::Change] {
        let mut world = World::default();
        world.take("usb", Ok(vec![here.clone()]));
        for name in ["coincidence", "change"] {
            world.take(name, Ok(vec![example(name)]));
        }
        let weak = [signature("kvm.a", Kind::Structure, false), signature("kvm.b", kind, false)];
        let standings = standings(&weak, &world);
        assert_eq!(standings.len(), 2);
        assert!(standings.values().all(|&standing| standing == Standing::Lead), "{kind}");
    }
}

#[test]
fn a_neighbor_corroborates_each_oddity_and_not_one_by_the_other() {
    let near = |id: &str| {
        let mut near = signature(id, Kind::Neighbor, false);
        near.when[0].sensor = "neighbor".to_owned();
        near
    };
    let mut world = World::default();
    world.take("usb", Ok(vec![device("1-1", "one"), device("1-2", "two")]));
    world.take("neighbor", Ok(vec![sensors::find("neighbor").unwrap().example()]));
    let alone = standings(&[near("kvm.c"), near("kvm.d")], &world);
    assert!(alone.values().all(|&standing| standing == Standing::Lead), "{alone:?}");
    let odd = [about("kvm.a", Kind::Structure, "one"), about("kvm.b", Kind::Identity, "two")];
    let [one, two] = odd;
    let mut ledger = Ledger::default();
    ledger.judge_all(
        &Rules::from([one, two, near("kvm.c")].to_vec()),
        &world,
        Timestamp::UNIX_EPOCH,
    );
    let told: Vec<(Standing, Vec<Kind>)> = ledger
        .open()
        .map(|finding| (finding.standing, finding.corroboration.spoke.clone()))
        .collect();
    let expected = [
        (Standing::Alert, vec![Kind::Neighbor]),
        (Standing::Alert, vec![Kind::Neighbor]),
        (Standing::Alert, vec![Kind::Identity, Kind::Structure]),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_finding_says_who_spoke_who_was_silent_and_who_was_blind() {
    let mut silent = signature("kvm.c", Kind::Leftover, true);
    silent.unless = silent.when.clone();
    let signatures = [
        signature("kvm.a", Kind::Structure, true),
        signature("kvm.b", Kind::Identity, false),
        silent,
        signature("kvm.d", Kind::Display, true),
    ];
    let mut world = World::default();
    world.take("usb", Ok(vec![sensors::find("usb").unwrap().example()]));
    let mut ledger = Ledger::default();
    ledger.judge_all(&Rules::from(signatures.to_vec()), &world, Timestamp::UNIX_EPOCH);
    let expected = Corroboration {
        spoke: vec![Kind::Identity],
        silent: vec![Kind::Leftover],
        blind: vec![Kind::Display],
    };
    assert_eq!(ledger.open().next().unwrap().corroboration, expected);
}
