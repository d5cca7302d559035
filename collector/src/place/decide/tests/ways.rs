//! Landmarks, and first packets: what the ways to a laptop show besides.

use super::*;
use crate::place::landmark::Way;
use crate::place::path::Sender;

const VIRGINIA: &str = "39.04,-77.49";
const FRANKFURT: &str = "50.1,8.7";
const TOKYO: &str = "35.69,139.69";

fn to(point: &str, least_ms: f64) -> Landmark {
    let way = Way { to: point.parse().unwrap(), least_ms };
    Landmark { name: point.to_owned(), way, is_again: true }
}

/// A laptop that belongs to Texas, with these ways to landmarks.
fn with(landmarks: &[Landmark]) -> Laptop {
    Laptop { landmarks: landmarks.to_vec(), ..Laptop::new() }
}

#[test]
fn a_landmark_that_is_too_near_refutes_on_the_second_day() {
    check(&with(&[to(TOKYO, 140.0), to(FRANKFURT, 120.0)]), &[]);
    let far = with(&[to(TOKYO, 35.0), to(FRANKFURT, 240.0)]);
    check(&far, &[Code::PhysicsRefutes]);
    let found = far.decide().found.remove(0);
    assert!(found.shows.starts_with("the landmark 35.69,139.69 answers the laptop in 35.0 ms"));
    assert!(found.shows.contains("US-TX begins more than 2000 km away"), "{}", found.shows);
    let once = Landmark { is_again: false, ..to(TOKYO, 35.0) };
    check_waits(&with(std::slice::from_ref(&once)), &[Code::PhysicsRefutes]);
    assert_eq!(with(&[once]).decide().found[0].waits.as_deref(), Some("a second day"));
}

#[test]
fn one_finding_is_made_of_all_landmarks_and_what_was_seen_often_enough_comes_first() {
    let mut near = with(&[Landmark { is_again: false, ..to(FRANKFURT, 70.0) }]).way(3.0, 3.2);
    near.path.connections = 2;
    // Neither was seen often enough; the collector says more.
    let found = near.decide().found.remove(0);
    assert_eq!(found.waits.as_deref(), Some("three connections on two days"));
    assert!(found.shows.starts_with("the laptop answers the collector in 3.2 ms"));
    near.landmarks[0].is_again = true;
    let found = near.decide().found.remove(0);
    assert_eq!(found.waits, None);
    assert!(found.shows.starts_with("the landmark 50.1,8.7"), "{}", found.shows);
    check(&near, &[Code::PhysicsRefutes]);
}

/// Something that is told to answer for others, or that could.
fn check_left_aside(laptop: &Laptop, why: &str) {
    let decision = laptop.decide();
    let is_refuted = decision.found.iter().any(|found| found.code == Code::PhysicsRefutes);
    let notes = decision.notes.iter().filter(|note| note.contains("the ways to landmarks")).count();
    assert!(!is_refuted && notes == 1, "{decision:#?}");
    assert!(decision.notes.iter().any(|note| note.contains(why)), "{decision:#?}");
}

#[test]
fn where_others_may_answer_in_its_stead_a_landmark_says_nothing() {
    let near = with(&[to(TOKYO, 35.0)]);
    for class in [Class::Corp, Class::Sase, Class::Satellite, Class::Mobile, Class::Vpn] {
        check_left_aside(&near.clone().class(class), &format!("kind {class}"));
    }
    check(&near.clone().class(Class::Unknown), &[Code::PhysicsRefutes]);
    check_left_aside(&near.clone().way(32.0, 90.0), "what ends TCP on the way");
    // A security program on the laptop takes connections in at once.
    check_left_aside(&with(&[to(TOKYO, 0.3)]), "on the laptop or beside it");
    // A proxy 20 ms away answers for both.
    check_left_aside(&with(&[to(TOKYO, 20.0), to(VIRGINIA, 20.0)]), "no place has all");
    // The collector's own echo is from the laptop, for certain: 40 ms from Virginia.
    check_left_aside(&with(&[to(TOKYO, 20.0)]).way(40.0, 40.2), "no place has all");
    // Where the landmarks refute nothing there is nothing to be left aside.
    assert_eq!(with(&[to(TOKYO, 140.0)]).class(Class::Mobile).decide().notes, [""; 0]);
}

/// A laptop of this system whose first packets were sent by that one.
fn sent_by(stack: Stack, own: Option<Stack>) -> Laptop {
    let mut laptop = Laptop::new();
    laptop.path.stack = Some(Sender { stack, connections: 3, days: 2, hops: 12 });
    laptop.device.stack = own;
    laptop
}

#[test]
fn first_packets_of_another_system_are_a_weak_sign_of_the_path() {
    let foreign = sent_by(Stack::Unix, Some(Stack::Windows));
    check(&foreign, &[Code::ForeignStack]);
    let decision = foreign.decide();
    assert_eq!((decision.found[0].severity, decision.score.band), (Severity::Low, Band::Log));
    let shows = "the first packets of 3 connections of 2 days began as those of Linux, Android or \
        macOS, with 64 hops at first and a timestamp, and passed 12 routers or more; the agent \
        runs on Windows";
    assert_eq!(decision.found[0].shows, shows);
    check(&sent_by(Stack::Windows, Some(Stack::Unix)), &[Code::ForeignStack]);
    check(&sent_by(Stack::Windows, Some(Stack::Windows)), &[]);
    check(&sent_by(Stack::Unix, None), &[]);
    for class in [Class::Corp, Class::Sase, Class::Relay, Class::Satellite, Class::Mobile] {
        check(&foreign.clone().class(class), &[]);
    }
    for (connections, days) in [(2, 2), (3, 1)] {
        let mut few = foreign.clone();
        few.path.stack = Some(Sender { stack: Stack::Unix, connections, days, hops: 12 });
        check_waits(&few, &[Code::ForeignStack]);
    }
}

#[test]
fn a_proxy_shown_by_both_echo_and_first_packets_is_no_case_by_itself() {
    let mut laptop = sent_by(Stack::Unix, Some(Stack::Windows));
    let stack = laptop.path.stack;
    laptop = laptop.way(32.0, 213.0);
    laptop.path.stack = stack;
    laptop.past.hop = Some((9000.0, 1.0));
    check(&laptop, &[Code::ProxiedPath, Code::ForeignStack, Code::Velocity]);
    assert!(laptop.decide().score.band < Band::Case);
}
