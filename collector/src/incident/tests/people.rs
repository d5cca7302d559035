//! What people do about incidents, and what that does.

use super::*;
use crate::store::read;
use crate::store::read::Slice;

#[test]
fn each_step_is_kept_with_the_incident_and_in_the_audit_log_and_is_told() {
    let scene = Scene::new();
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 0);
    scene.acts(1, &Act::Acknowledge, 1).unwrap();
    scene.acts(1, &Act::Note, 2).unwrap();
    scene.acts(1, &Act::Suppress(at(10)), 3).unwrap();
    scene.acts(1, &Act::Close(Outcome::True), 4).unwrap();
    scene.acts(1, &Act::Reopen, 5).unwrap();
    let told: Vec<What> = scene.events().into_iter().map(|event| event.what).collect();
    let expected =
        [What::Opened, What::Acknowledged, What::Suppressed, What::Closed, What::Reopened];
    assert_eq!(told, expected);
    let steps = incidents::steps(&scene.store, 1).unwrap();
    let steps: Vec<(&str, &str)> =
        steps.iter().map(|step| (step.actor.as_str(), step.what.as_str())).collect();
    let grace = "account:grace";
    let expected = [
        ("system", "opened"),
        (grace, "acknowledged"),
        (grace, "note"),
        (grace, "suppressed"),
        (grace, "closed"),
        (grace, "reopened"),
    ];
    assert_eq!(steps, expected);
    let audit = read::audit(&scene.store, Slice { skip: 0, take: 10 }).unwrap().rows;
    let audit: Vec<String> =
        audit.iter().rev().map(|row| format!("{} {}", row.action, row.subject)).collect();
    assert_eq!(audit.len(), 5);
    assert_eq!(audit[3], "incident.closed incident:1 as true: a note");
    assert_eq!(scene.incident(1).assignee.as_deref(), Some("grace"));
}

#[test]
fn what_cannot_be_done_is_refused_with_a_sentence() {
    let scene = Scene::new();
    let refused = |id, act: &Act| scene.acts(id, act, 1).unwrap_err().to_string();
    assert_eq!(refused(7, &Act::Acknowledge), "there is no incident 7");
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 0);
    assert_eq!(refused(1, &Act::Reopen), "it is open");
    assert_eq!(refused(1, &Act::Suppress(at(0))), "the time must be in the future");
    scene.acts(1, &Act::Close(Outcome::False), 1).unwrap();
    let closed = "it is closed: open it again first";
    assert_eq!(refused(1, &Act::Acknowledge), closed);
    assert_eq!(refused(1, &Act::Close(Outcome::True)), closed);
    let actor = Actor::Cli;
    let silent = hands::act(&scene.store, 1, (&Act::Note, "  "), &actor, at(2)).unwrap_err();
    assert_eq!(silent.to_string(), "say why, in a note");
}

#[test]
fn what_was_closed_as_harmless_stays_closed_when_it_comes_back_and_opens_for_something_new() {
    let scene = Scene::new();
    let pikvm = finding("kvm.pikvm", Kind::Identity, 0);
    scene.finds("a", &pikvm, 0);
    scene.acts(1, &Act::Close(Outcome::Benign), 1).unwrap();
    scene.ends("a", &pikvm, 2);
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 3), 3);
    assert_eq!(scene.incident(1).state, State::Closed);
    scene.finds("a", &finding("kvm.built", Kind::Structure, 4), 4);
    assert_eq!(scene.incident(1).state, State::Open);
    assert_eq!(scene.told()[2..], [(What::Reopened, 1)]);
}

#[test]
fn what_was_real_opens_again_when_it_comes_back_and_a_month_later_it_is_another() {
    let scene = Scene::new();
    let pikvm = finding("kvm.pikvm", Kind::Identity, 0);
    scene.finds("a", &pikvm, 0);
    scene.acts(1, &Act::Close(Outcome::True), 1).unwrap();
    scene.finds("a", &pikvm, 2);
    assert_eq!(scene.told().len(), 2, "that it still holds is no news");
    scene.ends("a", &pikvm, 3);
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 4), 4);
    assert_eq!(scene.told()[2..], [(What::Reopened, 1)]);
    scene.acts(1, &Act::Close(Outcome::Benign), 5).unwrap();
    scene.ends("a", &pikvm, 6);
    let later = 31 * 24;
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, later), later);
    assert_eq!(scene.told()[4..], [(What::Opened, 2)]);
}

