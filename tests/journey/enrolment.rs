//! How a laptop gets its certificate, keeps it, and loses it.

use super::Scene;
use super::probe;
use super::until;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use tests::program::wait_for;
use tests::site::Laptop;
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

/// As an installer does it: nobody is asked, and what is enrolled already stays as it is.
#[test]
fn an_installer_leaves_the_token_and_the_agent_enrolls_by_itself() {
    let Scene { folder: _folder, mut site, mut laptop } = Scene::set("probe-later");
    laptop.configure("").unwrap();
    let (token, url) = (site.token().unwrap(), format!("https://{}", site.agents));
    let waits = laptop.state().join("identity/enroll.json");
    assert!(later(&laptop, &url, "mistyped").1.contains("is not an enrolment token"));
    assert!(later(&laptop, "http://plain.example", &token).1.contains("is not an address"));
    assert!(!waits.exists());
    site.kill_collector();
    // Who reads exit codes alone is told that it will come about.
    let asked = ["--unattended", "enroll", "--collector", &url, "--token", &token];
    assert_eq!(laptop.run(&asked).unwrap().status.code(), Some(0));
    fs::remove_file(&waits).unwrap();
    // A file that is broken is another trouble.
    let file = laptop.configuration();
    let good = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{good}\nnonsense = 1\n")).unwrap();
    let (code, said) = later(&laptop, &url, &token);
    assert_eq!((code, said.as_str()), (Some(0), "kept; the agent enrolls when it can\n"));
    fs::write(&file, good).unwrap();
    assert_eq!(fs::metadata(&waits).unwrap().permissions().mode() & 0o777, 0o600);
    laptop.start().unwrap();
    laptop.complains("cannot reach").unwrap();
    site.start_collector().unwrap();
    laptop.is_well().unwrap();
    assert!(!waits.exists(), "the token is not kept");

    let identity = laptop.state().join("identity/identity.json");
    let before = fs::read(&identity).unwrap();
    let (code, said) = later(&laptop, &format!("{url}/"), &token);
    assert!(code == Some(0) && said.contains("already"), "{said}");
    assert!(!waits.exists() && fs::read(&identity).unwrap() == before);
    let (code, said) = later(&laptop, "https://elsewhere.example:8443", &token);
    assert!(code == Some(0) && said.contains(&format!("stays enrolled at {url}")), "{said}");
    assert!(waits.exists() && fs::read(&identity).unwrap() == before);
}

fn later(laptop: &Laptop, url: &str, token: &str) -> (Option<i32>, String) {
    let arguments = ["enroll", "--later", "--collector", url];
    let output = laptop.command().args(arguments).env("MOORED_TOKEN", token).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
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
