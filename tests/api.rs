//! The API of a real collector, held against its description.

use collector::incident;
use collector::incident::Rules;
use collector::store;
use collector::store::findings;
use collector::store::laptops;
use collector::store::laptops::Issued;
use collector::store::places;
use jiff::SignedDuration;
use jiff::Timestamp;
use model::Enroll;
use model::Finding;
use serde_json::json;
use std::fs;
use std::process::Command;
use tempfile::TempDir;
use tests::program;
use tests::root;
use tests::site::Site;

const SCOPES: [&str; 8] = [
    "incidents:read",
    "incidents:write",
    "findings:read",
    "laptops:read",
    "places:read",
    "assets:read",
    "assets:write",
    "audit:read",
];

#[test]
fn the_description_in_the_documentation_is_the_one_of_the_code() {
    let told = collector::api::description().to_pretty_json().unwrap() + "\n";
    let path = root().join("docs/openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &told).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == told,
        "docs/openapi.json is old: `UPDATE=1 cargo test -p tests` writes it anew"
    );
}

/// A collector that knows three laptops, what they have found, and where they
/// belong.
fn site(folder: &TempDir) -> Site {
    let site = Site::start(folder.path(), "api_requests = 1000000").unwrap();
    let opened = store::open(&site.state()).unwrap();
    let store = store::change(&opened).unwrap();
    let now: Timestamp = "2026-11-24T09:00:00Z".parse().unwrap();
    for (number, severity) in (1..).zip(["low", "high", "critical"]) {
        let letter = Enroll {
            token: String::new(),
            csr: String::new(),
            host: format!("=laptop-{number}"),
            platform: "linux".to_owned(),
            serial: Some(format!("PF{number}")),
        };
        let id = format!("00000000-0000-4000-8000-00000000000{number}");
        let not_after = "2100-01-01T00:00:00Z".parse().unwrap();
        laptops::enroll(&store, Issued { laptop: &id, not_after }, &letter, now).unwrap();
        findings::add(&store, &id, &finding(severity), now).unwrap();
        let rules = Rules { learn_until: None, close_quiet_after: SignedDuration::MAX };
        incident::of_laptop(&store, &id, &rules, now).unwrap();
        let told = json!({
            "country": "US", "vote": "all say US", "class": "fixed", "organization": null,
            "expected": ["US-TX"], "way": "TCP 31.0 ms", "notes": [], "logit": -9.2,
            "band": "log", "waits": [],
        });
        places::put(&store, &id, &told, now).unwrap();
    }
    store.commit().unwrap();
    let list = folder.path().join("list.csv");
    fs::write(&list, "serial,home,person\nPF1,US-TX,E-1\nPF2,US,E-2\n").unwrap();
    site.ask(&["assets", "import", list.to_str().unwrap()]).unwrap();
    site
}

fn finding(severity: &str) -> Finding {
    serde_json::from_value(json!({
        "signature": "kvm.pikvm", "title": "A PiKVM is plugged in", "severity": severity,
        "confidence": "medium", "technique": "T1219.003", "why": "Why.", "innocent": "Innocent.",
        "references": [], "opened": "2026-11-24T09:00:00Z",
        "tool": { "id": "pikvm", "category": "kvm", "rung": "running", "verdict": "approved",
            "approval": { "owner": "IT", "reason": "help", "expires": "2026-12-31" } },
        "evidence": [{ "sensor": "usb", "subject": "1-4", "source": "/sys", "fields": {} }],
    }))
    .unwrap()
}

fn token(site: &Site) -> String {
    let mut words = vec!["api-token", "create", "--label", "test"];
    for scope in SCOPES {
        words.extend(["--scope", scope]);
    }
    site.ask(&words).unwrap().trim().to_owned()
}

#[test]
fn a_real_collector_answers_as_its_description_says() {
    let folder = tempfile::tempdir().unwrap();
    let site = site(&folder);
    let token = token(&site);
    let tool = root().join("target/schemathesis/bin/schemathesis");
    assert!(tool.exists(), "schemathesis comes with `make tools`");
    let mut command = Command::new(tool);
    command
        .arg("--config-file")
        .arg(root().join("tests/api/schemathesis.toml"))
        .arg("run")
        .arg(root().join("docs/openapi.json"))
        .args(["--url", &format!("https://{}/api/v1", site.console)])
        .args(["--header", &format!("Authorization: Bearer {token}")])
        .current_dir(folder.path());
    let output = program::run(&mut command).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let verdict = site.ask_json(&["audit", "verify"]).unwrap();
    assert_eq!(verdict["holds"], true, "{verdict}");
}
