//! How a laptop gets its certificate, keeps it, and loses it.

use super::Scene;
use super::probe;
use super::until;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tests::program::wait_for;
use tests::site::PATIENCE;
use tests::site::Site;

#[test]
fn a_laptop_enrolls_by_hand_and_by_itself_when_it_is_online_again() {
    let Scene { folder: _folder, mut site, mut laptop } = Scene::set("probe-late");
    laptop.configure("").unwrap();
    let token = site.token().unwrap();
    let url = format!("https://{}", site.agents);
    let enroll = ["enroll", "--collector", &url, "--token", &token];
    site.kill_collector();
    laptop.start().unwrap();
    laptop.complains("not enrolled").unwrap();
    assert_eq!(laptop.run(&enroll).unwrap().status.code(), Some(1), "kept for later");
    site.start_collector().unwrap();
    laptop.is_well().unwrap();
    assert!(!laptop.state().join("identity/enroll.json").exists(), "the token is not kept");
    let key =
        fs::metadata(laptop.state().join("identity/identity.json")).unwrap().permissions().mode();
    assert_eq!(key & 0o777, 0o600);
    let mut other = site.laptop("other").unwrap();
    other.watch_for("probe-late").unwrap();
    other.configure("").unwrap();
    other.start().unwrap();
    other.complains("not enrolled").unwrap();
    assert_eq!(other.run(&enroll).unwrap().status.code(), Some(0));
    other.is_well().unwrap();
}

#[test]
fn a_wrong_token_is_refused_and_nothing_is_stored() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let laptop = site.laptop("laptop").unwrap();
    let url = format!("https://{}", site.agents);
    let good = site.token().unwrap();
    let (_, fingerprint) = good.split_once('.').unwrap();
    let wrong = format!("wrong.{fingerprint}");
    let output = laptop.run(&["enroll", "--collector", &url, "--token", &wrong]).unwrap();
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("the collector refused (401)"), "{said}");
    let stranger = format!("{}.{}", good.split_once('.').unwrap().0, "0".repeat(64));
    let output = laptop.run(&["enroll", "--collector", &url, "--token", &stranger]).unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("is not from the authority we know"), "{said}");
    assert_eq!(site.ask_json(&["laptops"]).unwrap(), serde_json::json!([]));
}

#[test]
fn a_revoked_laptop_is_refused_at_once_and_nothing_of_it_is_stored() {
    let Scene { folder, site, laptop } = Scene::begin("probe-revoked");
    let laptops = site.ask_json(&["laptops"]).unwrap();
    let id = laptops[0]["id"].as_str().unwrap();
    site.ask(&["laptops", "revoke", id]).unwrap();
    let _probe = probe(folder.path(), "probe-revoked");
    laptop.complains("the collector refused (403)").unwrap();
    assert!(site.findings().unwrap().is_empty());
}

#[test]
fn a_certificate_renews_itself_well_before_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "[certificates]\nlifetime = \"12s\"").unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-renew").unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let ends = || laptop.status().unwrap().1["uplink"]["certificate_ends"].clone();
    let first = ends();
    let mut second = Value::Null;
    let renewed = wait_for(PATIENCE, || {
        second = ends();
        second.is_string() && second != first
    });
    assert!(renewed, "{first} {second}\n{}", laptop.printed());
    let _probe = probe(folder.path(), "probe-renew");
    until(&site, |all| all.len() == 1);
    assert_eq!(site.ask_json(&["laptops"]).unwrap().as_array().unwrap().len(), 1);
}
