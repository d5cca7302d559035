//! Recorded machines, and what the agent must report of each.
//!
//! `UPDATE=1 cargo test -p tests` writes the expectations anew; they are
//! reviewed as part of the change.
//!
//! The agent has this file as a test of its own, too: so it is built for other
//! platforms and judges the same there.

use agent::host::Host;
use agent::host::Recording;
use agent::memory::Memory;
use agent::rules::Rules;
use agent::sensors;
use agent::signature;
use agent::watch::Watch;
use agent::watch::look;
use jiff::Timestamp;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

#[test]
fn every_recorded_host_is_judged_as_expected() {
    let recordings = recordings();
    assert!(recordings.len() >= 7, "only {} recordings were found", recordings.len());
    let wrong: Vec<String> = recordings.iter().filter_map(|path| differs(path)).collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_clean_host_has_no_findings() {
    for path in recordings().iter().filter(|path| name(path).starts_with("clean-")) {
        let report = report(path);
        assert_eq!(report["findings"], json!([]), "{}", path.display());
        let sight = report["sight"].as_object().unwrap();
        assert!(sight.values().all(|sight| sight == "seeing"), "{}: {sight:?}", path.display());
    }
}

#[test]
fn a_host_with_leads_alerts_nobody() {
    for path in recordings().iter().filter(|path| name(path).starts_with("lead-")) {
        let report = report(path);
        let findings = report["findings"].as_array().unwrap();
        let alerts = findings.iter().filter(|finding| finding["standing"] != "lead");
        assert_eq!(
            alerts.collect::<Vec<_>>(),
            Vec::<&serde_json::Value>::new(),
            "{}",
            path.display()
        );
    }
}

/// On Windows and macOS, where nothing but recordings says what the agent finds.
#[test]
fn each_family_holds_on_one_recording_of_a_platform_and_not_on_a_clean_one() {
    let families = ["kvm", "injector", "remote-tools", "combination", "lolrmm"];
    for platform in ["windows", "macos"] {
        let all: Vec<PathBuf> = recordings()
            .into_iter()
            .filter(|path| path.parent().is_some_and(|folder| folder.ends_with(platform)))
            .collect();
        let reports: Vec<serde_json::Value> = all.iter().map(|path| report(path)).collect();
        for family in families {
            let hits = reports.iter().filter(|report| holds(report, family)).count();
            assert!(hits > 0, "{family} holds on no recording of {platform}");
        }
        let near = all.iter().position(|path| name(path) == "clean-near-misses").unwrap();
        let seen: Vec<&str> = families.into_iter().filter(|it| holds(&reports[near], it)).collect();
        assert!(seen.is_empty(), "{seen:?} on the near misses of {platform}");
    }
}

/// True if a signature of the family holds.
fn holds(report: &serde_json::Value, family: &str) -> bool {
    let findings = report["findings"].as_array().unwrap();
    let mut ids = findings.iter().filter_map(|finding| finding["signature"].as_str());
    ids.any(|id| id.split_once('.').is_some_and(|(of, _)| of == family))
}

#[test]
fn a_recording_survives_being_recorded_again() {
    for path in recordings() {
        let text = fs::read_to_string(&path).unwrap();
        let recording = Recording::from_toml(&text).unwrap();
        let recorder = agent::host::Recorder::new(&recording);
        let before: Vec<_> = sensors::ALL.iter().map(|sensor| sensor.look(&recorder)).collect();
        let again = recorder.finish();
        let line = serde_json::to_string(&again).unwrap();
        let again = Recording::from_json(&line).unwrap();
        let after: Vec<_> = sensors::ALL.iter().map(|sensor| sensor.look(&again)).collect();
        assert_eq!(before, after, "{}", path.display());
    }
}

/// The repository, whichever of its crates this is built in.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn recordings() -> Vec<PathBuf> {
    let platforms = fs::read_dir(root().join("tests/hosts")).unwrap();
    let mut paths: Vec<PathBuf> = platforms
        .flat_map(|platform| fs::read_dir(platform.unwrap().path()).unwrap())
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// What differs from the expectation, if anything does.
fn differs(path: &Path) -> Option<String> {
    let expected = path.with_extension("json");
    let is = format!("{}\n", serde_json::to_string_pretty(&report(path)).unwrap());
    if std::env::var("UPDATE").is_ok() {
        fs::write(&expected, &is).unwrap();
        return None;
    }
    let should = fs::read_to_string(&expected).unwrap_or_default();
    (is != should).then(|| format!("{} is not what is reported now:\n{is}", expected.display()))
}

fn report(path: &Path) -> serde_json::Value {
    let text = fs::read_to_string(path).unwrap();
    let recording =
        Recording::from_toml(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let signatures = signature::load(&root().join("config/signatures")).unwrap();
    let rules = Arc::new(Rules::from(signatures));
    let asked = rules.asked();
    let names = sensors::ALL.iter().map(|sensor| sensor.name());
    let mut watch = Watch::by(Arc::clone(&rules), names, Memory::default());
    let mut letter = None;
    for sensor in sensors::ALL {
        letter = watch.take(look(*sensor, &recording, &asked), Timestamp::UNIX_EPOCH).or(letter);
    }
    let letter = letter.expect("the first letter is due when every sensor has looked");
    assert!(letter.complete);
    let looks = sensors::ALL.iter().map(|sensor| look(*sensor, &recording, &asked)).collect();
    let once = Watch::once(rules, looks, Timestamp::UNIX_EPOCH);
    assert_eq!(
        (&once.open(), &once.sight()),
        (&letter.findings, &letter.sight),
        "{}",
        path.display()
    );
    json!({
        "platform": recording.platform(),
        "findings": letter.findings,
        "sight": letter.sight,
    })
}
