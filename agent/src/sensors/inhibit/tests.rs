//! Recordings of logind's inhibitors → what is stated.

use super::*;
use crate::host::ProcessRow;
use model::Value;

/// As systemd 252 wrote it of `systemd-inhibit --why=… sleep 20`, on Debian 12.
const HELD: &str = "# This is private data. Do not parse.\nWHAT=sleep:idle\nMODE=block\nUID=0\n\
    PID=40\nWHO=sleep 20\nWHY=it\\'s n\\303\\251\nFIFO=/run/systemd/inhibit/1.ref\n";

/// In quotes, as newer ones write it, of a desktop's power applet.
const DELAYED: &str = "WHAT=sleep\nMODE=delay\nUID=1000\nPID=41\nPIDFDID=7\nWHO=\"GNOME Shell\"\n\
    WHY=\"GNOME needs to lock the screen\"\nFIFO=/run/systemd/inhibit/2.ref\n";

fn recording(files: &[(&str, &str)], processes: &[(u32, &str)]) -> Recording {
    let mut recording = Recording::blank(Platform::Linux, "laptop");
    recording.empty.insert(linux::FOLDER.to_owned());
    for (id, text) in files {
        recording.text.insert(format!("{}/{id}", linux::FOLDER), (*text).to_owned());
    }
    let row = |&(id, executable): &(u32, &str)| ProcessRow {
        id,
        parent: None,
        name: "cut".to_owned(),
        executable: Some(executable.to_owned()).filter(|path| !path.is_empty()),
        arguments: Vec::new(),
        user: Some("alice".to_owned()),
    };
    recording.process = Some(processes.iter().map(row).collect());
    recording
}

fn stated(id: &str, what: &[&str], texts: &[(&str, &str)]) -> Observation {
    let text = |text: &str| Value::Text(text.to_owned());
    let texts = texts.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
    let what = Value::List(what.iter().map(|word| text(word)).collect());
    Observation {
        sensor: "inhibit".to_owned(),
        subject: id.to_owned(),
        source: format!("/run/systemd/inhibit/{id}"),
        fields: texts.chain([("what".to_owned(), what)]).collect(),
    }
}

#[test]
fn each_inhibitor_is_stated_with_its_program_and_never_why() {
    let host = recording(
        &[("1", HELD), ("1.ref", ""), ("2", DELAYED)],
        &[(40, "/usr/bin/systemd-inhibit"), (41, "/usr/bin/gnome-shell")],
    );
    let held =
        [("mode", "block"), ("who", "sleep"), ("program", "systemd-inhibit"), ("user", "alice")];
    let delayed =
        [("mode", "delay"), ("who", "GNOME Shell"), ("program", "gnome-shell"), ("user", "alice")];
    let expected = vec![stated("1", &["sleep", "idle"], &held), stated("2", &["sleep"], &delayed)];
    assert_eq!(Inhibit.look(&host), Ok(expected));
}

#[test]
fn a_command_line_is_cut_to_its_program_unless_a_program_named_itself() {
    for (who, executable, expected) in [
        ("mysql -psecret", "/usr/bin/systemd-inhibit", Some("mysql")),
        ("/home/alice/bin/run.sh secret", "/usr/bin/elogind-inhibit", Some("run.sh")),
        ("mysql -psecret", "", Some("mysql -psecret")),
        ("Media Player", "/usr/bin/player", Some("Media Player")),
        ("TOKEN=secret", "/usr/bin/systemd-inhibit", None),
        ("/", "/usr/bin/systemd-inhibit", None),
    ] {
        let state = format!("WHAT=idle\nMODE=block\nPID=40\nWHO={who}\n");
        let seen = Inhibit.look(&recording(&[("1", &state)], &[(40, executable)])).unwrap();
        let expected = expected.map(|who| Value::Text(who.to_owned()));
        assert_eq!(seen[0].fields.get("who"), expected.as_ref(), "{who}");
    }
}

#[test]
fn what_is_held_is_known_even_where_the_program_is_not() {
    let expected =
        Ok(vec![stated("1", &["sleep", "idle"], &[("mode", "block"), ("who", "sleep")])]);
    let mut host = recording(&[("1", HELD)], &[(7, "/usr/bin/x")]);
    assert_eq!(Inhibit.look(&host), expected, "the process is gone");
    host.process = None;
    assert_eq!(Inhibit.look(&host), expected, "no process can be seen");
}

#[test]
fn hostile_files_state_what_is_sound_in_them() {
    let long = format!("WHAT=idle\nWHO={}", "a".repeat(1 << 20));
    for (content, what, texts) in [
        ("", &[][..], &[][..]),
        ("WHAT=idle", &["idle"], &[]),
        (&long, &["idle"], &[]),
        ("WHAT=:::idle::\nPID=-1\nMODE=\0", &["idle"], &[("mode", "\u{fffd}")]),
        ("WHAT=idle\nPID=99999999999999\nWHO=a\\nMODE=block", &["idle"], &[]),
    ] {
        let seen = Inhibit.look(&recording(&[("1", content)], &[]));
        assert_eq!(seen, Ok(vec![stated("1", what, texts)]), "{content:.40}");
    }
}

#[test]
fn nothing_held_is_seen_and_no_logind_is_absent() {
    assert_eq!(Inhibit.look(&recording(&[], &[])), Ok(vec![]));
    assert_eq!(Inhibit.look(&Recording::blank(Platform::Linux, "")), Err(Blind::Absent));
}

#[test]
fn a_recording_that_is_shown_says_neither_why_nor_a_command_line() {
    let mut host = recording(&[("1", HELD)], &[]);
    host.bytes.insert("/run/systemd/inhibit/3".to_owned(), "00".to_owned());
    Inhibit.blank(&mut host);
    let shown: Vec<(&str, &str)> =
        host.text.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let expected = "WHAT=sleep:idle\nMODE=block\nUID=0\nPID=40\nWHO=sleep\n";
    assert_eq!(shown, [("/run/systemd/inhibit/1", expected)]);
    assert!(host.bytes.is_empty());
}
