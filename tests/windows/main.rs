//! The agent for Windows on Wine, with the real collector on Linux: enrolled, told,
//! spooled, delivered; as a service, and gone without a trace; and its package.
//!
//! Not among the other tests, for it needs Wine: `make test-windows`.

mod machine;
mod package;
mod packing;
mod wine;

use machine::Machine;
use serde_json::Value;
use std::fs;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

#[test]
fn a_service_reports_spools_and_leaves_nothing_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::start(folder.path(), "").unwrap();
    let machine = Machine::start(folder.path(), "wine-probe").unwrap();
    enrolls(&machine, &site);
    scans(&machine);
    is_installed(&machine);

    machine.windows.wine(&["sc.exe", "start", "Moored"]).unwrap();
    machine.windows.is_service("RUNNING");
    // Not our child: it has read its identity from what an administrator has sealed.
    heard(&site, <[Value]>::is_empty, "nothing at first");
    let probe = machine.probe().unwrap();
    heard(&site, |all| all.len() == 1 && is_open(&all[0]), "the probe");

    site.kill_collector();
    drop(probe);
    let waiting = machine.state().join("spool/waiting");
    let waits = || fs::read_dir(&waiting).is_ok_and(|mut all| all.next().is_some());
    assert!(wait_for(PATIENCE, waits), "nothing waits in the spool");
    site.start_collector().unwrap();
    heard(&site, |all| all.len() == 1 && !is_open(&all[0]), "the probe's end");
    assert!(wait_for(PATIENCE, || machine.is_content()), "{:?}", machine.status());

    is_removed(&machine);
}

/// The private key is made, sealed by DPAPI, and read again by the same and other processes.
fn enrolls(machine: &Machine, site: &Site) {
    let url = format!("https://{}", site.agents);
    let token = site.token().unwrap();
    let (code, said) = machine.moored(&["enroll", "--collector", &url, "--token", &token]).unwrap();
    assert!(code == 0 && said.contains("enrolled as"), "{said}");
    let kept = fs::read_to_string(machine.state().join("identity/identity.json")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let key = kept["key"].as_str().unwrap();
    assert!(key.starts_with("dpapi:") && !key.contains("PRIVATE"), "{key}");
}

fn scans(machine: &Machine) {
    let (code, said) = machine.moored(&["scan"]).unwrap();
    let sees = said.lines().any(|line| line.starts_with("process") && line.ends_with("seen"));
    assert!(code == 0 && sees, "{code} {said}");
}

/// Wine knows some of what a service can be told; of the rest the agent says
/// that it could not be set, and nothing else.
fn is_installed(machine: &Machine) {
    let (code, said) = machine.moored(&["service", "install"]).unwrap();
    let unset: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("moored: could not set "))
        .filter_map(|line| line.split(':').next())
        .collect();
    let unknown = [
        "starting a little after the system",
        "coming back after an error",
        "an identifier of its own",
        "no privileges but those",
    ];
    assert!(code == 1 && unset == unknown, "{code} {said}");
    let key = machine.windows.registry(SERVICE);
    for part in [r"NT SERVICE\\Moored", "driven from elsewhere", "moored.exe", "run"] {
        assert!(key.replace('\\', r"\\").contains(part) || key.contains(part), "{part}: {key}");
    }
    assert!(machine.windows.registry(SOURCE).contains("EventCreate.exe"));
    let again = machine.moored(&["service", "install"]).unwrap();
    assert_eq!(again.0, 2, "{}", again.1);
}

fn is_removed(machine: &Machine) {
    let (code, said) = machine.moored(&["service", "remove"]).unwrap();
    assert_eq!(code, 0, "{said}");
    assert_eq!(machine.windows.registry(SERVICE), "");
    assert_eq!(machine.windows.registry(SOURCE), "");
    assert!(machine.state().join("identity/identity.json").exists());
    let (code, _) = machine.status().unwrap();
    assert_eq!(code, 3, "it still runs");
    let (code, said) = machine.moored(&["service", "remove", "--purge"]).unwrap();
    assert_eq!(code, 0, "{said}");
    assert!(!machine.state().exists());
}

const SERVICE: &str = r"HKLM\System\CurrentControlSet\Services\Moored";
const SOURCE: &str = r"HKLM\System\CurrentControlSet\Services\EventLog\Application\Moored";

fn heard(site: &Site, wanted: impl Fn(&[Value]) -> bool, what: &str) {
    let mut last = Vec::new();
    let is_heard = wait_for(PATIENCE, || {
        last = site.findings().unwrap_or_default();
        wanted(&last)
    });
    assert!(is_heard, "{what}: {last:#?}");
}

fn is_open(finding: &Value) -> bool {
    finding["closed_at"].is_null()
}
