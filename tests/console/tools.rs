//! A remote tool that rises and falls, as an analyst reads it.

use super::Desk;
use super::reading::is_readable;
use collector::ingest;
use collector::store;
use collector::store::laptops;
use collector::store::laptops::Issued;
use jiff::Timestamp;
use model::Enroll;
use model::Report;
use serde_json::Value;
use serde_json::json;

/// Minute after nine, title, severity, rung and verdict of each report.
const DAY: [(u32, &str, &str, &str, &str); 5] = [
    (0, "AnyDesk is installed", "low", "present", "not-approved"),
    (5, "AnyDesk is running", "medium", "running", "not-approved"),
    (6, "Someone can reach this laptop with AnyDesk", "medium", "reachable", "not-approved"),
    (7, "Someone is connected with AnyDesk now", "high", "session", "foreign-instance"),
    (30, "AnyDesk is installed", "informational", "present", "approved"),
];

/// A desk whose collector has taken that day's reports in, from one laptop.
fn desk() -> Desk {
    let desk = Desk::entered();
    let opened = store::open(&desk.folder.path().join("collector")).unwrap();
    let store = store::change(&opened).unwrap();
    let now = at(59);
    let letter = Enroll {
        token: String::new(),
        csr: String::new(),
        host: "laptop-0555".to_owned(),
        platform: "windows".to_owned(),
        serial: None,
    };
    let not_after = "2027-11-24T00:00:00Z".parse().unwrap();
    laptops::enroll(&store, Issued { laptop: "a", not_after }, &letter, now).unwrap();
    let mut reports: Vec<Report> =
        (1..).zip(DAY).map(|(number, told)| report(number, told)).collect();
    let end = json!("2026-11-24T09:50:00Z");
    let mut gone = serde_json::to_value(reports.last().unwrap()).unwrap();
    gone["findings"][0]["closed"] = end.clone();
    (gone["sequence"], gone["at"]) = (json!(6), end);
    reports.push(serde_json::from_value(gone).unwrap());
    ingest::take(&store, "a", &reports, now).unwrap();
    store.commit().unwrap();
    desk
}

fn at(minute: u32) -> Timestamp {
    format!("2026-11-24T09:{minute:02}:00Z").parse().unwrap()
}

fn report(
    number: u32,
    (minute, title, severity, rung, verdict): (u32, &str, &str, &str, &str),
) -> Report {
    let approval = json!({"owner": "Grace", "reason": "help desk", "expires": "2026-12-31"});
    let approval = if verdict == "approved" { approval } else { Value::Null };
    let finding = json!({
        "signature": "remote-tools.anydesk", "title": title, "severity": severity,
        "confidence": "high", "technique": "T1219.002", "why": "Somebody else may sit here.",
        "innocent": "The help desk may use it.", "references": [], "opened": at(0),
        "tool": {
            "id": "anydesk", "category": "remote-desktop", "rung": rung, "verdict": verdict,
            "approval": approval,
        },
        "evidence": [],
    });
    serde_json::from_value(json!({
        "version": 1, "run": "r", "sequence": number, "at": at(minute), "host": "laptop-0555",
        "platform": "windows", "agent": "0.1.0", "complete": false, "findings": [finding],
        "sight": {}, "lost": 0, "damaged": 0,
    }))
    .unwrap()
}

#[test]
fn a_tool_that_rises_and_falls_can_be_read_by_everybody() {
    let desk = desk();
    let browser = &desk.browser;
    browser.open("/findings?rung=present&verdict=approved");
    assert_eq!(browser.texts("tbody .rung"), ["present"]);
    assert_eq!(browser.texts("tbody .verdict"), ["approved until 2026-12-31 by Grace"]);
    is_readable(browser);
    browser.click("tbody th a");
    browser.until("the finding", || browser.texts("h1") == ["AnyDesk is installed"]);
    let steps: Vec<String> = browser.texts("[data-step] th");
    let mut expected: Vec<&str> = DAY.iter().map(|step| step.1).collect();
    expected.push("AnyDesk is installed");
    assert_eq!(steps, expected);
    let rungs = browser.texts("[data-step] .rung");
    assert_eq!(rungs, ["present", "running", "reachable", "session", "present", "present"]);
    assert_eq!(browser.texts("[data-step]:last-child .state"), ["closed"]);
    let approval = browser.texts("section[aria-labelledby=policy] dl div");
    assert_eq!(approval, ["Approved by\nGrace", "For\nhelp desk", "Last day (UTC)\n2026-12-31"]);
    is_readable(browser);
    assert_eq!(browser.complaints(), Vec::<String>::new());
}

#[test]
fn the_form_finds_what_the_policy_speaks_against() {
    let desk = desk();
    let browser = &desk.browser;
    let opened = store::open(&desk.folder.path().join("collector")).unwrap();
    let store = store::change(&opened).unwrap();
    let again =
        report(7, (55, "Someone is connected with AnyDesk now", "high", "session", "not-approved"));
    ingest::take(&store, "a", &[again], at(59)).unwrap();
    store.commit().unwrap();
    browser.open("/findings");
    assert_eq!(browser.count("tbody tr"), 2);
    browser.run("document.querySelector('#verdict').value = 'not-approved'");
    browser.run("document.querySelector('#rung').value = 'session'");
    browser.click(".filter button");
    browser.until("the narrower list", || browser.count("tbody tr") == 1);
    assert!(browser.page().contains("rung=session&verdict=not-approved"));
    assert_eq!(browser.texts("tbody .verdict"), ["not approved"]);
    assert_eq!(browser.texts("tbody .rung"), ["session"]);
    is_readable(browser);
}
