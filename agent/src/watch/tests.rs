//! Turn by turn: what goes in, and what is told.

mod night;
mod telling;

use super::*;
use crate::signature::Signature;
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
    let mut seen = sensors::find(sensor).unwrap().example();
    if sensor == "usb" {
        seen.fields.insert("unread_reports".to_owned(), Value::List(Vec::new()));
    }
    seen
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
    let sensors = ["usb", "display", "coincidence"];
    let mut watch = Watch::new(signatures, sensors.into_iter(), Memory::default());
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
    assert!(!watch.heartbeat(at(0)).complete);
    watch.lost();
    assert_eq!(watch.heartbeat(at(0)), first);
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

/// A watch with all that tell of what came, left or changed.
fn telling(names: &[&str], memory: Memory) -> Watch {
    let sensors = ["usb", "display", "coincidence", "change"];
    Watch::new(shipped(names), sensors.into_iter(), memory)
}

/// The same watch, past its first complete letter, with nothing at the ports.
fn bare(names: &[&str]) -> Watch {
    let mut watch = telling(names, Memory::default());
    watch.take(look("usb", Vec::new()), at(0));
    watch.take(look("display", Vec::new()), at(0)).unwrap();
    watch
}

/// A device with the names of a CH9329 as it leaves the factory.
fn bridge() -> Observation {
    named(["1a86", "e129", "WCH.CN", "CH9329"])
}

/// The same device with the names of a Lenovo keyboard.
fn lenovo() -> Observation {
    let product = "Lenovo Essential Wireless Keyboard and Mouse Combo";
    let mut seen = named(["17ef", "60a9", "", product]);
    seen.fields.remove("manufacturer");
    seen
}

fn named(names: [&str; 4]) -> Observation {
    let mut seen = odd();
    for (field, name) in ["vendor_id", "product_id", "manufacturer", "product"].iter().zip(names) {
        seen.fields.insert((*field).to_owned(), Value::Text(name.to_owned()));
    }
    seen
}

fn alerts(watch: &Watch, id: &str) -> bool {
    standings(watch).contains(&(id.to_owned(), Standing::Alert))
}

#[test]
fn what_left_together_is_told_and_a_blind_look_takes_nothing_away() {
    let mut watch = telling(&["left-together"], Memory::default());
    watch.take(look("usb", vec![odd()]), at(0));
    watch.take(look("display", vec![example("display")]), at(0)).unwrap();
    watch.take(look("usb", Vec::new()), at(100));
    let reason = "timed out".to_owned();
    let failed = Blind::Failed { source: "/sys/class/drm".to_owned(), reason };
    watch.take(Look { sensor: "display", seen: Err(failed.clone()) }, at(101)).unwrap();
    assert_eq!(standings(&watch), [], "what is out of sight has not left");
    watch.take(look("display", Vec::new()), at(104)).unwrap();
    let lead = ("kvm.left-together".to_owned(), Standing::Lead);
    assert_eq!(standings(&watch), std::slice::from_ref(&lead));
    watch.take(Look { sensor: "usb", seen: Err(failed) }, at(200)).unwrap();
    assert_eq!(standings(&watch), [lead], "nobody saw it come back");
    watch.take(look("usb", vec![odd()]), at(300)).unwrap();
    assert_eq!(standings(&watch), []);
}

#[test]
fn an_agent_that_starts_anew_has_seen_nothing_leave() {
    let mut watch = telling(&["left-together"], Memory::default());
    watch.take(look("usb", Vec::new()), at(0));
    assert_eq!(watch.take(look("display", Vec::new()), at(0)).unwrap().findings, []);
}

#[test]
fn what_the_watch_tells_is_not_blind_because_no_host_can_show_it() {
    let mut watch = bare(&["arrived-together"]);
    for sensor in ["coincidence", "change"] {
        let absent = Look { sensor, seen: Err(Blind::Absent) };
        assert_eq!(watch.take(absent, at(600)), None);
        assert_eq!(watch.sight()[sensor], Sight::Seeing);
    }
}