#[test]
fn a_suppressed_incident_is_silent_until_its_time_is_over() {
    let scene = Scene::new();
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 0);
    scene.acts(1, &Act::Suppress(at(10)), 1).unwrap();
    scene.finds("a", &finding("kvm.built", Kind::Structure, 2), 2);
    scene.time_goes_on(9);
    assert_eq!(scene.told().len(), 2);
    scene.time_goes_on(10);
    assert_eq!(scene.told()[2..], [(What::Grown, 1)]);
    assert_eq!(scene.incident(1).state, State::Open);
}

#[test]
fn suppressions_meet_what_they_name_and_nothing_else_and_end() {
    let scene = Scene::new();
    let which = Which { signature: Some("kvm.*".to_owned()), ..Which::default() };
    let which = Which { laptop: Some("a".to_owned()), ..which };
    let until = ("a test bench", at(10));
    suppressions::add(&scene.store, &which, until, &Actor::Cli, at(0)).unwrap();
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 1);
    scene.finds("b", &finding("kvm.pikvm", Kind::Identity, 0), 1);
    assert_eq!(scene.told(), [(What::Opened, 1)]);
    assert_eq!(scene.events()[0].incident.laptops[0].id, "b");
    scene.finds("a", &finding("place.wrong-country", Kind::Other, 2), 2);
    let told = scene.events().pop().unwrap();
    assert_eq!(told.because, "place.wrong-country is there");
    let left_aside = "left aside, because it is suppressed: kvm.pikvm is there";
    assert!(told.incident.reasons.iter().any(|reason| reason.text == left_aside));
    scene.time_goes_on(11);
    let told = scene.events().pop().unwrap();
    assert_eq!((told.what, told.incident.id), (What::Grown, 2));
}

#[test]
fn what_was_suppressed_from_the_start_is_told_when_that_ends() {
    let scene = Scene::new();
    let which = Which { tool: Some("anydesk".to_owned()), ..Which::default() };
    let id = suppressions::add(&scene.store, &which, ("why", at(100)), &Actor::Cli, at(0)).unwrap();
    scene.finds("a", &tool(Rung::Running, 0), 1);
    scene.time_goes_on(2);
    assert_eq!(scene.told(), []);
    assert!(suppressions::end(&scene.store, id, &Actor::Cli, at(3)).unwrap());
    assert!(!suppressions::end(&scene.store, id, &Actor::Cli, at(3)).unwrap());
    scene.time_goes_on(4);
    assert_eq!(scene.told(), [(What::Opened, 1)]);
}

#[test]
fn a_suppression_for_a_group_is_of_the_list_or_of_the_token() {
    let scene = Scene::new();
    scene.store.execute("update laptop set team = 'lab' where id = 'a'", []).unwrap();
    let which = Which { group: Some("lab".to_owned()), ..Which::default() };
    suppressions::add(&scene.store, &which, ("why", at(100)), &Actor::Cli, at(0)).unwrap();
    scene.finds("a", &finding("kvm.pikvm", Kind::Identity, 0), 1);
    assert_eq!(scene.told(), []);
    let list = crate::place::expected::import("serial,group\nPF-a,sales\n").unwrap();
    store::assets::put(&scene.store, &list, at(0)).unwrap();
    scene.time_goes_on(2);
    assert_eq!(scene.told(), [(What::Opened, 1)], "the list has the last word");
}

#[test]
fn what_was_over_while_it_was_suppressed_is_never_told() {
    let scene = Scene::new();
    let which = Which { laptop: Some("a".to_owned()), ..Which::default() };
    suppressions::add(&scene.store, &which, ("why", at(10)), &Actor::Cli, at(0)).unwrap();
    let pikvm = finding("kvm.pikvm", Kind::Identity, 1);
    scene.finds("a", &pikvm, 1);
    scene.ends("a", &pikvm, 2);
    scene.time_goes_on(11);
    scene.finds("a", &lead("kvm.new-devices", 12), 12);
    assert_eq!(scene.told(), []);
}
