//! What an operator can mend waits; an event that is refused for good is put
//! away, and the rest goes on.

use super::receiver::Receiver;
use super::web::lines;
use collector::store;
use collector::store::deliveries;
use collector::store::deliveries::Figures;
use collector::store::events;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use tests::port;
use tests::program;
use tests::sample;
use tests::site::PATIENCE;
use tests::site::Site;

/// Sinks that are set up wrongly, and what their receiver says of that.
const WRONG: [(&str, &str, &str); 9] = [
    ("hec", "token_file = \"FOLDER/wrong\"", "403 Forbidden: {\"text\": \"Invalid token\""),
    (
        "hec",
        "token_file = \"FOLDER/letmein\"\nindex = \"none\"",
        "\"Incorrect index\", \"code\": 7",
    ),
    ("hec", "token_file = \"FOLDER/silent\"", "the token does not acknowledge"),
    ("hec", "token_file = \"FOLDER/none\"", "FOLDER/none: cannot read: entity not found"),
    ("bulk", "index = \"Moored\"", "invalid_index_name_exception"),
    ("bulk", "index = \"missing\"", "404: {\"reason\":\"index_not_found_exception\""),
    ("bulk", "user = \"elastic\"\npassword_file = \"FOLDER/wrong\"", "401 Unauthorized"),
    ("bulk", "api_key_file = \"FOLDER/wrong\"", "security_exception"),
    ("bulk", "api_key_file = \"FOLDER/none\"", "FOLDER/none: cannot read: entity not found"),
];

fn kind(receiver: &str) -> &str {
    match receiver {
        "hec" => "splunk",
        "bulk" => "elasticsearch",
        other => other,
    }
}

/// The two receivers, and a sink for each of those settings, called `s0`, `s1`…
fn start_wrong(folder: &Path) -> ([Receiver; 2], String) {
    for secret in ["letmein", "wrong", "silent"] {
        fs::write(folder.join(secret), secret).unwrap();
    }
    let ports = ["hec", "bulk"].map(|receiver| (receiver, port::free()));
    let receivers = ports.map(|(receiver, port)| {
        let place = folder.join(receiver);
        fs::create_dir(&place).unwrap();
        let mut running = Receiver::python(&place, receiver, port);
        running.start();
        running
    });
    let ports = BTreeMap::from(ports);
    let sink = |(number, (receiver, more, _)): (usize, &(&str, &str, &str))| {
        let (kind, port) = (kind(receiver), ports[receiver]);
        format!("[sinks.s{number}]\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{port}\"\n{more}\n")
    };
    let settings: Vec<String> = WRONG.iter().enumerate().map(sink).collect();
    (receivers, settings.concat().replace("FOLDER", &folder.display().to_string()))
}

#[test]
fn what_an_operator_can_mend_waits_until_it_is_mended() {
    let folder = tempfile::tempdir().unwrap();
    let (_receivers, settings) = start_wrong(folder.path());
    let mut site = Site::start(folder.path(), &settings).unwrap();
    let store = store::open(&site.state()).unwrap();
    events::add(&store, &sample::full(7)).unwrap();
    for (number, (_, settings, reason)) in WRONG.iter().enumerate() {
        let name = format!("s{number}");
        let reason = &reason.replace("FOLDER", &folder.path().display().to_string());
        // The receiver is too busy now and then, and says that instead.
        let test = || site.told(&["sink", "test", &name]).unwrap();
        let says = || matches!(test(), (false, told) if told.contains(reason));
        assert!(program::wait_for(PATIENCE, says), "{settings}: {}", test().1);
        let has_failed = || figures(&store, &name).failed > 1;
        assert!(program::wait_for(PATIENCE, has_failed), "{:?}", figures(&store, &name));
        let Figures { waiting, sent, refused, .. } = figures(&store, &name);
        assert_eq!((waiting, sent, refused), (1, 0, 0), "{settings}");
    }
    let mended = settings
        .replace("index = \"none\"", "index = \"security\"")
        .replace("index = \"Moored\"", "index = \"moored\"")
        .replace("/wrong", "/letmein")
        .replace("/silent\"", "/silent\"\nacknowledge = false");
    site.restart_with(&mended).unwrap();
    for name in ["s0", "s1", "s2", "s4", "s6"] {
        let is_taken = || figures(&store, name).sent == 1;
        assert!(program::wait_for(PATIENCE, is_taken), "{:?}", figures(&store, name));
    }
}

fn figures(store: &rusqlite::Connection, name: &str) -> Figures {
    let all = deliveries::figures(store).unwrap();
    all.into_iter().find(|figures| figures.name == name).unwrap()
}

/// The second of three events is refused, and taken once its receiver has
/// changed its mind.
fn check(receiver: &'static str, more: &str, reason: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (port, kind) = (port::free(), kind(receiver));
    let mut running = Receiver::python(folder.path(), receiver, port);
    running.start();
    fs::write(folder.path().join("token"), "letmein").unwrap();
    let settings =
        format!("[sinks.siem]\nkind = \"{kind}\"\nurl = \"http://127.0.0.1:{port}\"\n{more}\n");
    let settings = settings.replace("FOLDER", &folder.path().display().to_string());
    let site = Site::start(folder.path(), &settings).unwrap();
    let (refuse, got) = (folder.path().join("got.refuse"), folder.path().join("got"));
    fs::write(&refuse, "").unwrap();
    let store = store::open(&site.state()).unwrap();
    let change = store::change(&store).unwrap();
    for number in 1..=3 {
        let mut event = sample::full(number);
        if number == 2 {
            event.because.replace_range(.., "refuse me");
        }
        events::add(&change, &event).unwrap();
    }
    change.commit().unwrap();
    let is_done = || figures(&store, "siem").waiting == 0;
    assert!(program::wait_for(PATIENCE, is_done), "{:?}", figures(&store, "siem"));
    let Figures { sent, refused, dead, .. } = figures(&store, "siem");
    assert_eq!((sent, refused, dead), (2, 1, 1));
    let (_, told) = site.told(&["sink", "dead", "siem"]).unwrap();
    assert!(told.contains(reason), "{told}");
    fs::remove_file(&refuse).unwrap();
    let retried = || site.told(&["sink", "dead", "siem", "--retry"]).unwrap().0;
    assert!(program::wait_for(PATIENCE, retried));
    let mut all: Vec<u64> = lines(&got)
        .iter()
        .map(|event| event["unmapped"]["moored"]["incident"].as_u64().unwrap())
        .collect();
    all.dedup();
    assert_eq!(all.iter().filter(|number| **number == 2).count(), 1, "{all:?}");
    assert!(all.contains(&1) && all.contains(&3), "{all:?}");
}

#[test]
fn an_event_that_splunk_cannot_read_is_put_away() {
    check("hec", "token_file = \"FOLDER/token\"", "Invalid data format");
}

#[test]
fn a_document_that_elasticsearch_cannot_read_is_put_away() {
    check("bulk", "", "document_parsing_exception");
}

#[test]
fn a_record_that_an_opentelemetry_receiver_rejects_is_put_away() {
    check("otlp", "", "the receiver rejects some: not this one");
}
