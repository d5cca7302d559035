//! An older agent where a newer one has been: what it does not understand it leaves
//! alone, and with all else it goes on.

use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::path::PathBuf;
use tests::program::wait_for;
use tests::site::Laptop;
use tests::site::PATIENCE;
use tests::site::Site;

/// All that is in a folder, with what could be changed of each.
fn all_in(folder: &Path) -> BTreeMap<PathBuf, (u32, i64, i64, Vec<u8>)> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let about = fs::metadata(&path).unwrap();
        let bytes = if path.is_dir() { Vec::new() } else { fs::read(&path).unwrap() };
        all.insert(path.clone(), (about.mode(), about.mtime(), about.mtime_nsec(), bytes));
        if path.is_dir() {
            all.extend(all_in(&path));
        }
    }
    all
}

/// What a newer version adds to a file of JSON.
fn add_to(file: &Path) {
    let mut content: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    content["version_from_the_future"] = "9.9.9".into();
    fs::write(file, serde_json::to_vec(&content).unwrap()).unwrap();
}

fn form(laptop: &Laptop) -> PathBuf {
    laptop.state().join("version")
}

#[test]
fn a_state_that_a_newer_agent_has_written_is_refused_and_not_a_byte_of_it_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let mut laptop = Laptop::alone(folder.path(), "").unwrap();
    laptop.watch_for("probe-newer").unwrap();
    laptop.start().unwrap();
    assert!(wait_for(PATIENCE, || laptop.status().unwrap().0 == 2), "{}", laptop.printed());
    laptop.agent().unwrap().stop().unwrap();
    assert_eq!(fs::read_to_string(form(&laptop)).unwrap(), "1");
    for (written, said) in [("2", "is of form 2, written by a newer moored"), ("x", "cannot tell")]
    {
        fs::write(form(&laptop), written).unwrap();
        let before = all_in(&laptop.state());
        assert!(before.len() > 5, "{before:?}");
        let token = format!("x.{}", "a".repeat(64));
        let enroll = ["enroll", "--collector", "https://127.0.0.1:1", "--token", &token];
        for arguments in [&["run"][..], &enroll] {
            let ended = laptop.run(arguments).unwrap();
            let told = String::from_utf8(ended.stderr).unwrap();
            assert!(told.contains(said), "{told}");
            assert!(told.contains("nothing was changed"), "{told}");
            assert_eq!(ended.status.code(), Some(4), "{arguments:?}");
        }
        let (code, status) = laptop.status().unwrap();
        assert_eq!(code, 3);
        assert!(status["complaints"][0].as_str().unwrap().contains(said), "{status}");
        assert_eq!(all_in(&laptop.state()), before);
    }
}

#[test]
fn what_a_newer_agent_of_the_same_form_has_written_is_gone_on_with() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path(), "").unwrap();
    let mut laptop = site.laptop("laptop").unwrap();
    laptop.watch_for("probe-same").unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    let id = |laptop: &Laptop| laptop.status().unwrap().1["uplink"]["laptop"].clone();
    let (before, run) = (id(&laptop), fs::read(laptop.state().join("spool/run")).unwrap());
    assert!(before.is_string());
    laptop.agent().unwrap().stop().unwrap();
    for file in ["status.json", "memory.json", "identity/identity.json"] {
        add_to(&laptop.state().join(file));
    }
    // The token has been used, and is not there any more.
    laptop.configure("").unwrap();
    laptop.start().unwrap();
    laptop.is_well().unwrap();
    assert_eq!(id(&laptop), before);
    assert_eq!(fs::read(laptop.state().join("spool/run")).unwrap(), run);
    assert_eq!(site.ask_json(&["laptops"]).unwrap().as_array().unwrap().len(), 1);
    assert_eq!(fs::read_to_string(form(&laptop)).unwrap(), "1");
}
