//! What came together is told while both are there.

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

fn told(arrivals: &mut Arrivals, sensor: &'static str, seen: &[Observation], now: i64) -> usize {
    arrivals.take(sensor, seen, at(now)).unwrap().len()
}

#[test]
fn a_keyboard_and_a_display_that_come_within_seconds_came_together() {
    let mut arrivals = Arrivals::default();
    assert_eq!(told(&mut arrivals, "usb", &[usb("1-1")], 0), 0);
    assert_eq!(told(&mut arrivals, "display", &[], 0), 0);
    assert_eq!(told(&mut arrivals, "usb", &[usb("1-1"), usb("1-4")], 100), 0);
    let pairs = arrivals.take("display", &[display()], at(104)).unwrap();
    assert_eq!(pairs, [Arrival.example()]);
    assert_eq!(told(&mut arrivals, "usb", &[usb("1-1"), usb("1-4")], 900), 1, "it stands still");
    assert_eq!(told(&mut arrivals, "usb", &[usb("1-1")], 901), 0, "the keyboard has left");
}

#[test]
fn what_was_there_at_the_start_or_came_minutes_apart_did_not_come_together() {
    let mut arrivals = Arrivals::default();
    told(&mut arrivals, "usb", &[usb("1-4")], 0);
    assert_eq!(told(&mut arrivals, "display", &[display()], 1), 0);
    let mut arrivals = Arrivals::default();
    told(&mut arrivals, "usb", &[], 0);
    told(&mut arrivals, "display", &[], 0);
    told(&mut arrivals, "usb", &[usb("1-4")], 10);
    assert_eq!(told(&mut arrivals, "display", &[display()], 70), 0);
}

#[test]
fn a_laptops_own_panel_and_an_empty_connector_do_not_arrive() {
    let mut arrivals = Arrivals::default();
    told(&mut arrivals, "usb", &[], 0);
    told(&mut arrivals, "display", &[], 0);
    told(&mut arrivals, "usb", &[usb("1-4")], 10);
    let mut panel = display();
    panel.fields.insert("internal".to_owned(), Value::Flag(true));
    let mut empty = display();
    empty.fields.insert("status".to_owned(), Value::Text("disconnected".to_owned()));
    assert_eq!(told(&mut arrivals, "display", &[panel, empty], 11), 0);
    assert_eq!(arrivals.take("process", &[], at(12)), None);
}