#[test]
fn what_is_disabled_is_not_told() {
    let signatures = shipped(&["arrived-together", "renamed-bridge"]);
    let mut watch = Watch::new(signatures, ["usb", "display"].into_iter(), Memory::default());
    watch.take(look("usb", vec![bridge()]), at(0));
    watch.take(look("display", Vec::new()), at(0)).unwrap();
    watch.take(look("usb", Vec::new()), at(100));
    watch.take(look("usb", vec![lenovo()]), at(200));
    watch.take(look("display", vec![example("display")]), at(201));
    assert_eq!(standings(&watch), []);
}

#[test]
fn a_bridge_that_comes_back_under_another_name_alerts_as_long_as_it_is_there() {
    let mut watch = bare(&["ch9329", "renamed-bridge", "identity-changed"]);
    watch.take(look("usb", vec![bridge()]), at(100)).unwrap();
    watch.take(look("usb", Vec::new()), at(200)).unwrap();
    watch.take(look("usb", vec![lenovo()]), at(300)).unwrap();
    let expected = [
        ("kvm.identity-changed".to_owned(), Standing::Lead),
        ("kvm.renamed-bridge".to_owned(), Standing::Alert),
    ];
    assert_eq!(standings(&watch), expected);
    assert_eq!(watch.take(look("usb", vec![lenovo()]), at(301)), None, "it stands still");
    let elsewhere = Observation { subject: "1-5".to_owned(), ..bridge() };
    watch.take(look("usb", vec![lenovo(), elsewhere]), at(302)).unwrap();
    assert!(alerts(&watch, "kvm.renamed-bridge"), "another chip at another port");
    watch.take(look("usb", Vec::new()), at(400)).unwrap();
    assert_eq!(standings(&watch), []);
}

#[test]
fn a_bridge_that_was_renamed_is_known_after_a_restart() {
    let mut watch = bare(&["renamed-bridge"]);
    watch.take(look("usb", vec![bridge()]), at(100));
    let memory = serde_json::to_string(watch.unsaved().unwrap()).unwrap();
    let mut watch = telling(&["renamed-bridge"], serde_json::from_str(&memory).unwrap());
    watch.take(look("display", Vec::new()), at(900));
    let letter = watch.take(look("usb", vec![lenovo()]), at(900)).unwrap();
    assert!(letter.complete);
    assert_eq!(letter.findings.len(), 1);
    let memory = watch.unsaved().unwrap().clone();
    let mut watch = telling(&["renamed-bridge"], memory);
    watch.take(look("display", Vec::new()), at(990));
    watch.take(look("usb", vec![lenovo()]), at(990)).unwrap();
    assert!(alerts(&watch, "kvm.renamed-bridge"), "both are remembered now");
}

#[test]
fn another_port_a_second_of_the_model_and_another_keyboard_are_no_change() {
    let elsewhere = Observation { subject: "1-9".to_owned(), ..lenovo() };
    let mut second = bridge();
    second.fields.insert("serial".to_owned(), Value::Text("another".to_owned()));
    second.fields.insert("device_version".to_owned(), Value::Text("0200".to_owned()));
    let microsoft = named(["045e", "005f", "Microsoft", "Wireless MultiMedia Keyboard"]);
    let mut logitech = named(["046d", "c31c", "Logitech", "USB Keyboard"]);
    logitech.fields.insert("max_power".to_owned(), Value::Number(90));
    for (before, after) in [(bridge(), elsewhere), (bridge(), second), (microsoft, logitech)] {
        let mut watch = bare(&["renamed-bridge", "identity-changed"]);
        watch.take(look("usb", vec![before]), at(100));
        watch.take(look("usb", Vec::new()), at(200));
        watch.take(look("usb", vec![after]), at(300));
        assert_eq!(standings(&watch), []);
    }
}

