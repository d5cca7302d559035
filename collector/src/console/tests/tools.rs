//! How far a remote tool has come, how it went, and what the policy says of it.

use super::*;
use crate::ingest;
use model::Approval;
use model::Report;
use model::Rung;
use model::Severity;
use model::Tool;
use model::Verdict;
use std::collections::BTreeMap;

/// The tool's finding on this rung; `verdict` is what the policy says.
fn anydesk((title, severity): (&str, Severity), rung: Rung, verdict: Verdict) -> Finding {
    let approval = Approval {
        owner: "Grace".to_owned(),
        reason: "help desk of the branch".to_owned(),
        expires: "2026-12-31".parse().unwrap(),
    };
    let tool = Tool {
        id: "anydesk".to_owned(),
        category: "remote-desktop".to_owned(),
        rung,
        verdict,
        approval: (verdict == Verdict::Approved).then_some(approval),
    };
    Finding {
        signature: "remote-tools.anydesk".to_owned(),
        title: title.to_owned(),
        severity,
        tool: Some(tool),
        ..pikvm()
    }
}

/// A laptop's report number `minute`, written so many minutes after nine.
fn report(minute: u32, finding: Finding) -> Report {
    Report {
        version: 1,
        run: "r".to_owned(),
        sequence: minute.into(),
        at: at(&format!("2026-11-24T09:{minute:02}:00Z")),
        host: "Ada-PC".to_owned(),
        platform: "linux".to_owned(),
        agent: "0.1.0".to_owned(),
        complete: false,
        findings: vec![finding],
        sight: BTreeMap::new(),
        lost: 0,
        damaged: 0,
        unseen: 0,
        told: Vec::new(),
        serial: None,
        signatures: None,
        landmarks: Vec::new(),
    }
}

/// A site whose laptop `a` has a tool that rises, becomes approved and is gone.
fn site() -> Site {
    let site = Site::signed_in();
    site.add_laptop("a", "Ada-PC");
    let installed = ("AnyDesk is installed", Severity::Low);
    let connected = ("Someone is connected with AnyDesk now", Severity::High);
    let approved = anydesk(installed, Rung::Present, Verdict::Approved);
    let end = Finding { closed: Some(at("2026-11-24T09:08:00Z")), ..approved.clone() };
    let reports = [
        report(1, anydesk(installed, Rung::Present, Verdict::NotApproved)),
        report(5, anydesk(connected, Rung::Session, Verdict::NotApproved)),
        report(7, approved),
        report(9, end),
    ];
    ingest::take(&site.open(), "a", &reports, clock::now()).unwrap();
    site.add_finding("a", &pikvm());
    site
}

fn steps(got: &Got) -> Vec<Vec<String>> {
    let rows = got.text.split("<tr data-step=").skip(1);
    rows.map(|row| {
        let row = row.split("</tr>").next().unwrap();
        row.split("\n<t").skip(1).map(read).collect()
    })
    .collect()
}

/// What can be read in a cell, without the time as seen from now.
fn read(cell: &str) -> String {
    let cell = cell.split(" <span class=\"ago\">").next().unwrap();
    let texts = cell.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
    texts.collect::<String>().trim().to_owned()
}

#[tokio::test]
async fn a_finding_tells_how_it_went_in_order() {
    let got = site().get("/findings/1").await;
    let connected = "Someone is connected with AnyDesk now";
    let installed = "AnyDesk is installed";
    let expected = [
        ["2026-11-24 09:00 UTC", installed, "present", "not approved", "low", "open"],
        ["2026-11-24 09:05 UTC", connected, "session", "not approved", "high", "open"],
        ["2026-11-24 09:07 UTC", installed, "present", "approved", "low", "open"],
        ["2026-11-24 09:08 UTC", installed, "present", "approved", "low", "closed"],
    ];
    assert_eq!(steps(&got), expected);
    got.says_not("dropped");
}

#[tokio::test]
async fn a_finding_says_how_far_its_tool_has_come_and_what_the_policy_says() {
    let mut site = site();
    let got = site.get("/findings/1").await;
    for text in [
        "<dt>Remote tool</dt><dd><code>anydesk</code> <span class=\"small\">(<bdi>remote-desktop</bdi>)",
        "<dt>How far it has come</dt><dd><span class=\"rung present\">present</span> \
         <span class=\"small\">(installed, or its folder left behind)</span>",
        "<p><span class=\"verdict\">approved</span> The policy approves this tool, and this",
        "<dt>Approved by</dt><dd><bdi>Grace</bdi></dd>",
        "<dt>For</dt><dd><bdi>help desk of the branch</bdi></dd>",
        "<dt>Last day (UTC)</dt><dd>2026-12-31</dd>",
    ] {
        got.says(text);
    }
    let other = site.get("/findings/2").await;
    for text in ["<h2 id=\"policy\"", "<h2 id=\"steps\"", "How far it has come"] {
        other.says_not(text);
    }
}

#[tokio::test]
async fn the_list_labels_tools_and_is_filtered_by_rung_and_verdict() {
    let mut site = site();
    let shown = |got: &Got| got.text.matches("data-finding=").count();
    let all = site.get("/findings").await;
    all.says(
        "<br><span class=\"rung present\">present</span> \
         <span class=\"verdict\"><bdi>approved until 2026-12-31 by Grace</bdi></span></th>",
    );
    assert_eq!((shown(&all), all.text.matches("class=\"rung").count()), (2, 1));
    let present = site.get("/findings?rung=present&verdict=approved").await;
    present.says("<option value=\"present\" selected>present or further</option>");
    present.says("<option value=\"approved\" selected>approved</option>");
    present.says("id=\"everything\"");
    assert_eq!(shown(&present), 1);
    for query in ["rung=running", "verdict=not-approved", "rung=present&verdict=other"] {
        let got = site.get(&format!("/findings?{query}")).await;
        got.says("No finding is like this.");
    }
    for query in ["rung=high", "verdict=never-heard-of"] {
        let got = site.get(&format!("/findings?{query}")).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn what_the_policy_speaks_against_is_marked_and_silence_is_not() {
    let label = async |verdict| {
        let site = Site::signed_in();
        site.add_laptop("a", "Ada-PC");
        site.add_finding("a", &anydesk(("AnyDesk", Severity::Low), Rung::Running, verdict));
        let got = { site }.get("/findings").await;
        got.text.split_once("<span class=\"verdict").map(|(_, rest)| {
            rest.split_once("</span>").unwrap().0.replace("<bdi>", "").replace("</bdi>", "")
        })
    };
    let against = " against\">approved tool, foreign instance".to_owned();
    assert_eq!(label(Verdict::ForeignInstance).await, Some(against));
    assert_eq!(label(Verdict::NotApproved).await, Some(" against\">not approved".to_owned()));
    assert_eq!(label(Verdict::Other).await, Some("\">other".to_owned()));
    assert_eq!(label(Verdict::Unknown).await, None);
}

#[tokio::test]
async fn steps_that_were_dropped_are_said() {
    let site = Site::signed_in();
    site.add_laptop("a", "Ada-PC");
    let told = |number: u32| {
        let title = format!("AnyDesk {number}");
        let mut told =
            report(number % 60, anydesk((&title, Severity::Low), Rung::Running, Verdict::Unknown));
        told.sequence = number.into();
        told
    };
    let reports: Vec<Report> = (1..=203).map(told).collect();
    ingest::take(&site.open(), "a", &reports, clock::now()).unwrap();
    let got = { site }.get("/findings/1").await;
    got.says("Only the first step and the newest are kept: after the first, 3 were dropped");
    assert_eq!(steps(&got).len(), 200);
}
