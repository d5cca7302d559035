//! A real remote-desktop server under another name, known by what is in it.
//!
//! Needs x11vnc, installed as a package, Xvfb and rpm (`make tools`).

use crate::tools::rpm::Rpm;
use crate::tools::stage::one_at_a_time;
use anyhow::Context;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::PATIENCE;

const SIGNATURE: &str = r#"
title = "A program is what it is made of"
severity = "high"
confidence = "high"
kind = "identity"
technique = "T1219.002"
why = "w"
innocent = "i"
blind_spots = "b"
verify = "v"
response = "r"
references = []
"#;

/// Asks what a program is made of.
const MADE: &str = r#"
[[when]]
sensor = "program"
where = { libraries = "libvncserver.so.1", markers = "Allow VNC connections to real X11 displays" }
[[hit]]
program = [{ libraries = ["libvncserver.so.1"], markers = ["allow vnc connections to real x11 displays"] }]
[[miss]]
program = [{ libraries = ["libvncclient.so.1"] }]
"#;

/// Asks for a program by its name.
const NAMED: &str = r#"
[[when]]
sensor = "program"
where = { program = "notes" }
[[hit]]
program = [{ program = "notes" }]
[[miss]]
program = [{ program = "other" }]
"#;

#[test]
fn a_renamed_copy_is_known_and_what_came_with_a_package_is_not_looked_at() {
    let _one = one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("notes");
    let packaged = Path::new("/usr/bin/x11vnc");
    fs::copy(packaged, &copy).context("x11vnc comes with `make tools`").unwrap();
    let log = |name: &str| folder.path().join(name);
    let mut xvfb = Command::new("Xvfb");
    let xvfb = Running::start(xvfb.args([":86", "-screen", "0", "320x240x24"]), &log("xvfb"));
    let _xvfb = xvfb.context("Xvfb comes with `make tools`").unwrap();
    assert!(wait_for(PATIENCE, || Path::new("/tmp/.X11-unix/X86").exists()));
    let start = |path: &Path, port: &str| {
        let mut server = Command::new(path);
        server.args(["-display", ":86", "-localhost", "-forever", "-rfbport", port]);
        Running::start(&mut server, &log(port)).unwrap()
    };
    let (renamed, real) = (start(&copy, "5985"), start(packaged, "5986"));
    let runs = |id: u32, path: &Path| {
        wait_for(PATIENCE, || fs::read_link(format!("/proc/{id}/exe")).is_ok_and(|it| it == path))
    };
    assert!(runs(renamed.id(), &copy) && runs(real.id(), packaged));
    // It runs on although its file is gone.
    fs::remove_file(&copy).unwrap();
    configure(folder.path(), MADE);
    let scan = scan(folder.path(), None);
    let findings = scan["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{scan}");
    let id = renamed.id().to_string();
    let evidence: Vec<&Value> = findings[0]["evidence"].as_array().unwrap().iter().collect();
    assert_eq!(evidence.len(), 1, "{evidence:#?}");
    let mut fields = evidence[0]["fields"].clone();
    let build = fields.as_object_mut().unwrap().remove("build_id").unwrap();
    assert!(build.as_str().unwrap().len() >= 16, "{build}");
    let expected = json!({
        "process": id, "packaged": false, "program": "notes",
        "executable": copy.display().to_string(),
        "libraries": ["libvncserver.so.1"], "version_names": [],
        "markers": ["allow vnc connections to real x11 displays"],
    });
    assert_eq!(fields, expected);
}

/// A copy that came with a package of rpm, or may have: where there is no list
/// of rpm's the machine's own, dpkg's, says that it did not.
#[test]
fn what_came_with_a_package_of_rpm_is_not_called_unpackaged() {
    let _one = one_at_a_time();
    let folder = tempfile::tempdir().unwrap();
    let (copy, lists) = (folder.path().join("opt/notes"), folder.path().join("rpm"));
    Rpm::begin(&lists).install("notes", Some((Path::new("/usr/bin/sleep"), &copy)));
    let mut notes = Command::new(&copy);
    let notes = Running::start(notes.arg("600"), &folder.path().join("log")).unwrap();
    let runs = || fs::read_link(format!("/proc/{}/exe", notes.id())).is_ok_and(|it| it == copy);
    assert!(wait_for(PATIENCE, runs));
    configure(folder.path(), NAMED);
    let packaged = |scan: Value| {
        let findings = scan["findings"].as_array().unwrap();
        findings.first().map(|one| one["evidence"][0]["fields"]["packaged"].clone())
    };
    assert_eq!(packaged(scan(folder.path(), None)), Some(json!(false)));
    assert_eq!(packaged(scan(folder.path(), Some(&lists))), None);
    // A database of a kind that is not read.
    let other = folder.path().join("ndb");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("Packages.db"), "RpmP").unwrap();
    assert_eq!(packaged(scan(folder.path(), Some(&other))), Some(json!(null)));
}

fn configure(folder: &Path, question: &str) {
    let family = folder.join("signatures/remote-tools");
    fs::create_dir_all(&family).unwrap();
    fs::write(family.join("probe.toml"), format!("{SIGNATURE}{question}")).unwrap();
    let text = format!(
        "state = \"{}\"\nsignatures = \"{}\"\ndisabled = [\"usb\", \"display\", \"input\", \"software\"]\n",
        folder.join("state").display(),
        folder.join("signatures").display()
    );
    fs::write(folder.join("agent.toml"), text).unwrap();
}

/// What a look finds, on this machine or where this folder is rpm's.
fn scan(folder: &Path, rpm: Option<&Path>) -> Value {
    let mut moored = Command::new("unshare");
    moored.args(["--mount", "sh", "-euc"]);
    moored.arg("[ -z \"$RPM\" ] || mount --bind \"$RPM\" /var/lib/rpm; exec \"$0\" \"$@\"");
    moored.env("RPM", rpm.unwrap_or(Path::new(""))).arg(program::ours("moored"));
    moored.arg("--config").arg(folder.join("agent.toml")).args(["scan", "--json"]);
    let output = program::run(&mut moored).unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}
