//! A backup is made while agents report, and they go on with what was restored.

use super::Load;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

/// A real process under a name of ours.
fn probe(folder: &Path, name: &str) -> Running {
    let path = folder.join(name);
    fs::copy("/bin/sleep", &path).unwrap();
    let mut started = None;
    // The copy must be closed for writing in every process before it can run.
    wait_for(PATIENCE, || {
        started = Running::start(Command::new(&path).arg("600"), &folder.join("log")).ok();
        started.is_some()
    });
    started.expect("a copy of sleep can be started")
}

/// Runs the collector's program on a state folder.
fn collector(folder: &Path, state: &Path, arguments: &[&str]) -> std::process::Output {
    let config = folder.join("restored.toml");
    fs::write(&config, format!("state = \"{}\"\n", state.display())).unwrap();
    let mut command = Command::new(program::ours("moored-collector"));
    program::run(command.arg("--config").arg(config).args(arguments)).unwrap()
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn agents_go_on_with_a_collector_restored_from_a_backup_made_under_load() {
    let folder = tempfile::tempdir().unwrap();
    let (first, second) = (folder.path().join("first"), folder.path().join("second"));
    fs::create_dir_all(&first).unwrap();
    let mut site = Site::start(&first, "").unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-backup").unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let load = Load::begin(&site);
    load.reach(20);
    let before = load.told();
    let file = folder.path().join("backup.tar.zst");
    let name = file.to_str().unwrap();
    let made = site.ask(&["backup", name]).unwrap();
    assert!(made.contains("It holds the keys of this collector"), "{made}");
    let at_its_end = load.told();
    load.reach(at_its_end[0].through + 20);
    load.end();
    // While the collector runs, nothing is put into its folder.
    let state = site.state();
    let refused = collector(folder.path(), &state, &["restore", name]);
    assert!(said(&refused).contains("a collector runs on"), "{}", said(&refused));
    site.kill_collector();
    fs::create_dir_all(&second).unwrap();
    let restored = collector(folder.path(), &second.join("collector"), &["restore", name]);
    assert!(restored.status.success(), "{}", said(&restored));
    for told in &before {
        assert!(told.kept(&second.join("collector")) >= told.through, "{told:?}");
    }
    let laptops = collector(folder.path(), &second.join("collector"), &["laptops", "--json"]);
    let site = Site::start_at(&second, &site.agents, "").unwrap();
    let _probe = probe(folder.path(), "probe-backup");
    let found = wait_for(PATIENCE * 6, || {
        let findings = site.findings().unwrap_or_default();
        findings.iter().any(|one| one["signature"] == "test.probe")
    });
    assert!(found, "{}\n{}", site.collector_printed(), laptop.printed());
    laptop.is_well().unwrap();
    let now = site.ask_json(&["laptops"]).unwrap();
    let laptops: serde_json::Value = serde_json::from_slice(&laptops.stdout).unwrap();
    assert_eq!(now.as_array().unwrap().len(), laptops.as_array().unwrap().len());
}

#[test]
fn of_two_collectors_on_one_folder_the_second_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::start(folder.path(), "").unwrap();
    let second = collector(folder.path(), &site.state(), &["run"]);
    assert_eq!(second.status.code(), Some(2));
    assert!(said(&second).contains("another collector runs on"), "{}", said(&second));
    assert!(site.collector().unwrap().is_running());
}
