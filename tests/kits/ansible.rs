//! The role for Ansible: looked over, and played on this machine's own Debian, booted a
//! second time. `make test-packages` plays it on a clean one.

use super::all;
use super::told;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::kits::kit;
use tests::kits::the_role_comes_and_goes;
use tests::program;
use tests::site;

/// A copy elsewhere: both programs look around where they are.
fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    site::copy(&kit("ansible"), folder.path()).unwrap();
    folder
}

#[test]
fn ansible_lint_has_no_complaint() {
    let folder = copy();
    let mut lint = Command::new("ansible-lint");
    lint.args(["--nocolor", "--offline", "--profile", "production"]).current_dir(folder.path());
    let output = program::run(&mut lint).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stdout));
    let verdict = "Passed with production profile: 0 failure(s), 0 warning(s) on ";
    let (_, files) = said.split_once(verdict).unwrap_or_else(|| panic!("{said}"));
    let files: usize = files.split(' ').next().unwrap().parse().unwrap();
    let ours = all(".yml").len();
    assert!(files >= ours, "{files} files of {ours}");
}

#[test]
fn the_example_can_be_played() {
    let folder = copy();
    let mut check = Command::new("ansible-playbook");
    check.args(["--syntax-check", "--inventory", "inventory.ini", "site.yml"]);
    told(check.current_dir(folder.path()));
}

/// Else each play would enroll the laptop anew.
#[test]
fn the_role_knows_an_enrolled_laptop_by_its_identity() {
    let tasks = fs::read_to_string(kit("ansible/roles/moored/tasks/enroll.yml")).unwrap();
    let state = agent::config::Config::default().state;
    let identity = state.join("identity/identity.json");
    assert!(tasks.contains(&format!("creates: {}\n", identity.display())));
}

#[test]
fn the_role_installs_configures_enrolls_and_removes() {
    the_role_comes_and_goes(Path::new("/"));
}
