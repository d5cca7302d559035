//! Bodies of reports, good and bad.

use super::*;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde_json::json;

const LIMIT: u64 = 4096;

fn line(run: &str, sequence: u64) -> String {
    let report = json!({
        "version": 1, "run": run, "sequence": sequence, "at": "2026-11-24T10:00:00Z",
        "host": "ada", "platform": "linux", "agent": "0.1.0", "complete": false,
        "findings": [], "sight": {}, "unknown": "ignored",
    });
    format!("{report}\n")
}

fn packed(text: &str) -> Vec<u8> {
    zstd::encode_all(text.as_bytes(), 3).unwrap()
}

fn numbers(body: &[u8]) -> Vec<u64> {
    reports(body, LIMIT).unwrap().iter().map(|report| report.sequence).collect()
}

fn check(body: &[u8], status: StatusCode, sentence: &str) {
    let refusal = reports(body, LIMIT).unwrap_err();
    let debug = format!("{refusal:?}");
    assert!(debug.contains(sentence), "{debug} should say: {sentence}");
    assert_eq!(refusal.into_response().status(), status, "{sentence}");
}

#[test]
fn several_frames_and_several_lines_are_one_letter() {
    let two = packed(&(line("r", 1) + &line("r", 2)));
    let three = packed(&line("r", 3));
    assert_eq!(numbers(&[two, three].concat()), [1, 2, 3]);
    assert_eq!(numbers(&packed(line("r", 7).trim_end())), [7]);
}

#[test]
fn what_is_not_whole_frames_is_refused() {
    let whole = packed(&line("r", 1));
    let sentence = "not whole zstd frames";
    for length in 1..whole.len() {
        check(&whole[..length], StatusCode::BAD_REQUEST, sentence);
    }
    check(line("r", 1).as_bytes(), StatusCode::BAD_REQUEST, sentence);
    check(&[whole, b"garbage".to_vec()].concat(), StatusCode::BAD_REQUEST, sentence);
}

#[test]
fn a_bomb_is_refused_at_the_limit() {
    let bomb = packed(&" ".repeat(100 << 20));
    assert!(bomb.len() < 16 << 10);
    check(&bomb, StatusCode::PAYLOAD_TOO_LARGE, "larger than 4096 bytes once decompressed");
}

#[test]
fn a_frame_that_wants_a_large_window_is_refused() {
    let mut encoder = zstd::stream::write::Encoder::new(Vec::new(), 3).unwrap();
    encoder.window_log(27).unwrap();
    std::io::Write::write_all(&mut encoder, line("r", 1).as_bytes()).unwrap();
    let body = encoder.finish().unwrap();
    check(&body, StatusCode::BAD_REQUEST, "not whole zstd frames");
}

#[test]
fn a_letter_must_hold_reports_of_one_run() {
    let bad = StatusCode::BAD_REQUEST;
    check(&[], bad, "not whole zstd frames");
    check(&packed(""), bad, "There is no report");
    check(&packed("\n\n"), bad, "There is no report");
    check(&packed("{}"), bad, "Line 1 is not a report");
    check(&packed(&(line("r", 1) + "[]")), bad, "Line 2 is not a report");
    check(&packed(&(line("r", 1) + &line("s", 2))), bad, "must all be of one run");
    check(&packed(&line("", 1)), bad, "The run in line 1");
    check(&packed(&line(&"r".repeat(65), 1)), bad, "The run in line 1");
    check(&packed(&line("r", 0)), bad, "The report in line 1 has no proper number");
    check(&packed(&line("r", 1 << 63)), bad, "The report in line 1 has no proper number");
    check(&packed(&"[".repeat(4000)), bad, "Line 1 is not a report");
}

#[test]
fn another_version_is_refused_with_what_to_do_even_if_it_is_no_report_to_us() {
    let sentence = "is of version 2, and this collector reads version 1";
    let bad = StatusCode::BAD_REQUEST;
    check(&packed(&line("r", 1).replace("\"version\":1", "\"version\":2")), bad, sentence);
    check(&packed("{\"version\": 2, \"news\": true}"), bad, sentence);
}
