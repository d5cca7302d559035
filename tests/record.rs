//! What `moored record` keeps of a machine.

use crate::cli::moored;
use crate::cli::text;
use serde_json::Value;
use std::fs;
use std::net::TcpListener;
use std::net::TcpStream;
use std::path::Path;

#[test]
fn a_recording_of_this_machine_is_judged_as_the_machine_is() {
    let folder = tempfile::tempdir().unwrap();
    // Other tests start and stop programs meanwhile: what counts is a scan between two
    // recordings that agree.
    for _ in 0..20 {
        let before = recorded_and_judged(folder.path());
        let scan = moored(folder.path(), &["scan", "--json"]);
        let scan = sight_and_signatures(&serde_json::from_str(&text(&scan)).unwrap());
        if before == recorded_and_judged(folder.path()) {
            assert_eq!(before, scan);
            return;
        }
    }
    panic!("this machine never stood still for three looks");
}

#[test]
fn connections_of_programs_that_no_signature_names_are_not_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    let _held = TcpStream::connect(address).unwrap();
    let recorded = text(&moored(folder.path(), &["record"]));
    assert!(!recorded.contains(&address.to_string()), "{recorded}");
    let processes = recorded.lines().find(|line| *line == format!("id = {}", std::process::id()));
    assert_eq!(processes, None);
}

/// What is seen of a new recording of this machine.
fn recorded_and_judged(folder: &Path) -> (Value, Vec<Value>) {
    let file = folder.join("this.toml");
    let name = file.to_str().unwrap();
    let recorded = moored(folder, &["record", "--output", name]);
    assert!(recorded.status.success(), "{}", String::from_utf8_lossy(&recorded.stderr));
    let written = fs::read_to_string(&file).unwrap();
    let unasked = written.lines().find(|line| line.contains("cargo"));
    assert_eq!(unasked, None, "processes nobody asked for are not recorded");
    let judged = moored(folder, &["judge", "--json", name]);
    sight_and_signatures(&serde_json::from_str(&text(&judged)).unwrap())
}

fn sight_and_signatures(of: &Value) -> (Value, Vec<Value>) {
    let findings = of["findings"].as_array().cloned().unwrap_or_default();
    let signatures = findings.iter().map(|finding| finding["signature"].clone());
    (of["sight"].clone(), signatures.collect())
}