#[test]
fn a_change_agrees_with_what_is_at_its_port_and_with_nothing_at_another() {
    let swapped = |odd_port: &str| {
        let mut watch = bare(&["identity-changed", "keyboard-with-absolute-mouse"]);
        let plain = |names| {
            let mut seen = named(names);
            let role = Value::List(vec![Value::Text("keyboard".to_owned())]);
            seen.fields.insert("hid_roles".to_owned(), role);
            seen
        };
        let first = plain(["045e", "005f", "Microsoft", "Wireless MultiMedia Keyboard"]);
        let then = plain(["046d", "c31c", "Logitech", "USB Keyboard"]);
        if odd_port == "1-4" {
            watch.take(look("usb", vec![named(["045e", "005f", "Microsoft", "a"])]), at(100));
            watch.take(look("usb", vec![odd()]), at(200));
        } else {
            let odd = Observation { subject: odd_port.to_owned(), ..odd() };
            watch.take(look("usb", vec![first, odd.clone()]), at(100));
            watch.take(look("usb", vec![then, odd]), at(200));
        }
        standings(&watch)
    };
    let both = |standing| {
        ["kvm.identity-changed", "kvm.keyboard-with-absolute-mouse"]
            .map(|id| (id.to_owned(), standing))
    };
    assert_eq!(swapped("1-4"), both(Standing::Alert));
    assert_eq!(swapped("1-9"), both(Standing::Lead));
}

#[test]
fn a_finding_that_two_judgments_touch_is_told_once_as_it_stands() {
    let mut watch = bare(&["keyboard-with-absolute-mouse", "arrived-together"]);
    watch.take(look("display", vec![example("display")]), at(100));
    let letter = watch.take(look("usb", vec![odd()]), at(103)).unwrap();
    let told = letter.findings.iter().map(|finding| (finding.signature.as_str(), finding.standing));
    let expected = [
        ("kvm.keyboard-with-absolute-mouse", Standing::Alert),
        ("kvm.arrived-together", Standing::Alert),
    ];
    assert_eq!(told.collect::<Vec<_>>(), expected);
}

/// The rules where this tool, or some instances of it, is approved to the end
/// of the second day.
fn approving(tool: &str, instance: &[&str]) -> Rules {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../config/signatures/remote-tools");
    let signature = signature::load_file(format!("{folder}/{tool}.toml").as_ref()).unwrap();
    let approved = crate::policy::Approved {
        tool: tool.to_owned(),
        instance: instance.iter().map(|&one| one.to_owned()).collect(),
        owner: "the lab".to_owned(),
        reason: "tests".to_owned(),
        expires: "1970-01-02".parse().unwrap(),
    };
    let policy = crate::policy::Policy { approved: vec![approved], ..Default::default() };
    Rules::new(vec![signature], policy)
}

fn running(program: &str) -> Observation {
    let mut seen = example("process");
    let path = format!("/usr/bin/{program}");
    for (field, text) in [("program", program), ("executable", &path)] {
        seen.fields.insert(field.to_owned(), Value::Text(text.to_owned()));
    }
    seen
}

#[test]
fn whose_instance_a_tool_is_is_quoted_and_judged() {
    for (instance, expected) in
        [("123456789", model::Verdict::Approved), ("987654321", model::Verdict::ForeignInstance)]
    {
        let rules = approving("anydesk", &[instance]);
        let sensors = ["process", "setting"].into_iter();
        let mut watch = Watch::new(rules, sensors, Memory::default());
        assert_eq!(watch.take(look("process", vec![running("anydesk")]), at(0)), None);
        let setting = example("setting");
        let letter = watch.take(look("setting", vec![setting.clone()]), at(0)).unwrap();
        let finding = &letter.findings[0];
        assert_eq!(finding.tool.as_ref().map(|tool| tool.verdict), Some(expected));
        assert_eq!(finding.evidence.last(), Some(&setting));
    }
}

#[test]
fn an_approval_that_expires_is_told_although_nothing_else_changes() {
    let rules = approving("x11vnc", &[]);
    let mut watch = Watch::new(rules, ["process"].into_iter(), Memory::default());
    let seen = running("x11vnc");
    let day = 24 * 3600;
    let letter = watch.take(look("process", vec![seen]), at(0)).unwrap();
    assert_eq!(letter.findings[0].standing, Standing::Lead);
    assert_eq!(watch.again(at(2 * day - 1)), None);
    let letter = watch.again(at(2 * day)).unwrap();
    let finding = &letter.findings[0];
    let verdict = finding.tool.as_ref().map(|tool| tool.verdict);
    assert_eq!(
        (letter.findings.len(), finding.standing, verdict, finding.opened),
        (1, Standing::Alert, Some(model::Verdict::Expired), at(0))
    );
    assert_eq!(watch.again(at(3 * day)), None);
}
