//! Real sessions and inhibitors of a real logind, on a machine that is this
//! one's own Debian booted a second time (`systemd-nspawn`, as root).

use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::program;
use tests::root;
use tests::site;

#[test]
fn a_remote_desktop_and_what_keeps_the_machine_awake_come_and_go() {
    let folder = tempfile::tempdir().unwrap();
    boot(folder.path());
    let during = findings(folder.path(), "during.json");
    assert_eq!(during.len(), 2, "{during:#?}");
    let (awake, login) = (&during[0], &during[1]);
    assert_eq!(awake["signature"], "remote-tools.kept-awake");
    assert_eq!(awake["standing"], "lead");
    let held = json!({
        "what": ["sleep", "idle"],
        "mode": "block",
        "who": "sleep",
        "program": "systemd-inhibit",
        "user": "root",
    });
    assert_eq!(evidence(awake, "/run/systemd/inhibit"), &held);
    assert_eq!(login["signature"], "remote-tools.remote-login");
    assert_eq!(login["standing"], "alert");
    let session = json!({
        "type": "x11",
        "class": "user",
        "service": "login",
        "remote": true,
        "from": "public",
        "remote_host": "198.51.100.7",
        "user": "root",
    });
    assert_eq!(evidence(login, "/run/systemd/sessions"), &session);
    assert_eq!(findings(folder.path(), "after.json"), Vec::<Value>::new());
}

/// Boots, and waits until that machine has switched itself off.
fn boot(folder: &Path) {
    let signatures = folder.join("signatures/remote-tools");
    fs::create_dir_all(&signatures).unwrap();
    for name in ["kept-awake.toml", "remote-login.toml"] {
        let shipped = root().join("config/signatures/remote-tools").join(name);
        fs::copy(shipped, signatures.join(name)).unwrap();
    }
    // No look is due while the test runs: what is seen, the system has told of.
    let config = "state = \"/moored/state\"\nsignatures = \"/moored/signatures\"\nlook = \"1d\"\n";
    fs::write(folder.join("agent.toml"), config).unwrap();
    fs::copy(program::ours("moored"), folder.join("moored")).unwrap();
    site::copy(&root().join("tests/logins"), folder).unwrap();
    let mut machine = Command::new("timeout");
    machine.args(["--kill-after=10", "120", "unshare", "--mount", "--propagation", "private"]);
    machine.arg("sh").arg(root().join("tests/boot.sh")).arg(folder);
    machine.arg(folder.join("booted.service")).arg(format!("--bind={}:/moored", folder.display()));
    let output = program::run(&mut machine).unwrap();
    let said = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
    assert!(
        folder.join("after.json").exists(),
        "{}{}\n{}\n{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
        said("inside.log"),
        said("agent.log")
    );
}

fn findings(folder: &Path, file: &str) -> Vec<Value> {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    let judged: Value = serde_json::from_str(&text).unwrap();
    judged["findings"].as_array().unwrap().clone()
}

/// The fields of the one observation a finding quotes, which is a file of `folder`.
fn evidence<'a>(finding: &'a Value, folder: &str) -> &'a Value {
    let quoted = finding["evidence"].as_array().unwrap();
    assert_eq!(quoted.len(), 1, "{quoted:#?}");
    let id = quoted[0]["subject"].as_str().unwrap();
    assert_eq!(quoted[0]["source"], format!("{folder}/{id}"));
    &quoted[0]["fields"]
}
