//! How a finding went is kept, each step once, and never without end.

use super::*;
use model::Approval;
use model::Rung;
use model::Tool;
use model::Verdict;
use read::FindingDetail;

/// A finding about a remote tool on this rung.
fn tool(title: &str, severity: Severity, rung: Rung) -> Finding {
    let tool = Tool {
        id: "anydesk".to_owned(),
        category: "remote-desktop".to_owned(),
        rung,
        verdict: Verdict::NotApproved,
        approval: None,
    };
    Finding {
        title: title.to_owned(),
        severity,
        tool: Some(tool),
        ..finding("remote.anydesk", 1, &["process"])
    }
}

fn installed() -> Finding {
    tool("AnyDesk is installed", Severity::Low, Rung::Present)
}

fn running() -> Finding {
    tool("AnyDesk is running", Severity::Medium, Rung::Running)
}

fn connected() -> Finding {
    tool("Someone is connected with AnyDesk now", Severity::High, Rung::Session)
}

fn kept(place: &Place, id: i64) -> FindingDetail {
    read::finding(&place.store, id).unwrap().unwrap()
}

/// Number, second, title, rung and whether it held, of each step.
type Told<'a> = (u64, i64, &'a str, Option<Rung>, bool);

fn check(place: &Place, expected: &[Told]) {
    let steps = kept(place, 1).steps;
    let told: Vec<Told> = steps
        .iter()
        .map(|step| {
            let second = step.at.as_second() - at(0).as_second();
            (step.number, second, step.title.as_str(), step.rung, step.open)
        })
        .collect();
    assert_eq!(told, expected);
}

#[test]
fn a_tool_that_rises_and_falls_leaves_a_step_each_time() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![installed()])]);
    place.take(&[report("r", 5, vec![running()]), report("r", 6, vec![connected()])]);
    place.take(&[report("r", 7, vec![running()])]);
    let end = Finding { closed: Some(at(9)), ..running() };
    place.take(&[report("r", 10, vec![end])]);
    check(
        &place,
        &[
            (1, 1, "AnyDesk is installed", Some(Rung::Present), true),
            (2, 5, "AnyDesk is running", Some(Rung::Running), true),
            (3, 6, "Someone is connected with AnyDesk now", Some(Rung::Session), true),
            (4, 7, "AnyDesk is running", Some(Rung::Running), true),
            (5, 9, "AnyDesk is running", Some(Rung::Running), false),
        ],
    );
    let steps = kept(&place, 1).steps;
    let of = |place: usize| (steps[place].severity, steps[place].standing, steps[place].verdict);
    assert_eq!(of(0), (Severity::Low, Standing::Alert, Some(Verdict::NotApproved)));
    assert_eq!(of(2), (Severity::High, Standing::Alert, Some(Verdict::NotApproved)));
    place.check(&[("remote.anydesk", 1, Some(9))]);
}

#[test]
fn the_row_follows_the_tool_and_its_approval() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![installed()])]);
    let approval = Approval {
        owner: "Grace".to_owned(),
        reason: "help desk".to_owned(),
        expires: "2026-12-31".parse().unwrap(),
    };
    let mut approved = connected();
    let tool = approved.tool.as_mut().unwrap();
    (tool.verdict, tool.approval) = (Verdict::Approved, Some(approval.clone()));
    place.take(&[report("r", 2, vec![approved.clone()])]);
    let now = kept(&place, 1);
    assert_eq!((now.row.rung, now.row.verdict), (Some(Rung::Session), Some(Verdict::Approved)));
    assert_eq!((now.row.approval, now.body), (Some(approval), approved));
    place.take(&[report("r", 3, vec![Finding { tool: None, ..connected() }])]);
    let row = kept(&place, 1).row;
    assert_eq!((row.rung, row.verdict, row.approval), (None, None, None));
}

#[test]
fn what_says_nothing_new_or_comes_late_leaves_no_step() {
    let mut place = Place::new();
    place.take(&[report("r", 1, vec![installed()])]);
    let more = Finding { evidence: Vec::new(), opened: at(4), ..installed() };
    place.take(&[report("r", 4, vec![more])]);
    place.take(&[report("r", 3, vec![connected()])]);
    place.take(&[report("r", 4, vec![connected()])]);
    check(&place, &[(1, 1, "AnyDesk is installed", Some(Rung::Present), true)]);
}

#[test]
fn a_lead_that_becomes_an_alert_is_a_step_of_a_finding_without_a_tool() {
    let mut place = Place::new();
    let lead = Finding { standing: Standing::Lead, ..finding("kvm.a", 1, &["usb"]) };
    place.take(&[report("r", 1, vec![lead])]);
    place.take(&[report("r", 2, vec![finding("kvm.a", 1, &["usb"])])]);
    let sight = [("usb", Sight::Seeing)];
    place.take(&[complete(3, vec![], &sight)]);
    check(
        &place,
        &[
            (1, 1, "kvm.a is there", None, true),
            (2, 2, "kvm.a is there", None, true),
            (3, 3, "kvm.a is there", None, false),
        ],
    );
    let standings = kept(&place, 1).steps.into_iter().map(|step| step.standing);
    let expected = [Standing::Lead, Standing::Alert, Standing::Alert];
    assert_eq!(standings.collect::<Vec<_>>(), expected);
}

#[test]
fn an_end_whose_beginning_never_came_has_both() {
    let mut place = Place::new();
    place.take(&[report("r", 3, vec![closed("kvm.a", 1, 2)])]);
    check(&place, &[(1, 1, "kvm.a is there", None, true), (2, 2, "kvm.a is there", None, false)]);
}

#[test]
fn of_many_steps_the_first_and_the_newest_are_kept() {
    let mut place = Place::new();
    for number in 1..=250 {
        let mut told = if number % 2 == 0 { running() } else { installed() };
        told.title.extend(std::iter::repeat_n('.', 1000));
        place.take(&[report("r", number, vec![told])]);
    }
    let kept = kept(&place, 1);
    let numbers: Vec<u64> = kept.steps.iter().map(|step| step.number).collect();
    let expected: Vec<u64> = std::iter::once(1).chain(52..=250).collect();
    assert_eq!((numbers, kept.dropped_steps()), (expected, 50));
    assert!(kept.steps.iter().all(|step| step.title.chars().count() == 200));
    assert_eq!(kept.row.title.chars().count(), "AnyDesk is running".len() + 1000);
}
