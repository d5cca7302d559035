//! How the agent's verbs end: with the right code, and quietly where nobody
//! reads on, as before `head`.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;
use std::process::Stdio;
use tests::program;
use tests::root;

/// `moored` with these signatures and a state of its own, twice the same on this machine.
fn moored_with(signatures: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let config = folder.join("agent.toml");
    let state = folder.join("state");
    let (state, signatures) = (state.display(), signatures.display());
    let lines = format!("state = \"{state}\"\nsignatures = \"{signatures}\"\n");
    fs::write(&config, lines).unwrap();
    let mut command = program::apart(&program::ours("moored"));
    command.arg("--config").arg(config).args(arguments).stdin(Stdio::null());
    command
}

/// `moored` with the signatures that ship.
fn moored(folder: &Path, arguments: &[&str]) -> Command {
    moored_with(&root().join("config/signatures"), folder, arguments)
}

/// A pipe that nobody reads.
fn closed() -> io::PipeWriter {
    io::pipe().unwrap().1
}

/// The verb ends with the same code and word whether its output is read or not.
fn check(arguments: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let read = moored(folder.path(), arguments).output().unwrap();
    assert!(!read.stdout.is_empty(), "{arguments:?} prints nothing");
    let child = moored(folder.path(), arguments).stdout(closed()).stderr(Stdio::piped()).spawn();
    let unread = child.unwrap().wait_with_output().unwrap();
    let said = String::from_utf8(unread.stderr).unwrap();
    assert_eq!(said, String::from_utf8(read.stderr).unwrap(), "{arguments:?}");
    assert_eq!(unread.status.code(), read.status.code(), "{arguments:?}");
}

#[test]
fn every_verb_ends_quietly_when_nobody_reads_on() {
    let pikvm = root().join("tests/hosts/linux/pikvm.toml");
    let pikvm = pikvm.to_str().unwrap();
    for arguments in [
        &["--help"][..],
        &["scan"],
        &["scan", "--json"],
        &["check"],
        &["record"],
        &["judge", pikvm],
        &["judge", "--json", pikvm],
        &["status"],
        &["status", "--json"],
        &["show"],
        &["signatures", "list"],
        &["signatures", "list", "--json"],
        &["signatures", "explain", "kvm.pikvm"],
        &["signatures", "test"],
        &["completions", "bash"],
    ] {
        check(arguments);
    }
}

#[test]
fn a_complaint_that_nobody_reads_does_not_change_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, code) in [
        (&["signatures", "explain", "kvm.none"][..], 1),
        (&["judge", "/no/such/file.toml"], 2),
        (&["record", "--output", "/no/such/folder/file"], 2),
    ] {
        let mut command = moored(folder.path(), arguments);
        let status = command.stderr(closed()).status().unwrap();
        assert_eq!(status.code(), Some(code), "{arguments:?}");
    }
}

/// A weak signature of this kind, for the agent's own process.
fn weak(kind: &str) -> String {
    format!(
        "title = \"A program runs\"\nseverity = \"high\"\nconfidence = \"low\"\n\
         kind = \"{kind}\"\nalone = false\ntechnique = \"T1219.002\"\nwhy = \"A test.\"\n\
         innocent = \"A test.\"\nblind_spots = \"A test.\"\nverify = \"A test.\"\n\
         response = \"A test.\"\nreferences = []\n\
         [[when]]\nsensor = \"process\"\nwhere = {{ name = \"moored\" }}\n\
         [[hit]]\nprocess = [{{ name = \"moored\" }}]\n\
         [[miss]]\nprocess = [{{ name = \"other\" }}]\n"
    )
}

const RECORDING: &str = "platform = \"linux\"\nhost = \"ada\"\n\
    process = [{ id = 7, name = \"moored\", executable = \"/usr/bin/moored\", user = \"root\" }]\n";

#[test]
fn leads_alone_end_well_and_two_kinds_that_agree_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let signatures = folder.path().join("signatures");
    fs::create_dir_all(signatures.join("test")).unwrap();
    let recording = folder.path().join("ada.toml");
    fs::write(&recording, RECORDING).unwrap();
    let judge = ["judge", recording.to_str().unwrap()];
    let check = |arguments: &[&str], code: i32, expected: &str| {
        let ended = moored_with(&signatures, folder.path(), arguments).output().unwrap();
        let said = String::from_utf8(ended.stdout).unwrap();
        let wrong = String::from_utf8(ended.stderr).unwrap();
        assert!(said.contains(expected), "{arguments:?}: {said}{wrong}");
        assert_eq!(ended.status.code(), Some(code), "{arguments:?}");
    };
    fs::write(signatures.join("test/identity.toml"), weak("identity")).unwrap();
    check(&["scan"], 0, "\nno alert; 1 lead\n");
    check(&judge, 0, "ada: no alert; 1 lead");
    check(&judge, 0, "\nlead     A program runs\n");
    fs::write(signatures.join("test/activity.toml"), weak("activity")).unwrap();
    check(&["scan"], 1, "\n2 alerts\n");
    check(&judge, 1, "ada\nhigh     A program runs\n");
    check(&judge, 1, "         other kinds of evidence agree: identity\n");
}
