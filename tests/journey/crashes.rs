//! Nothing is lost and nothing is double, whoever is killed when.

use super::Scene;
use super::is_open;
use super::probe;
use super::until;
use super::until_within;
use serde_json::Value;
use std::thread;
use std::time::Duration;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

/// Spread over the time a report takes from a look to its acknowledgement,
/// the same in every run.
fn moments() -> impl Iterator<Item = Duration> {
    (0..50u64).map(|round| Duration::from_millis(round * 37 % 101))
}

/// The processes a finding quotes.
fn quoted(site: &Site, finding: &Value) -> Vec<String> {
    let id = finding["id"].to_string();
    let full = site.ask_json(&["findings", &id]).unwrap_or_default();
    let evidence = full["body"]["evidence"].as_array().cloned().unwrap_or_default();
    let subject = |seen: &Value| seen["subject"].as_str().unwrap_or_default().to_owned();
    let mut subjects: Vec<String> = evidence.iter().map(subject).collect();
    subjects.sort();
    subjects
}

fn ids(probes: &[Running]) -> Vec<String> {
    let mut ids: Vec<String> = probes.iter().map(|probe| probe.id().to_string()).collect();
    ids.sort();
    ids
}

#[test]
fn an_agent_killed_fifty_times_loses_nothing_and_doubles_nothing() {
    let Scene { folder, site, mut laptop } = Scene::begin("probe-kill");
    let mut probes = Vec::new();
    for moment in moments() {
        probes.push(probe(folder.path(), "probe-kill"));
        thread::sleep(moment);
        laptop.kill();
        laptop.start().unwrap();
    }
    laptop.is_well().unwrap();
    let wanted = ids(&probes);
    let found = until(&site, |all| all.len() == 1 && quoted(&site, &all[0]) == wanted);
    assert!(is_open(&found[0]));
    drop(probes);
    until(&site, |all| all.len() == 1 && !is_open(&all[0]));
    no_number_is_missing(&site);
}

#[test]
fn a_collector_killed_while_it_takes_in_has_what_it_acknowledged() {
    let Scene { folder, mut site, laptop: _laptop } = Scene::begin("probe-ingest");
    let mut probes = Vec::new();
    for moment in moments().step_by(5) {
        probes.push(probe(folder.path(), "probe-ingest"));
        thread::sleep(moment);
        site.kill_collector();
        site.start_collector().unwrap();
    }
    let wanted = ids(&probes);
    // Each failure doubles what the agent may wait before it tries again.
    until_within(Duration::from_mins(6), &site, |all| {
        all.len() == 1 && quoted(&site, &all[0]) == wanted
    });
    no_number_is_missing(&site);
}

/// Every report up to the newest was taken in: the numbering has one range.
fn no_number_is_missing(site: &Site) {
    let mut laptops = Value::Null;
    let whole = wait_for(PATIENCE, || {
        laptops = site.ask_json(&["laptops"]).unwrap_or_default();
        let all = laptops.as_array();
        all.is_some_and(|all| all.len() == 1 && all[0]["gaps"] == serde_json::json!([]))
    });
    assert!(whole, "{laptops:#}");
    assert_eq!(laptops[0]["lost"], 0, "{laptops:#}");
    assert_eq!(laptops[0]["damaged"], 0, "{laptops:#}");
}
