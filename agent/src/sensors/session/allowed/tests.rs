//! Keys of the registry → which ways in are switched on.

use super::*;
use crate::host::Property;
use crate::host::Recording;
use crate::sensors::Sensor;
use crate::sensors::session::Session;
use model::Observation;
use model::Value;

/// The registry of a machine, by key and value.
fn recording(values: &[(&str, &str, i64)]) -> Recording {
    let mut host = Recording::from_toml("platform = 'windows'\nlogin = []").unwrap();
    for (key, name, number) in values {
        let key = host.registry.entry((*key).to_owned()).or_default();
        key.insert((*name).to_owned(), Property::Number(*number));
    }
    host
}

/// A switch as it is stated: its service, where it stands, and of what can be said
/// whether it is so.
type Stated<'a> = (&'a str, &'a str, &'a [(&'a str, bool)]);

fn check(values: &[(&str, &str, i64)], expected: &[Stated<'_>]) {
    let expected: Vec<Observation> = expected
        .iter()
        .map(|&(service, source, flags)| {
            let flags = flags.iter().map(|&(name, is)| (name.to_owned(), Value::Flag(is)));
            let service = service.to_owned();
            Observation {
                sensor: "session".to_owned(),
                subject: service.clone(),
                source: source.to_owned(),
                fields: flags.chain([("service".to_owned(), Value::Text(service))]).collect(),
            }
        })
        .collect();
    assert_eq!(Session.look(&recording(values)), Ok(expected), "{values:?}");
}

#[test]
fn a_windows_as_it_is_delivered_refuses_one_and_allows_the_other() {
    check(
        &[
            (DESKTOP, "fDenyTSConnections", 1),
            (ASSISTANCE, "fAllowToGetHelp", 1),
            (ASSISTANCE, "fAllowFullControl", 1),
        ],
        &[
            ("remote-desktop", DESKTOP, &[("enabled", false)]),
            (
                "remote-assistance",
                ASSISTANCE,
                &[("enabled", true), ("consent", true), ("control", true)],
            ),
        ],
    );
}

#[test]
fn a_policy_is_above_the_machine() {
    check(
        &[
            (POLICY, "fdenytsconnections", 0),
            (DESKTOP, "fDenyTSConnections", 1),
            (POLICY, "fAllowToGetHelp", 0),
            (ASSISTANCE, "fAllowToGetHelp", 1),
            (ASSISTANCE, "fAllowFullControl", 1),
        ],
        &[
            ("remote-desktop", POLICY, &[("enabled", true)]),
            ("remote-assistance", POLICY, &[("enabled", false)]),
        ],
    );
}

#[test]
fn shadowing_says_who_is_asked_and_who_operates() {
    let flags = |consent, control| [("enabled", true), ("consent", consent), ("control", control)];
    for (mode, consent, control) in
        [(1, true, true), (2, false, true), (3, true, false), (4, false, false)]
    {
        let flags = flags(consent, control);
        check(&[(POLICY, "Shadow", mode)], &[("shadowing", POLICY, &flags)]);
    }
    check(&[(POLICY, "Shadow", 0)], &[("shadowing", POLICY, &[("enabled", false)])]);
    check(&[(POLICY, "Shadow", 5)], &[]);
}

#[test]
fn what_nobody_has_said_is_not_stated_and_what_may_not_be_read_is_blindness() {
    check(&[], &[]);
    let mut host = recording(&[(DESKTOP, "fDenyTSConnections", 0)]);
    host.registry.get_mut(DESKTOP).unwrap().clear();
    assert_eq!(Session.look(&host), Ok(Vec::new()));
    host.forbidden.insert(POLICY.to_owned());
    let reason = "permission denied".to_owned();
    let blind = Blind::Failed { source: POLICY.to_owned(), reason };
    assert_eq!(Session.look(&host), Err(blind));
}
