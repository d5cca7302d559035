//! Lines are written whole, files are put aside in time.
#![expect(clippy::disallowed_methods, reason = "the test looks at what was written")]

use super::*;
use jiff::Timestamp;
use std::fs;

fn read(lines: &Lines, end: &str) -> String {
    fs::read_to_string(format!("{}{end}", lines.path.display())).unwrap_or_default()
}

#[test]
fn a_file_is_put_aside_before_it_is_too_large_and_the_oldest_goes() {
    let folder = tempfile::tempdir().unwrap();
    let lines = Lines { path: folder.path().join("x.jsonl"), limit: 8, keep: 2 };
    for text in ["one", "two", "three", "four", "five"] {
        lines.append([text]).unwrap();
    }
    let all = ["", ".1", ".2", ".3"].map(|end| read(&lines, end));
    assert_eq!(all, ["five\n", "four\n", "three\n", ""]);
}

#[test]
fn what_a_crash_left_is_no_part_of_the_next_line() {
    let folder = tempfile::tempdir().unwrap();
    let lines = Lines { path: folder.path().join("x.jsonl"), limit: 1000, keep: 1 };
    fs::write(&lines.path, "one\ntw").unwrap();
    lines.append(["two", "three"]).unwrap();
    assert_eq!(read(&lines, ""), "one\ntw\ntwo\nthree\n");
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let lines = Lines { path: folder.path().join("missing/x.jsonl"), limit: 1000, keep: 1 };
    assert!(lines.append(["one"]).is_err());
}

#[test]
fn a_message_has_the_head_of_the_standard_and_its_length_before_it() {
    let at: Timestamp = "2026-11-24T09:14:03.5Z".parse().unwrap();
    let (host, text) = ("laptop 7\u{e9}", "{\"a\":\"\u{e9}\"}");
    let message = Message { level: Level::Critical, at, host, program: "moored", kind: "", text };
    let line = "<82>1 2026-11-24T09:14:03.500Z laptop7 moored - - - {\"a\":\"\u{e9}\"}";
    assert_eq!(message.line(), line);
    assert_eq!(message.local(), "<82>Nov 24 09:14:03 moored: {\"a\":\"\u{e9}\"}");
    assert_eq!(message.frame(), format!("{} {line}", line.len()).into_bytes());
}
