//! An approval and a tool → what is said of it.

use super::*;

fn approved(instance: &[&str], expires: &str) -> Approved {
    Approved {
        tool: "anydesk".to_owned(),
        instance: instance.iter().map(|&one| one.to_owned()).collect(),
        owner: "help desk".to_owned(),
        reason: "support".to_owned(),
        expires: expires.parse().unwrap(),
    }
}

fn check(approved: &[Approved], tool: &str, instances: &[&str], expected: Verdict) {
    let policy = Policy { mode: Mode::Enforce, approved: approved.to_vec() };
    let now = "2026-11-24T23:59:59Z".parse().unwrap();
    assert_eq!(policy.judge(tool, instances, now).0, expected);
}

#[test]
fn an_empty_policy_says_nothing() {
    check(&[], "anydesk", &["1"], Verdict::Unknown);
}

#[test]
fn a_tool_nobody_approved_is_not_approved_once_others_are() {
    check(&[approved(&[], "2026-12-31")], "teamviewer", &[], Verdict::NotApproved);
}

#[test]
fn only_the_own_instance_is_approved() {
    let own = [approved(&["123456789", "*.Example.com"], "2026-12-31")];
    check(&own, "anydesk", &["123456789"], Verdict::Approved);
    check(&own, "anydesk", &["relay.example.COM"], Verdict::Approved);
    check(&own, "anydesk", &["987654321"], Verdict::ForeignInstance);
    check(&own, "anydesk", &[], Verdict::UnreadableInstance);
}

#[test]
fn an_approval_holds_to_the_end_of_its_last_day() {
    check(&[approved(&[], "2026-11-24")], "anydesk", &[], Verdict::Approved);
    check(&[approved(&[], "2026-11-23")], "anydesk", &[], Verdict::Expired);
}

#[test]
fn an_expired_approval_does_not_hide_a_foreign_instance() {
    check(&[approved(&["1"], "2026-11-23")], "anydesk", &["2"], Verdict::ForeignInstance);
}

#[test]
fn of_several_approvals_the_best_one_speaks() {
    let several = [approved(&["1"], "2026-11-23"), approved(&["1"], "2027-11-23")];
    let policy = Policy { mode: Mode::Enforce, approved: several.to_vec() };
    let now = "2026-11-24T00:00:00Z".parse().unwrap();
    let expected = (Verdict::Approved, Some(several[1].approval()));
    assert_eq!(policy.judge("anydesk", &["1"], now), expected);
}

#[test]
fn an_approval_that_says_nothing_is_wrong() {
    let blank = Approved { owner: " ".to_owned(), ..approved(&["*"], "2026-12-31") };
    assert_eq!(
        blank.problems(),
        [
            "an approval says nothing under `owner`",
            "the approval of `anydesk` names an instance that is any: leave `instance` out to approve every one",
        ]
    );
}
