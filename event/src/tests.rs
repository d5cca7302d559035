//! Every event is valid in OCSF, and what is broken is found to be.
#![expect(clippy::disallowed_methods, reason = "a test reads the signatures that ship")]

mod any;

use crate::Arrival;
use crate::Detail;
use crate::Event;
use crate::Format;
use crate::News;
use crate::Outcome;
use crate::State;
use crate::What;
use crate::attack;
use crate::sample::full;
use crate::valid::wrong;
use proptest::prelude::*;
use serde_json::Value;
use serde_json::json;
use std::fs;

fn ocsf(news: &News) -> Vec<Value> {
    let records = Format::Ocsf.records(news, Detail::Raw);
    records.into_iter().map(|record| record.body).collect()
}

#[test]
fn an_incident_is_valid_whatever_becomes_of_it() {
    let all = [
        (What::Opened, State::Open, None),
        (What::Grown, State::Open, None),
        (What::Acknowledged, State::Acknowledged, None),
        (What::Suppressed, State::Suppressed, None),
        (What::Closed, State::Closed, Some(Outcome::True)),
        (What::Closed, State::Closed, Some(Outcome::Benign)),
        (What::Closed, State::Closed, Some(Outcome::False)),
        (What::Reopened, State::Open, None),
    ];
    for (what, state, outcome) in all {
        let mut event = Event { what, ..full(7) };
        event.incident.state = state;
        event.incident.outcome = outcome;
        event.incident.closed_at = outcome.map(|_| event.at);
        event.incident.assignee = Some("ada".to_owned());
        for value in ocsf(&event.into()) {
            assert_eq!(wrong(&value), [""; 0], "{what}: {value:#}");
        }
    }
}

#[test]
fn a_test_event_is_valid_and_says_what_it_is() {
    let event = Event::test("u".to_owned(), full(1).at);
    let [value] = &ocsf(&event.into())[..] else { panic!("one event") };
    assert_eq!(wrong(value), [""; 0]);
    assert_eq!(value["metadata"]["labels"], json!(["test"]));
    assert_eq!((&value["verdict"], &value["is_alert"]), (&json!("Test"), &json!(false)));
}

#[test]
fn an_enrolled_laptop_and_what_is_at_its_ports_are_told_only_if_raw_events_are_wanted() {
    let event = full(3);
    let laptop = event.incident.laptops[0].clone();
    let arrival = News::Laptop(Arrival { uid: "a".to_owned(), at: event.at, laptop });
    let event = News::Incident(event);
    let classes = |news: &News, detail| {
        let records = Format::Ocsf.records(news, detail);
        records.iter().map(|it| it.body["class_uid"].as_u64().unwrap()).collect::<Vec<_>>()
    };
    assert_eq!(classes(&arrival, Detail::Incidents), [0; 0]);
    assert_eq!(classes(&arrival, Detail::Raw), [5001]);
    assert_eq!(classes(&event, Detail::Incidents), [2004]);
    assert_eq!(classes(&event, Detail::Raw), [1010, 2004]);
    for value in ocsf(&arrival).into_iter().chain(ocsf(&event)) {
        assert_eq!(wrong(&value), [""; 0], "{value:#}");
    }
}

/// What is broken, where, and how; nothing in its place means that it is taken out.
const BREAKS: [(&str, &str, Option<&str>); 20] = [
    ("", "time", None),
    ("/finding_info", "uid", None),
    ("/metadata", "version", None),
    ("", "severity_id", Some("7")),
    ("", "severity_id", Some("\"4\"")),
    ("", "kvm_vendor", Some("\"pikvm\"")),
    ("/device", "edid", Some("\"x\"")),
    ("/device", "mac", Some("\"02-00-5E\"")),
    ("/device", "ip", Some("\"192.0.2\"")),
    ("", "type_uid", Some("200402")),
    ("", "severity", Some("\"Critical\"")),
    ("", "time", Some("1795352727")),
    ("", "time", Some("\"2026-11-22T13:05:27Z\"")),
    ("/finding_info/attacks", "0", Some("{\"version\":\"18.1\"}")),
    ("/evidences", "0", Some("{\"name\":\"x\"}")),
    ("/metadata", "profiles", Some("[\"host\",\"load_balancer\"]")),
    ("/metadata", "version", Some("\"1.7.0\"")),
    ("/finding_info", "analytic", Some("{\"type_id\":1}")),
    ("", "evidences", Some("{\"data\":1}")),
    ("/finding_info", "product_uid", Some("\"x\"")),
];

#[test]
fn every_broken_event_is_found() {
    let good = Format::Ocsf.records(&full(7).into(), Detail::Incidents).remove(0).body;
    assert_eq!(wrong(&good), [""; 0]);
    for (place, key, instead) in BREAKS {
        let mut broken = good.clone();
        match (broken.pointer_mut(place), instead) {
            (Some(Value::Array(list)), Some(instead)) => {
                list[key.parse::<usize>().unwrap()] = serde_json::from_str(instead).unwrap();
            }
            (Some(object), Some(instead)) => object[key] = serde_json::from_str(instead).unwrap(),
            (Some(Value::Object(object)), None) => drop(object.remove(key).unwrap()),
            _ => panic!("{place} is not there"),
        }
        assert_ne!(wrong(&broken), [""; 0], "{place}/{key} = {instead:?} is taken for good");
    }
}

