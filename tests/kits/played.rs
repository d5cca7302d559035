//! The role for Ansible, played on a Debian with a real collector beside it.

use super::Machine;
use super::kit;
use super::variables;
use crate::program;
use crate::root;
use crate::site;
use serde_json::Value;
use std::fs;
use std::path::Path;

/// A play has changed so much, so much of it has failed, and this is its exit code.
fn came_to(machine: &Machine, play: &str, expected: [u32; 3]) {
    let said = machine.said(&format!("{play}.log"));
    let number = |after: &str| {
        let (_, rest) = said.rsplit_once(after).unwrap_or_else(|| panic!("{play}: {said}"));
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap()
    };
    let came_to: [u32; 3] = [number("changed="), number("failed="), number("exit code ")];
    assert_eq!(came_to, expected, "{play}: {said}{}", machine.said("journal.log"));
}

/// A collector beside the laptop, and how Ansible reaches the laptop.
fn furnish(machine: &Machine) {
    let folder = machine.folder();
    fs::copy(program::ours("moored-collector"), folder.join("moored-collector")).unwrap();
    fs::copy(root().join("config/agent.toml"), folder.join("agent.toml")).unwrap();
    fs::create_dir(folder.join("ansible")).unwrap();
    site::copy(&kit("ansible"), &folder.join("ansible")).unwrap();
    let collector = "state = \"/moored/collector\"\n[agents]\nlisten = \"127.0.0.1:8443\"\n\
                     names = [\"localhost\"]\n[console]\nlisten = \"127.0.0.1:8444\"\n";
    fs::write(folder.join("collector.toml"), collector).unwrap();
    let inventory = "[laptops]\nlocalhost ansible_connection=local \
                     ansible_python_interpreter=/usr/bin/python3\n[laptops:vars]\n\
                     moored_collector=https://localhost:8443\nmoored_package=/moored/moored.deb\n";
    fs::write(folder.join("inventory.ini"), inventory).unwrap();
}

/// Plays the role for Ansible on the Debian in `lower`, where Moored has never been: it
/// installs, configures, enrolls and removes, and a check changes nothing.
pub fn the_role_comes_and_goes(lower: &Path) {
    let machine = Machine::new(lower);
    furnish(&machine);
    machine.run("ansible.sh", &[]);
    let nothing = ["before", "checked", "after"].map(|file| machine.said(file));
    assert_eq!(nothing, ["", "", ""], "what there was of Moored");
    // The package's file; installed, environment, and a restart.
    came_to(&machine, "check", [1, 0, 0]);
    came_to(&machine, "first", [4, 0, 0]);
    came_to(&machine, "second", [0, 0, 0]);
    came_to(&machine, "third", [0, 0, 0]);
    came_to(&machine, "broken", [0, 1, 2]);
    assert!(machine.said("broken.log").contains("lok is not a setting"), "what is wrong is told");
    assert_eq!(machine.said("refused"), "", "the configuration is as it was");
    came_to(&machine, "settings", [1, 0, 0]);
    assert_eq!(machine.said("set.toml"), "look = \"5m\"\n");
    came_to(&machine, "enrolled", [1, 0, 0]);
    let status: Value = serde_json::from_str(&machine.said("status.json")).unwrap();
    assert_eq!(status["uplink"]["collector"], "https://localhost:8443");
    assert!(status["uplink"]["laptop"].is_string(), "{status:#}");
    came_to(&machine, "managed", [2, 0, 0]);
    came_to(&machine, "removed", [1, 0, 0]);
    let [collector, token, proxy] = &variables()[..] else { panic!("three") };
    let collector =
        format!("root 600\n# Written by Ansible.\n{collector}=https://localhost:8443\n");
    assert_eq!(machine.said("environment"), collector);
    assert_eq!(machine.said("enrolled"), collector, "the token is not kept");
    let all = format!("{collector}{token}={}\n{proxy}=none\n", machine.said("token").trim());
    assert_eq!(machine.said("managed"), all);
}
