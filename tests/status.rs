//! What `moored status --json` says is what docs/status.md says it does.

use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use tests::root;
use tests::site::Laptop;

/// Keys below which there are names that differ from laptop to laptop, and what the
/// page calls them.
const NAMED: [(&str, &str); 4] = [
    ("needs", "needs.SENSOR"),
    ("sight", "sight.SENSOR"),
    ("spared", "spared.FAMILY"),
    ("unread", "unread.SENSOR"),
];

fn keys(value: &Value, above: &str, all: &mut BTreeSet<String>) {
    for (name, value) in value.as_object().into_iter().flatten() {
        let key = if above.is_empty() { name.clone() } else { format!("{above}.{name}") };
        if NAMED.iter().all(|(named, _)| *named != key) {
            keys(value, &key, all);
        }
        all.insert(key);
    }
}

#[test]
fn the_page_names_every_key_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("events.jsonl");
    let settings = format!("[siem]\nto = \"file\"\npath = \"{}\"\n", file.display());
    let mut laptop = Laptop::alone(folder.path(), &settings).unwrap();
    laptop.watch_for("probe-status").unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let (_, status) = laptop.status().unwrap();
    let mut there = BTreeSet::new();
    keys(&status, "", &mut there);
    for (named, called) in NAMED {
        assert!(there.contains(named), "{named} is no longer there");
        there.insert(called.to_owned());
    }
    let page = fs::read_to_string(root().join("docs/status.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |"));
    let said: BTreeSet<String> = rows.map(|(key, _)| key.to_owned()).collect();
    assert_eq!(said, there);
}

#[test]
fn a_laptop_where_nothing_ever_ran_is_told_in_json_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let laptop = Laptop::alone(folder.path(), "look = \"2d\"\n").unwrap();
    let (code, status) = laptop.status().unwrap();
    assert_eq!((code, &status["state"]), (3, &"not_running".into()));
    let file = laptop.configuration();
    let expected = format!("{}:3: look must be at most 24h", file.display());
    assert_eq!(status["complaints"], serde_json::json!([expected]));
    fs::create_dir_all(laptop.state()).unwrap();
    fs::write(laptop.state().join("status.json"), "{").unwrap();
    let (code, status) = laptop.status().unwrap();
    assert_eq!((code, &status["state"]), (3, &"not_running".into()));
    let told = status["complaints"][0].as_str().unwrap();
    assert!(told.starts_with("cannot read the status in "), "{told}");
}
