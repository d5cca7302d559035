//! A real remote-desktop server under another name, known by what is in it.
//!
//! Needs x11vnc, installed as a package, and Xvfb (`make tools`).

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
title = "A program shares a screen through a known library"
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
[[when]]
sensor = "program"
where = { libraries = "libvncserver.so.1", markers = "Allow VNC connections to real X11 displays" }
[[hit]]
program = [{ libraries = ["libvncserver.so.1"], markers = ["allow vnc connections to real x11 displays"] }]
[[miss]]
program = [{ libraries = ["libvncclient.so.1"] }]
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
    let scan = scan(folder.path());
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

fn scan(folder: &Path) -> Value {
    let family = folder.join("signatures/remote-tools");
    fs::create_dir_all(&family).unwrap();
    fs::write(family.join("probe.toml"), SIGNATURE).unwrap();
    let config = folder.join("agent.toml");
    let text = format!(
        "state = \"{}\"\nsignatures = \"{}\"\ndisabled = [\"usb\", \"display\", \"input\", \"software\"]\n",
        folder.join("state").display(),
        folder.join("signatures").display()
    );
    fs::write(&config, text).unwrap();
    let mut moored = Command::new(program::ours("moored"));
    let output = program::run(moored.arg("--config").arg(config).args(["scan", "--json"])).unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}
