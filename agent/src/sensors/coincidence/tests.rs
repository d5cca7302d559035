//! What came together is told while both are there, and what left together
//! until one is back.

use super::*;
use crate::sensors;

fn usb(port: &str) -> Observation {
    let example = sensors::find("usb").unwrap().example();
    Observation { subject: port.to_owned(), ..example }
}

fn display() -> Observation {
    sensors::find("display").unwrap().example()
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap()
}

/// Nothing at the ports, seen at second 0.
fn bare() -> Coincidences {
    let mut bare = Coincidences::default();
    assert_eq!(bare.take("usb", &[], at(0)), None, "nobody has looked at displays yet");
    assert_eq!(bare.take("display", &[], at(0)), Some(Vec::new()));
    bare
}

/// A keyboard at `1-4` and a display, there from the start.
fn docked() -> Coincidences {
    let mut docked = Coincidences::default();
    docked.take("usb", &[usb("1-4")], at(0));
    assert_eq!(told(&mut docked, "display", &[display()], 1), []);
    docked
}

/// What is told after a look: the change and the keyboard's port.
fn told(
    seen: &mut Coincidences,
    sensor: &'static str,
    there: &[Observation],
    now: i64,
) -> Vec<(String, String)> {
    let told = seen.take(sensor, there, at(now)).unwrap();
    let change = |one: &Observation| match &one.fields["change"] {
        Value::Text(change) => change.clone(),
        other => panic!("{other:?}"),
    };
    told.iter().map(|one| (change(one), one.subject.clone())).collect()
}

fn came() -> Vec<(String, String)> {
    vec![("came".to_owned(), "1-4".to_owned())]
}

fn left() -> Vec<(String, String)> {
    vec![("left".to_owned(), "1-4".to_owned())]
}

#[test]
fn a_keyboard_and_a_display_that_come_within_seconds_came_together() {
    let mut seen = bare();
    assert_eq!(told(&mut seen, "usb", &[usb("1-4")], 100), []);
    let pairs = seen.take("display", &[display()], at(104)).unwrap();
    assert_eq!(pairs, [Coincidence.example()]);
    assert_eq!(told(&mut seen, "usb", &[usb("1-1"), usb("1-4")], 900), came(), "it stands still");
    assert_eq!(told(&mut seen, "usb", &[usb("1-1")], 901), [], "the keyboard has left");
    let mut seen = bare();
    assert_eq!(told(&mut seen, "display", &[display()], 100), []);
    assert_eq!(told(&mut seen, "usb", &[usb("1-4")], 104), came(), "in the other order");
}

#[test]
fn what_was_there_at_the_start_or_came_minutes_apart_did_not_come_together() {
    docked();
    let mut seen = bare();
    told(&mut seen, "usb", &[usb("1-4")], 10);
    assert_eq!(told(&mut seen, "display", &[display()], 70), []);
}

#[test]
fn a_laptops_own_panel_and_an_empty_connector_neither_come_nor_leave() {
    let mut panel = display();
    panel.fields.insert("internal".to_owned(), Value::Flag(true));
    let mut empty = display();
    empty.fields.insert("status".to_owned(), Value::Text("disconnected".to_owned()));
    let mut seen = bare();
    told(&mut seen, "usb", &[usb("1-4")], 10);
    assert_eq!(told(&mut seen, "display", &[panel.clone(), empty.clone()], 11), []);
    assert_eq!(told(&mut seen, "display", &[], 100), []);
    assert_eq!(told(&mut seen, "usb", &[], 101), []);
    assert_eq!(seen.take("process", &[], at(102)), None);
    let mut seen = docked();
    told(&mut seen, "usb", &[], 100);
    assert_eq!(told(&mut seen, "display", &[panel, empty], 101), left(), "no longer connected");
}

#[test]
fn a_keyboard_and_a_display_that_go_within_seconds_left_together() {
    let mut seen = docked();
    assert_eq!(told(&mut seen, "usb", &[], 100), []);
    let pairs = seen.take("display", &[], at(104)).unwrap();
    assert_eq!(pairs, [pair(Happening::Left, "1-4", "card0-HDMI-A-1")]);
    let mut seen = docked();
    assert_eq!(told(&mut seen, "display", &[], 100), []);
    assert_eq!(told(&mut seen, "usb", &[], 104), left(), "in the other order");
}

#[test]
fn what_went_minutes_apart_or_had_only_just_come_did_not_leave_together() {
    let mut seen = docked();
    told(&mut seen, "usb", &[], 100);
    assert_eq!(told(&mut seen, "display", &[], 160), []);
    let mut seen = bare();
    told(&mut seen, "display", &[display()], 100);
    assert_eq!(told(&mut seen, "usb", &[usb("1-4")], 104), came());
    assert_eq!(told(&mut seen, "display", &[], 105), []);
    assert_eq!(told(&mut seen, "usb", &[], 106), [], "a loose plug");
    told(&mut seen, "display", &[display()], 200);
    told(&mut seen, "usb", &[usb("1-4")], 204);
    told(&mut seen, "display", &[], 300);
    assert_eq!(told(&mut seen, "usb", &[], 301), left(), "it stayed for a while");
}

#[test]
fn that_they_left_stands_still_until_one_is_back_or_a_day_has_gone() {
    let gone = || {
        let mut seen = docked();
        told(&mut seen, "usb", &[], 100);
        assert_eq!(told(&mut seen, "display", &[], 101), left());
        seen
    };
    let day = 24 * 3600;
    let mut seen = gone();
    assert_eq!(told(&mut seen, "usb", &[usb("1-1")], 5000), left(), "a keyboard elsewhere");
    assert_eq!(told(&mut seen, "display", &[], 100 + day), left());
    assert_eq!(told(&mut seen, "display", &[], 102 + day), [], "a day has gone");
    let mut seen = gone();
    assert_eq!(told(&mut seen, "usb", &[usb("1-4")], 5000), [], "the keyboard is back");
    assert_eq!(told(&mut seen, "usb", &[], 6000), [], "and goes alone");
    assert_eq!(told(&mut gone(), "display", &[display()], 5000), [], "the display is back");
    assert_eq!(told(&mut gone(), "display", &[display()], 102), [], "the cable was loose");
}

#[test]
fn what_is_kept_is_bounded() {
    let ports: Vec<Observation> = (0..200).map(|port| usb(&format!("1-{port}"))).collect();
    let mut seen = bare();
    told(&mut seen, "display", &[display()], 100);
    assert_eq!(told(&mut seen, "usb", &ports, 101).len(), MOST);
    told(&mut seen, "display", &[], 200);
    let pairs = told(&mut seen, "usb", &[], 201);
    assert_eq!(pairs.len(), MOST);
    assert_eq!(told(&mut seen, "usb", &[], 202), pairs, "it stands still");
}
