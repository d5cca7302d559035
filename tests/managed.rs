//! Settings that are set for the machine, as they come to a laptop of Linux: in
//! `environment` beside the configuration file. Those of a laptop without any
//! configuration and of a file of somebody else need root, and the first `unshare`;
//! where one is missing they fail.

use serde_json::Value;
use serde_json::json;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::fs::chown;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use tests::program;
use tests::program::Running;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

/// A laptop of which only the places are installed.
const BARE: &str = r#"
set -eu
mount -t tmpfs tmpfs "$FOLDER/room"
mkdir "$FOLDER/room/upper" "$FOLDER/room/work"
mount -t overlay overlay -o "lowerdir=/etc,upperdir=$FOLDER/room/upper,workdir=$FOLDER/room/work" /etc
rm -rf /etc/moored
mkdir /etc/moored
install -m 600 "$FOLDER/environment" /etc/moored/environment
mount -t tmpfs tmpfs /var/lib
mkdir /var/lib/moored
mount --bind "$FOLDER/state" /var/lib/moored
mount -t tmpfs tmpfs /usr/share
mkdir -p /usr/share/moored/signatures
mount --bind "$FOLDER/signatures" /usr/share/moored/signatures
exec "$MOORED" run
"#;

fn set(folder: &Path, lines: &str) {
    let file = folder.join("environment");
    fs::write(&file, lines).unwrap();
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

fn told(laptop: &Laptop, arguments: &[&str]) -> (Option<i32>, String) {
    let output = laptop.run(arguments).unwrap();
    let told = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(told).unwrap())
}

#[test]
fn a_laptop_without_a_configuration_enrolls_as_it_is_set_to() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let laptop = site.laptop("bare").unwrap();
    laptop.watch_for("probe-bare").unwrap();
    let place = laptop.folder;
    fs::create_dir(place.join("room")).unwrap();
    fs::create_dir(place.join("state")).unwrap();
    let token = site.token().unwrap();
    set(&place, &format!("MOORED_COLLECTOR=https://{}\nMOORED_TOKEN={token}\n", site.agents));
    let mut command = Command::new("unshare");
    command.args(["--mount", "sh", "-c", BARE]);
    command.env("FOLDER", &place).env("MOORED", program::ours("moored"));
    let _agent = Running::start(&mut command, &place.join("log")).unwrap();
    let printed = || fs::read_to_string(place.join("log")).unwrap();
    let mut status = Value::Null;
    let is_enrolled = wait_for(PATIENCE, || {
        let bytes = fs::read(place.join("state/status.json")).unwrap_or_default();
        status = serde_json::from_slice(&bytes).unwrap_or_default();
        status["uplink"]["acknowledged"].is_string()
    });
    assert!(is_enrolled, "{status}\n{}", printed());
    assert_eq!(status["managed"], json!(["collector", "token"]));
    let laptops = site.ask_json(&["laptops"]).unwrap();
    assert_eq!(laptops[0]["id"], status["uplink"]["laptop"], "{laptops}");
    let (secret, _) = token.split_once('.').unwrap();
    assert!(!printed().contains(secret) && !status.to_string().contains(secret));
}

#[test]
fn a_running_agent_takes_over_what_is_set_and_tells_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.configure("").unwrap();
    laptop.watch_for("probe-set").unwrap();
    laptop.start().unwrap();
    laptop.complains("not enrolled").unwrap();
    let token = site.token().unwrap();
    set(&laptop.folder, &format!("MOORED_TOKEN={token}\nMOORED_COLLECTOR=http://x\n"));
    let address = "`http://x` is not an address such as https://collector:8443";
    let place = laptop.folder.join("environment").display().to_string();
    let wrong = format!("{place}:2: MOORED_COLLECTOR: {address}");
    laptop.complains(&wrong).unwrap();
    let (code, checked) = told(&laptop, &["check"]);
    assert_eq!((code, checked.as_str()), (Some(1), format!("{wrong}\n1 problems\n").as_str()));
    set(&laptop.folder, &format!("MOORED_TOKEN={token}\n"));
    laptop.is_well().unwrap();
    let (_, status) = laptop.status().unwrap();
    assert_eq!(status["managed"], json!(["token"]));
    let (_, shown) = told(&laptop, &["status"]);
    assert!(shown.contains("\n  managed      token\n"), "{shown}");
    let (secret, _) = token.split_once('.').unwrap();
    for said in [&laptop.printed(), &checked, &status.to_string(), &shown] {
        assert!(!said.contains(secret), "{said}");
    }
}

#[test]
fn what_no_event_told_of_is_seen_by_the_next_scheduled_look() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    let file = elsewhere.path().join("file");
    let mut laptop = Laptop::alone(folder.path(), "look = \"1s\"\n").unwrap();
    laptop.watch_for("probe-unheard").unwrap();
    fs::write(&file, "").unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    symlink(&file, laptop.folder.join("environment")).unwrap();
    laptop.start().unwrap();
    laptop.complains("not enrolled").unwrap();
    fs::write(&file, "MOORED_PROXY=none\n").unwrap();
    let is_set = || laptop.status().unwrap().1["managed"] == json!(["proxy"]);
    assert!(wait_for(PATIENCE, is_set), "{}", laptop.printed());
}

#[test]
fn a_file_that_others_may_write_is_refused_and_a_token_they_may_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let laptop = Laptop::alone(folder.path(), "").unwrap();
    laptop.watch_for("probe-rights").unwrap();
    let file = laptop.folder.join("environment");
    let token = format!("MOORED_TOKEN=s3cret.{}\n", "a".repeat(64));
    let checked = |lines: &str, mode: u32| {
        set(&laptop.folder, lines);
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        told(&laptop, &["check"])
    };
    let good = (Some(0), "the configuration and 1 signatures are good\n".to_owned());
    assert_eq!(checked(&token, 0o600), good);
    assert_eq!(checked("MOORED_PROXY=none\n", 0o644), good);
    let (code, read) = checked(&token, 0o644);
    assert_eq!(code, Some(1));
    let doubt = "holds an enrolment token and may be read by others than root: chmod 600";
    assert_eq!(read, format!("{}: {doubt}\n1 problems\n", file.display()));
    let (_, written) = checked("MOORED_PROXY=none\n", 0o646);
    assert!(written.contains("may be written by others than root"), "{written}");
    assert_eq!(laptop.run(&["run"]).unwrap().status.code(), Some(2));
    assert_eq!(checked("", 0o600), good);
    chown(&file, Some(65534), Some(65534)).unwrap();
    let (_, owned) = told(&laptop, &["check"]);
    assert!(owned.contains("may be written by others than root"), "{owned}");
}
