//! Scripts that management runs on laptops. Those for macOS are run here, with the
//! real agent in the place of a Mac's; those for Windows are only parsed.

use super::all;
use super::told;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::path::PathBuf;
use std::process::Command;
use std::process::Output;
use tests::kits::kit;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::root;
use tests::site::PATIENCE;

/// Where a Mac has the agent's program.
const PLACE: &str = "/Library/Application Support/Moored/moored";

/// An agent of this machine that is asked by a program at another place.
struct Laptop {
    folder: tempfile::TempDir,
}

impl Laptop {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (program, path) = (program::ours("moored"), folder.path());
        let config = path.join("agent.toml");
        let signatures = root().join("config/signatures");
        let text = format!(
            "state = \"{}\"\nsignatures = \"{}\"\n",
            path.join("state").display(),
            signatures.display()
        );
        fs::write(&config, text).unwrap();
        let asks = path.join("moored");
        let (program, config) = (program.display(), config.display());
        fs::write(&asks, format!("#!/bin/sh\nexec '{program}' --config '{config}' \"$@\"\n"))
            .unwrap();
        fs::set_permissions(&asks, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn moored(&self, verb: &str) -> Command {
        let mut command = Command::new(self.folder.path().join("moored"));
        command.arg(verb);
        command
    }

    /// Starts the agent, and waits until it says that it runs.
    fn start(&self) -> Running {
        let log = self.folder.path().join("agent.log");
        let agent = Running::start(&mut self.moored("run"), &log).unwrap();
        let runs = || program::run(&mut self.moored("status")).unwrap().status.code() != Some(3);
        assert!(wait_for(PATIENCE, runs), "{}", agent.printed());
        agent
    }

    /// Runs a script of the kits that asks the agent.
    fn asked(&self, script: &str, place: &Path) -> Output {
        let text = fs::read_to_string(kit(script)).unwrap();
        let here = text.replace(PLACE, place.to_str().unwrap());
        assert_ne!(here, text, "{script} asks the agent");
        let file = self.folder.path().join("script.sh");
        fs::write(&file, here).unwrap();
        program::run(Command::new("sh").arg(file)).unwrap()
    }

    fn asks(&self, script: &str) -> (String, i32) {
        said(&self.asked(script, &self.folder.path().join("moored")))
    }
}

fn said(output: &Output) -> (String, i32) {
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (String::from_utf8(output.stdout.clone()).unwrap(), output.status.code().unwrap())
}

#[test]
fn a_mac_without_the_agent_says_so() {
    let laptop = Laptop::new();
    let nowhere = PathBuf::from("/nowhere/moored");
    let asks = |script: &str| said(&laptop.asked(script, &nowhere));
    let jamf = "<result>not_installed</result>\n".to_owned();
    assert_eq!(asks("jamf/extension-attribute.sh"), (jamf, 0));
    assert_eq!(asks("kandji/audit.sh"), ("not installed\n".to_owned(), 1));
    assert_eq!(asks("mosyle/attribute.sh"), ("not installed\n".to_owned(), 4));
}

#[test]
fn scripts_for_macs_tell_what_the_agent_tells() {
    let laptop = Laptop::new();
    let jamf = "<result>not_running</result>\n".to_owned();
    assert_eq!(laptop.asks("jamf/extension-attribute.sh"), (jamf, 0));
    assert_eq!(laptop.asks("kandji/audit.sh"), ("not running\n".to_owned(), 1));
    assert_eq!(laptop.asks("mosyle/attribute.sh"), ("not running\n".to_owned(), 3));
    let _agent = laptop.start();
    let status = program::run(laptop.moored("status").arg("--json")).unwrap();
    let status: Value = serde_json::from_slice(&status.stdout).unwrap();
    assert_eq!(status["state"], "not_enrolled");
    let complaints = status["complaints"].as_array().unwrap();
    assert!(!complaints.is_empty());
    let lines = complaints.iter().map(|one| format!("\n{}", one.as_str().unwrap()));
    let jamf = format!("<result>not_enrolled{}</result>\n", lines.collect::<String>());
    assert_eq!(laptop.asks("jamf/extension-attribute.sh"), (jamf, 0));
    let (kandji, code) = laptop.asks("kandji/audit.sh");
    assert!(kandji.starts_with("not enrolled\n  ! ") && code == 0, "{code}: {kandji}");
    assert_eq!(laptop.asks("mosyle/attribute.sh"), ("not enrolled\n".to_owned(), 2));
}

#[test]
fn every_shell_script_is_one() {
    let scripts = all(".sh");
    assert!(scripts.len() >= 4, "{scripts:?}");
    for script in scripts {
        told(Command::new("sh").arg("-n").arg(script));
    }
}

/// There is no PowerShell here: its grammar is another's, and nothing is run.
#[test]
fn scripts_for_windows_keep_to_powershells_grammar() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.ps1");
    fs::write(&broken, "if ($a -eq 1 { exit 0 }\n").unwrap();
    let scripts = all(".ps1");
    let mut parse = Command::new("python3");
    parse.env("PYTHONPATH", root().join("target/powershell"));
    parse.arg(root().join("tests/kits/parsed.py")).args(&scripts).arg(broken);
    let expected = "taken\n".repeat(scripts.len()) + "refused\n";
    assert_eq!(told(&mut parse), expected, "{scripts:?}");
}

#[test]
fn intune_looks_for_this_version() {
    let detection = fs::read_to_string(kit("intune/detection.ps1")).unwrap();
    let version = concat!("$wanted = [version]'", env!("CARGO_PKG_VERSION"), "'\n");
    assert!(detection.contains(version), "{version}");
}
