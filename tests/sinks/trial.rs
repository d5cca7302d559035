//! What a web server is told can be proved to be ours; what it refuses is put
//! away; and every sink can be tried.

use super::receiver::Receiver;
use collector::store;
use collector::store::events;
use serde_json::Value;
use serde_json::json;
use std::fs;
use std::path::Path;
use tempfile::TempDir;
use tests::port;
use tests::program;
use tests::sample;
use tests::site::PATIENCE;
use tests::site::Site;

/// A web server, and a collector with a sink of these settings that knows it.
fn start(settings: &str) -> (TempDir, Receiver, Site) {
    let folder = tempfile::tempdir().unwrap();
    let port = port::free();
    let mut receiver = Receiver::python(folder.path(), "web", port);
    receiver.start();
    fs::write(folder.path().join("key"), "a secret between us\n").unwrap();
    fs::write(folder.path().join("url"), format!("http://127.0.0.1:{port}/T0/B0")).unwrap();
    let place = folder.path().display().to_string();
    let settings = settings.replace("PORT", &port.to_string()).replace("FOLDER", &place);
    let site = Site::start(folder.path(), &settings).unwrap();
    (folder, receiver, site)
}

fn got(folder: &Path) -> Vec<Value> {
    let text = fs::read_to_string(folder.join("got")).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

#[test]
fn a_test_event_is_marked_as_one_and_signed() {
    let settings = "[sinks.hook]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:PORT\"\n\
        key_file = \"FOLDER/key\"\n";
    let (folder, _receiver, site) = start(settings);
    let told = site.ask_json(&["sink", "test", "hook"]).unwrap();
    let [got] = &got(folder.path())[..] else { panic!("one event") };
    let text = got["body"].as_str().unwrap();
    let event: Value = serde_json::from_str(text).unwrap();
    assert_eq!(event["metadata"]["labels"], json!(["test"]));
    assert_eq!((&told["taken"], &told["uid"]), (&json!(true), &event["metadata"]["uid"]));
    assert_eq!(got["head"]["Moored-Event"], told["uid"]);
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, b"a secret between us");
    let time = got["head"]["Moored-Timestamp"].as_str().unwrap();
    let signature = ring::hmac::sign(&key, format!("{time}.{text}").as_bytes());
    let signature = collector::secret::hexadecimal(signature.as_ref());
    assert_eq!(got["head"]["Moored-Signature"], format!("v1={signature}"));
}

#[test]
fn what_happens_to_a_test_event_is_told_whatever_it_is() {
    let settings = "[sinks.dead]\nkind = \"syslog\"\nurl = \"tcp://127.0.0.1:1\"\n\
        [sinks.file]\nkind = \"file\"\npath = \"FOLDER/out.jsonl\"\nformat = \"cef\"\n";
    let (folder, _receiver, site) = start(settings);
    let fails = |name: &str| {
        let (is_good, told) = site.told(&["sink", "test", name]).unwrap();
        assert!(!is_good, "{told}");
        told
    };
    let told = fails("dead");
    assert!(told.contains("cannot send to 127.0.0.1:1: Connection refused"), "{told}");
    assert!(fails("none").contains("there is no sink `none`; there are dead, file"));
    site.ask(&["sink", "test", "file"]).unwrap();
    let line = fs::read_to_string(folder.path().join("out.jsonl")).unwrap();
    assert!(line.starts_with("CEF:0|Moored|Moored|"), "{line}");
    assert!(line.contains("|test|A test: nothing was found|1|"), "{line}");
}

#[test]
fn what_is_refused_is_put_away_keeps_nothing_up_and_is_sent_again_when_asked() {
    let settings = "[sinks.hook]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:PORT\"\n";
    let (folder, _receiver, site) = start(settings);
    let refuse = folder.path().join("got.refuse");
    fs::write(&refuse, "").unwrap();
    let store = store::open(&site.state()).unwrap();
    for number in 1..=3 {
        let mut event = sample::full(number);
        if number == 2 {
            event.because = "refuse me".to_owned();
        }
        events::add(&store, &event).unwrap();
    }
    let figures = || site.ask_json(&["sink", "list"]).unwrap()[0].clone();
    let is_done = || figures()["waiting"] == 0 && figures()["sent"] == 2;
    assert!(program::wait_for(PATIENCE, is_done), "{}", figures());
    assert_eq!((&figures()["refused"], &figures()["dead"]), (&json!(1), &json!(1)));
    let (is_good, dead) = site.told(&["sink", "dead", "hook"]).unwrap();
    assert!(!is_good && dead.contains("not this one"), "{dead}");
    let (is_taken, told) = site.told(&["sink", "dead", "hook", "--retry"]).unwrap();
    assert!(!is_taken && told.contains("not this one"), "{told}");
    fs::remove_file(&refuse).unwrap();
    let (is_taken, told) = site.told(&["sink", "dead", "hook", "--retry"]).unwrap();
    assert!(is_taken, "{told}");
    assert_eq!(site.ask(&["sink", "dead", "hook"]).unwrap(), "");
    assert_eq!(got(folder.path()).len(), 3);
}

#[test]
fn slack_and_teams_get_cards_and_no_error_tells_their_address() {
    let settings = "[sinks.slack]\nkind = \"webhook\"\nurl_file = \"FOLDER/url\"\nstyle = \"slack\"\n\
        [sinks.teams]\nkind = \"webhook\"\nurl_file = \"FOLDER/url\"\nstyle = \"teams\"\n";
    let (folder, mut receiver, site) = start(settings);
    let store = store::open(&site.state()).unwrap();
    events::add(&store, &sample::full(7)).unwrap();
    let both = || got(folder.path()).len() == 2;
    assert!(program::wait_for(PATIENCE, both), "{:?}", got(folder.path()));
    let bodies: Vec<Value> = got(folder.path())
        .iter()
        .map(|got| serde_json::from_str(got["body"].as_str().unwrap()).unwrap())
        .collect();
    let slack = bodies.iter().find(|body| body["blocks"].is_array()).unwrap();
    let text = slack["blocks"][1]["text"]["text"].as_str().unwrap();
    assert!(text.contains("*Laptop:* lt-007\n*Person:* Sam Doe\n*Severity:* high"), "{text}");
    let teams = bodies.iter().find(|body| body["type"] == "message").unwrap();
    let card = &teams["attachments"][0]["content"];
    assert_eq!(card["type"], "AdaptiveCard");
    assert_eq!(card["body"][1]["facts"][0], json!({ "title": "Laptop", "value": "lt-007" }));
    receiver.end();
    let (is_good, told) = site.told(&["sink", "test", "slack"]).unwrap();
    assert!(
        !is_good && told.contains("cannot reach the receiver") && !told.contains("/T0/B0"),
        "{told}"
    );
}