#[test]
fn what_does_not_fit_leaves_out_the_evidence_says_so_and_stays_valid() {
    let mut event = full(7);
    let member = event.incident.findings[0].clone();
    event.incident.findings = vec![member; 40];
    for (format, size) in [(Format::Ocsf, 8192), (Format::Ecs, 8192), (Format::Cef, 8192)] {
        let record = format.records(&event.clone().into(), Detail::Incidents).remove(0);
        let line = record.line_within(size);
        assert!(line.len() <= size, "{format}: {}", line.len());
        if format == Format::Ocsf {
            let value: Value = serde_json::from_str(&line).unwrap();
            assert_eq!(wrong(&value), [""; 0]);
            assert_eq!(value["metadata"]["is_truncated"], true);
            assert_eq!(value["metadata"]["untruncated_size"], record.line().len());
        }
    }
}

#[test]
fn signs_that_end_a_field_are_escaped_in_a_line_that_stays_one() {
    let mut event = full(7);
    event.incident.title = "a|b\\c\nd".to_owned();
    event.because = "x=1\ny\\z".to_owned();
    let line = Format::Cef.records(&event.into(), Detail::Incidents).remove(0).line();
    let head = format!(
        "CEF:0|Moored|Moored|{}|kvm.pikvm|a\\|b\\\\c d|8|rt=1795511643000 ",
        env!("CARGO_PKG_VERSION")
    );
    assert!(line.starts_with(&head), "{line}");
    assert!(line.contains(" reason=x\\=1\\ny\\\\z cs1=T1219.002,T1219.003 "), "{line}");
    assert!(!line.contains('\n'), "{line}");
}

#[test]
fn the_alert_in_ecs_has_what_its_rules_ask_for() {
    let value = Format::Ecs.records(&full(7).into(), Detail::Incidents).remove(0).body;
    let at = |place: &str| value.pointer(place).cloned().unwrap_or_default();
    assert_eq!(at("/event/kind"), "alert");
    assert_eq!(at("/event/category"), json!(["intrusion_detection"]));
    assert_eq!(at("/rule/id"), "kvm.pikvm");
    assert_eq!(at("/threat/technique/id"), json!(["T1219"]));
    assert_eq!(at("/threat/technique/subtechnique/id"), json!(["T1219.002", "T1219.003"]));
    assert_eq!(at("/threat/tactic/name"), json!(["Command and Control"]));
    assert_eq!(at("/host/name"), "lt-007");
    assert_eq!(at("/@timestamp"), "2026-11-24T09:14:03Z");
    assert_eq!(at("/ecs/version"), "8.17.0");
}

/// `UPDATE=1 cargo test -p event` writes them.
#[test]
fn the_examples_in_the_documentation_are_what_is_sent() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/siem.md");
    let mut text = fs::read_to_string(path).unwrap();
    for format in [Format::Ocsf, Format::Ecs, Format::Cef] {
        let body = format.records(&full(7).into(), Detail::Incidents).remove(0).body;
        let example = match &body {
            Value::String(line) => format!("```text\n{line}\n```"),
            body => format!("```json\n{}\n```", serde_json::to_string_pretty(body).unwrap()),
        };
        let (head, tail) = (format!("<!-- {format} -->\n"), format!("<!-- /{format} -->"));
        let (before, rest) = text.split_once(&head).unwrap();
        let (_, after) = rest.split_once(&tail).unwrap();
        text = format!("{before}{head}{example}\n{tail}{after}");
    }
    if std::env::var_os("UPDATE").is_some() {
        fs::write(path, &text).unwrap();
    }
    assert!(fs::read_to_string(path).unwrap() == text, "run UPDATE=1 cargo test -p event");
}

/// Every `technique = "…"` of the signatures that ship, and of the judge.
#[test]
fn every_technique_that_is_named_has_a_tactic() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/..");
    let mut folders = vec![format!("{root}/config/signatures"), format!("{root}/collector/src")];
    let mut found = 0;
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path.display().to_string());
                continue;
            }
            let Ok(text) = fs::read_to_string(&path) else { continue };
            for rest in text.split("technique = \"").chain(text.split("technique: \"")).skip(1) {
                let Some((id, _)) = rest.split_once('"') else { continue };
                if !id.starts_with('T') || id.len() > 9 {
                    continue;
                }
                found += 1;
                let path = path.display();
                assert!(attack::find(id).is_some(), "{id} in {path} is not in attack.rs");
                let is_sub = attack::split(id).1.is_some();
                assert!(!is_sub || attack::sub_name(id).is_some(), "{id} in {path} has no name");
            }
        }
    }
    assert!(found > 50, "only {found} were found");
}

proptest! {
    #[test]
    fn any_event_there_can_be_is_valid(news in any::news()) {
        for value in ocsf(&news) {
            prop_assert_eq!(wrong(&value), Vec::<String>::new(), "{:#}", value);
        }
        for format in [Format::Ecs, Format::Cef] {
            for record in format.records(&news, Detail::Raw) {
                prop_assert!(!record.line().contains('\n'));
            }
        }
    }
}
