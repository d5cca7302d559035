//! A server that speaks OpenSearch and is not ours: osmem, which has real
//! indices with real mappings, in memory. It is not killed, for it would lose all.

use super::load;
use super::load::EVENTS;
use super::load::Promise;
use super::receiver::Receiver;
use super::web::without_timestamp;
use collector::store;
use collector::store::deliveries;
use collector::store::deliveries::Figures;
use collector::store::events;
use rusqlite::Connection;
use serde_json::Value;
use serde_json::json;
use std::path::Path;
use std::process::Command;
use tests::port;
use tests::program;
use tests::root;
use tests::sample;
use tests::site::PATIENCE;
use tests::site::Site;

fn osmem(folder: &Path) -> (Receiver, String) {
    let port = port::free();
    let mut server = Receiver::new(folder, port, move || {
        let mut command = Command::new(root().join("target/python/osmem_server/bin/osmem-server"));
        command.args(["-no-stdin-watch", "-no-ja", "-addr", &format!("127.0.0.1:{port}")]);
        command
    });
    server.start();
    (server, format!("http://127.0.0.1:{port}"))
}

fn ask(method: &str, url: &str, body: &Value) -> Value {
    let mut command = Command::new("curl");
    command.args(["--silent", "--noproxy", "*", "--request", method]);
    command.args(["--header", "content-type: application/json", "--data", &body.to_string(), url]);
    let answer = program::run(&mut command).unwrap();
    serde_json::from_slice(&answer.stdout).unwrap()
}

/// All documents, in the order in which they were taken.
fn documents(url: &str) -> Vec<Value> {
    let mut all = Vec::new();
    loop {
        let question = json!({ "size": 500, "from": all.len(), "seq_no_primary_term": true,
            "sort": [{ "unmapped.moored.incident": "asc" }] });
        let answer = ask("POST", &format!("{url}/moored-events/_search"), &question);
        let hits = answer["hits"]["hits"].as_array().unwrap_or_else(|| panic!("{answer}"));
        if hits.is_empty() {
            break;
        }
        all.extend(hits.iter().cloned());
    }
    all.sort_by_key(|hit| hit["_seq_no"].as_u64().unwrap());
    all.into_iter().map(|hit| without_timestamp(hit["_source"].clone())).collect()
}

fn figures(store: &Connection) -> Figures {
    deliveries::figures(store).unwrap().remove(0)
}

fn is_done(store: &Connection) -> bool {
    program::wait_for(3 * PATIENCE, || figures(store).waiting == 0)
}

#[test]
fn a_server_that_speaks_opensearch_indexes_all_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, url) = osmem(folder.path());
    let sink = format!("[sinks.siem]\nkind = \"elasticsearch\"\nurl = \"{url}\"\n");
    let site = Site::start(folder.path(), &sink).unwrap();
    let store = store::open(&site.state()).unwrap();
    load::add(&store, 1..=EVENTS / 2);
    assert!(is_done(&store), "{:?}", figures(&store));
    // Sent again from the beginning, as after a backup was restored.
    store.execute("update sink set through = 0", []).unwrap();
    load::add(&store, EVENTS / 2 + 1..=EVENTS);
    assert!(is_done(&store), "{:?}", figures(&store));
    assert_eq!(figures(&store).refused, 0);
    load::judge(&documents(&url), Promise::Once);
}

#[test]
fn every_format_fits_the_mappings_that_such_a_server_makes_itself() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, url) = osmem(folder.path());
    let sink = |format: &str| {
        format!(
            "[sinks.{format}]\nkind = \"elasticsearch\"\nurl = \"{url}\"\nindex = \"{format}\"\n\
             format = \"{format}\"\nraw = true\n"
        )
    };
    let site = Site::start(folder.path(), &["ocsf", "ecs", "cef"].map(sink).concat()).unwrap();
    let store = store::open(&site.state()).unwrap();
    load::add(&store, 1..=20);
    for place in 0..3 {
        let figures = || deliveries::figures(&store).unwrap().remove(place);
        assert!(program::wait_for(PATIENCE, || figures().waiting == 0), "{:?}", figures());
        assert_eq!((figures().refused, figures().error), (0, None), "{:?}", figures());
        assert!(figures().sent >= 20);
    }
}

#[test]
fn what_does_not_fit_a_mapping_is_put_away_and_the_rest_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (_server, url) = osmem(folder.path());
    let mapping = json!({ "mappings": { "properties": { "status_detail": { "type": "date" } } } });
    let made = ask("PUT", &format!("{url}/moored-events"), &mapping);
    assert_eq!(made["acknowledged"], true, "{made}");
    let sink = format!("[sinks.siem]\nkind = \"elasticsearch\"\nurl = \"{url}\"\n");
    let site = Site::start(folder.path(), &sink).unwrap();
    let store = store::open(&site.state()).unwrap();
    let change = store::change(&store).unwrap();
    for (number, because) in [(1, "2026-11-24"), (2, "no date"), (3, "2026-11-25")] {
        let event = event::Event { because: because.to_owned(), ..sample::full(number) };
        events::add(&change, &event).unwrap();
    }
    change.commit().unwrap();
    assert!(is_done(&store), "{:?}", figures(&store));
    let Figures { sent, refused, dead, .. } = figures(&store);
    assert_eq!((sent, refused, dead), (2, 1, 1));
    let (_, told) = site.told(&["sink", "dead", "siem"]).unwrap();
    assert!(told.contains("mapper_parsing_exception"), "{told}");
    let is_it = |number: u64, event: &Value| event["unmapped"]["moored"]["incident"] == number;
    let there = documents(&url);
    assert!(there.len() == 2 && is_it(1, &there[0]) && is_it(3, &there[1]), "{there:?}");
}
