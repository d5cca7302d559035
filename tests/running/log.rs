//! The log: an object on each line if wanted, and never a secret.

use super::Load;
use serde_json::Value;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

/// Everything a collector logs from its first start over an enrolment to its
/// end, and the secrets it has held meanwhile.
fn log(settings: &str) -> (Vec<String>, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::start(folder.path(), settings).unwrap();
    let mut secrets = vec!["PRIVATE KEY".to_owned()];
    let token = site.token().unwrap();
    secrets.extend(token.split('.').next().map(str::to_owned));
    let refused = site.laptop("refused").unwrap();
    let wrong = format!("{}x.{}", &token[..42], token.split_once('.').unwrap().1);
    refused.configure(&format!("token = \"{wrong}\"\n")).unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("nothing").unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let load = Load::begin(&site);
    load.reach(8);
    load.end();
    let mut refused = refused;
    refused.watch_for("nothing").unwrap();
    refused.start().unwrap();
    let told = wait_for(PATIENCE, || site.collector_printed().contains("refused a request"));
    assert!(told, "{}", site.collector_printed());
    let password = site.password().unwrap();
    site.collector().unwrap().stop().unwrap();
    secrets.push(wrong.split('.').next().unwrap().to_owned());
    let printed = site.collector_printed();
    // It is printed once, at the first start, where whoever starts it reads.
    let lines = printed.lines().filter(|line| !line.starts_with("The password of admin"));
    let lines: Vec<String> = lines.map(str::to_owned).collect();
    assert_eq!(lines.len() + 1, printed.lines().count());
    secrets.push(password);
    (lines, secrets)
}

fn hold_no_secret(lines: &[String], secrets: &[String]) {
    assert!(secrets.len() == 4 && secrets.iter().all(|secret| secret.len() > 8), "{secrets:?}");
    for secret in secrets {
        assert!(!lines.iter().any(|line| line.contains(secret)), "{secret}: {lines:#?}");
    }
}

#[test]
fn each_line_is_an_object_with_its_time_and_none_holds_a_secret() {
    let (lines, secrets) = log("[log]\nformat = \"json\"\nlevel = \"debug\"");
    hold_no_secret(&lines, &secrets);
    let mut messages = Vec::new();
    for line in &lines {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|wrong| panic!("{wrong}: {line}"));
        let at = line["timestamp"].as_str().unwrap();
        assert!(at.parse::<jiff::Timestamp>().is_ok(), "{line}");
        assert!(["ERROR", "WARN", "INFO", "DEBUG"].contains(&line["level"].as_str().unwrap()));
        messages.push(line["message"].as_str().unwrap_or_default().to_owned());
    }
    for expected in ["agents are heard at", "refused a request", "stopped"] {
        assert!(messages.iter().any(|told| told.starts_with(expected)), "{messages:#?}");
    }
}

#[test]
fn lines_for_people_hold_no_secret_and_no_time_and_what_is_below_the_level_is_left_out() {
    let (lines, secrets) = log("[log]\nlevel = \"warn\"");
    hold_no_secret(&lines, &secrets);
    assert!(lines.iter().all(|line| line.trim_start().starts_with("WARN")), "{lines:#?}");
}
