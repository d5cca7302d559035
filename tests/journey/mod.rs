//! The journey with the real programs over real TLS: what a laptop shows
//! reaches the collector, once, whatever breaks on the way.

mod crashes;
mod brief;
mod standing;
mod telling;
mod enrolment;
mod way;
mod landmarks;

use crate::tools::stage::one_at_a_time;
use anyhow::Context;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::thread;
use std::time::Duration;
use tempfile::TempDir;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

/// A site whose one laptop watches for `probe`, enrolled and well.
struct Scene {
    site: Site,
    laptop: Laptop,
    /// Last, so that it goes when all that runs in it has ended.
    folder: TempDir,
}

impl Scene {
    /// The laptop is configured and not started yet.
    fn set(probe: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::start(folder.path(), "").unwrap();
        let laptop = site.laptop("laptop").unwrap();
        laptop.watch_for(probe).unwrap();
        Self { site, laptop, folder }
    }

    /// The laptop is at work.
    fn begin(probe: &str) -> Self {
        let mut scene = Self::set(probe);
        scene.laptop.start().unwrap();
        scene.laptop.is_well().unwrap();
        scene
    }
}

/// A real process under a name of ours.
fn probe(folder: &Path, name: &str) -> Running {
    let path = folder.join(name);
    if !path.exists() {
        fs::copy("/bin/sleep", &path).unwrap();
    }
    // The copy must be closed for writing in every process before it can run.
    let start = || Running::start(Command::new(&path).arg("600"), &folder.join("probe.log"));
    let mut started = None;
    wait_for(PATIENCE, || {
        started = start().ok();
        started.is_some()
    });
    started.expect("a copy of sleep can be started")
}

/// A real proxy for laptops, that listens on loopback.
fn tinyproxy(folder: &Path, port: u16) -> Running {
    let (conf, log) = (folder.join("proxy.conf"), folder.join("proxy.log"));
    let settings = format!("Port {port}\nListen 127.0.0.1\nTimeout 600\nAllow 127.0.0.1\n");
    fs::write(&conf, settings).unwrap();
    let mut tinyproxy = Command::new("tinyproxy");
    Running::start(tinyproxy.arg("-d").arg("-c").arg(conf), &log).unwrap()
}

/// Waits until the collector's findings are as wanted.
fn until(site: &Site, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    until_within(PATIENCE, site, wanted)
}

fn until_within(limit: Duration, site: &Site, wanted: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let mut last = Vec::new();
    let so = wait_for(limit, || {
        last = site.findings().unwrap_or_default();
        wanted(&last)
    });
    assert!(so, "the collector has only {last:#?}\n{}", site.collector_printed());
    last
}

fn signatures(findings: &[Value]) -> Vec<&str> {
    findings.iter().filter_map(|finding| finding["signature"].as_str()).collect()
}

fn is_open(finding: &Value) -> bool {
    finding["closed_at"].is_null()
}

#[test]
fn a_real_remote_desktop_server_is_found_and_its_end_is_told() {
    let _one = one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    // Other tests run other tools on this machine.
    laptop.use_signatures(&["remote-tools/x11vnc"]).unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let display = ":87";
    let log = |name: &str| -> PathBuf { folder.path().join(name) };
    let mut xvfb = Command::new("Xvfb");
    let xvfb = Running::start(xvfb.args([display, "-screen", "0", "640x480x24"]), &log("xvfb"));
    let _xvfb = xvfb.context("Xvfb comes with `make tools`").unwrap();
    assert!(wait_for(PATIENCE, || Path::new("/tmp/.X11-unix/X87").exists()));
    let mut x11vnc = Command::new("x11vnc");
    let x11vnc = x11vnc.args(["-display", display, "-localhost", "-forever", "-rfbport", "5987"]);
    let mut x11vnc = Running::start(x11vnc, &log("x11vnc")).unwrap();
    // Its package is installed, which is told before and after as well.
    let runs =
        |all: &[Value]| all.iter().any(|one| is_open(one) && one["title"] == "x11vnc is running");
    let found = until(&site, runs);
    assert!(signatures(&found).contains(&"remote-tools.x11vnc"));
    x11vnc.kill();
    until(&site, |all| !runs(all));
    what_was_sent_can_be_read_by_the_employee(&laptop);
}

fn what_was_sent_can_be_read_by_the_employee(laptop: &Laptop) {
    let shown = laptop.run(&["show", "--raw"]).unwrap();
    let lines = String::from_utf8(shown.stdout).unwrap();
    let reports: Vec<model::Report> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let numbers: Vec<u64> = reports.iter().map(|report| report.sequence).collect();
    assert_eq!(numbers, (1..=numbers.len() as u64).collect::<Vec<_>>());
    let quoted = reports.iter().flat_map(|report| &report.findings);
    let processes: Vec<String> = quoted
        .flat_map(|finding| &finding.evidence)
        .filter(|seen| seen.sensor == "process")
        .map(|seen| seen.fields["name"].to_string())
        .collect();
    assert!(
        !processes.is_empty() && processes.iter().all(|name| name == "x11vnc"),
        "{processes:?}"
    );
    let page = laptop.run(&["show"]).unwrap();
    let page = String::from_utf8(page.stdout).unwrap();
    assert!(page.contains("Never collected") && page.contains("x11vnc is running"), "{page}");
}

#[test]
fn a_laptop_that_was_there_first_is_heard_when_the_collector_comes() {
    let Scene { folder, mut site, mut laptop } = Scene::set("probe-early");
    site.kill_collector();
    let _probe = probe(folder.path(), "probe-early");
    laptop.start().unwrap();
    laptop.complains("nothing listens there: is the collector running?").unwrap();
    assert_eq!(laptop.status().unwrap().0, 2, "it is not enrolled yet");
    thread::sleep(Duration::from_millis(300));
    site.start_collector().unwrap();
    let found = until(&site, |all| all.len() == 1);
    assert_eq!(signatures(&found), ["test.probe"]);
    laptop.is_well().unwrap();
}
