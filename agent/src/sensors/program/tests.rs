//! Rows of programs → what is stated of them.

use super::*;
use crate::host::Recording;

fn laptop() -> Recording {
    let row = |process, executable: &str, unread: Option<&str>| ContentRow {
        process,
        executable: executable.to_owned(),
        is_unsure: false,
        unread: unread.map(str::to_owned),
        content: Content {
            libraries: vec!["libvncserver.so.1".to_owned(), "libc.so.6".to_owned()],
            markers: vec!["asked".to_owned(), "other".to_owned()],
            ..Content::default()
        },
    };
    let mut host = Recording::blank(Platform::Linux, "");
    let rows = [row(7, "/tmp/notes (deleted)", None), row(8, "/opt/x", Some("not yet"))];
    host.program = Some(rows.to_vec());
    host
}

fn asked() -> Asked {
    let markers = ["asked".to_owned()].into_iter().collect();
    Asked { contents: true, markers, ..Asked::default() }
}

#[test]
fn a_program_is_stated_with_the_markers_asked_for() {
    let seen = Program.look_for(&laptop(), &asked()).unwrap();
    let expected = serde_json::json!({
        "process": "7", "packaged": false, "executable": "/tmp/notes (deleted)", "program": "notes",
        "libraries": ["libvncserver.so.1", "libc.so.6"], "version_names": [], "markers": ["asked"],
    });
    assert_eq!(serde_json::to_value(&seen[0].fields).unwrap(), expected);
    assert_eq!((seen[0].subject.as_str(), seen[0].source.as_str()), ("7", "/proc/7/exe"));
    assert_eq!(Program.unseen(&seen), ["1 unread: not yet"]);
}

#[test]
fn a_program_that_may_have_come_with_a_package_is_not_called_unpackaged() {
    let mut laptop = laptop();
    laptop.program.as_mut().unwrap()[0].is_unsure = true;
    let seen = Program.look_for(&laptop, &asked()).unwrap();
    assert_eq!(seen[0].fields.get("packaged"), None);
    assert_eq!(seen[1].fields.get("packaged"), Some(&Value::Flag(false)));
}

#[test]
fn nothing_is_looked_at_if_nobody_asks() {
    assert_eq!(Program.look(&laptop()), Err(Blind::Absent));
    assert_eq!(
        Program.look_for(&Recording::blank(Platform::Linux, ""), &asked()),
        Err(Blind::Absent)
    );
}

#[test]
fn a_recording_keeps_only_wanted_programs_and_named_items() {
    let mut rows = laptop().program.unwrap();
    keep(
        &mut rows,
        &BTreeMap::new(),
        |seen| seen.subject == "7",
        |name| name == "libvncserver.so.1",
    );
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].content.libraries, ["libvncserver.so.1"]);
    assert_eq!(rows[0].content.markers, [""; 0]);
}
