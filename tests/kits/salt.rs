//! The states for Salt, applied by Salt to a Debian where Moored has never been.

use serde_json::Value;
use std::fs;
use std::path::Path;
use tests::kits::Machine;
use tests::kits::kit;
use tests::kits::variables;
use tests::root;
use tests::site;

/// Of each state of a run: its name, whether it holds, and whether it changed something.
fn came_to(machine: &Machine, run: &str) -> Vec<(String, Option<bool>, bool)> {
    let said = machine.said(&format!("{run}.json"));
    let told: Value = serde_json::from_str(&said).unwrap_or_else(|_| panic!("{run}: {said}"));
    let states = told["local"].as_object().unwrap_or_else(|| panic!("{run}: {said}"));
    let one = |(name, state): (&String, &Value)| {
        let changes = state["changes"].as_object().unwrap();
        (
            name.rsplit_once("_|-").unwrap().0.to_owned(),
            state["result"].as_bool(),
            !changes.is_empty(),
        )
    };
    states.iter().map(one).collect()
}

#[test]
fn the_states_install_configure_start_and_remove() {
    let machine = Machine::new(Path::new("/"));
    let folder = machine.folder();
    fs::create_dir_all(folder.join("salt")).unwrap();
    fs::create_dir_all(folder.join("minion")).unwrap();
    site::copy(&kit("salt"), &folder.join("salt")).unwrap();
    fs::rename(folder.join("moored.deb"), folder.join("salt/moored/moored.deb")).unwrap();
    let top = "base:\n  '*':\n    - moored\n";
    fs::write(folder.join("salt/pillar/top.sls"), top).unwrap();
    // Of a token's form, or the agent would not start.
    let secret = format!("s3cret.{}", "a".repeat(64));
    let pillar = fs::read_to_string(kit("salt/pillar/moored.sls")).unwrap();
    let pillar = pillar.replace(": TOKEN\n", &format!(": {secret}\n"));
    let package = "  package: salt://moored/moored.deb\n  proxy: none\n";
    fs::write(folder.join("salt/pillar/moored.sls"), pillar + package).unwrap();
    let salt = root().join("target/salt").canonicalize().unwrap();
    machine.run("salt.sh", &[format!("--bind-ro={}:/salt", salt.display())]);
    let nothing = ["before", "checked", "after"].map(|file| machine.said(file));
    assert_eq!(nothing, ["", "", ""], "what there was of Moored");
    let all = |result: Option<bool>, changes: bool| {
        let names = [
            "file_|-/etc/moored/environment_|-/etc/moored/environment",
            "pkg_|-moored_|-moored",
            "service_|-moored_|-moored",
        ];
        names.map(|name| (name.to_owned(), result, changes))
    };
    let mut check = all(None, true);
    check[2].2 = false;
    assert_eq!(came_to(&machine, "check"), check);
    assert_eq!(came_to(&machine, "first"), all(Some(true), true));
    assert_eq!(came_to(&machine, "second"), all(Some(true), false));
    assert_eq!(machine.said("active"), "active\n");
    let [collector, token, proxy] = &variables()[..] else { panic!("three") };
    assert_eq!(
        machine.said("environment"),
        format!(
            "root 600\n# Written by Salt.\n{collector}=https://collector.example.com:8443\n\
             {token}={secret}\n{proxy}=none\n"
        )
    );
    assert!(came_to(&machine, "removed").iter().all(|(_, result, _)| *result == Some(true)));
}
