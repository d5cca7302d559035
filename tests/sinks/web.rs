//! Receivers that speak HTTP.

use super::load;
use super::load::Promise;
use super::receiver::Receiver;
use super::receiver::free_port;
use collector::store;
use collector::store::events;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::Command;
use tests::program;
use tests::root;
use tests::sample;
use tests::site::PATIENCE;
use tests::site::Site;

fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn check(kind: &'static str, settings: &str, promise: Promise, event: fn(Value) -> Value) {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let mut receiver = Receiver::python(folder.path(), kind, port);
    receiver.start();
    let token = folder.path().join("token");
    fs::write(&token, "letmein\n").unwrap();
    let settings =
        settings.replace("PORT", &port.to_string()).replace("TOKEN", &token.display().to_string());
    let site = Site::start(folder.path(), &settings).unwrap();
    let got = folder.path().join("got");
    load::run(&site, &mut receiver, promise, || lines(&got).into_iter().map(event).collect());
}

#[test]
fn a_splunk_collector_that_dies_twice_gets_all_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"splunk\"\nurl = \"http://127.0.0.1:PORT\"\n\
        token_file = \"TOKEN\"\n";
    check("hec", settings, Promise::AtLeastOnce, |value| value);
}

#[test]
fn an_elasticsearch_that_dies_twice_gets_all_once_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"elasticsearch\"\nurl = \"http://127.0.0.1:PORT\"\n";
    check("bulk", settings, Promise::Once, |mut value| {
        // Where these servers look for the time; it is in no other sink's events.
        value.as_object_mut().unwrap().remove("@timestamp").unwrap();
        value
    });
}

#[test]
fn an_opentelemetry_receiver_that_dies_twice_gets_all_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"otlp\"\nurl = \"http://127.0.0.1:PORT\"\n";
    check("otlp", settings, Promise::AtLeastOnce, |value| value);
}

/// Rotel is a whole OpenTelemetry collector. It says that it has events which it
/// holds in memory, so it is not the one that is killed.
#[test]
fn a_real_opentelemetry_collector_understands_what_it_gets() {
    let folder = tempfile::tempdir().unwrap();
    let (port, other) = (free_port(), free_port());
    let mut rotel = Receiver::new(folder.path(), port, move || {
        let mut command = Command::new(root().join("target/python/rotel/rotel-agent"));
        command.args(["start", "--exporter", "blackhole", "--debug-log", "logs"]);
        command.args(["--debug-log-verbosity", "detailed"]);
        command.args(["--otlp-http-endpoint", &format!("127.0.0.1:{port}")]);
        command.args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{other}")]);
        command
    });
    rotel.start();
    let url = format!("http://127.0.0.1:{port}");
    let settings = format!("[sinks.otel]\nkind = \"otlp\"\nurl = \"{url}\"\n");
    let site = Site::start(folder.path(), &settings).unwrap();
    let store = store::open(&site.state()).unwrap();
    events::add(&store, &sample::full(7)).unwrap();
    let came = || rotel.printed().contains("EventName: moored.incident");
    assert!(program::wait_for(PATIENCE, came), "{}", rotel.printed());
    let printed = rotel.printed();
    for line in ["service.name: Str(moored-collector)", "SEVERITY_NUMBER_ERROR(17)", "lt-007"] {
        assert!(printed.contains(line), "{line} is missing:\n{printed}");
    }
}

#[test]
fn a_web_server_that_dies_twice_gets_all_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"webhook\"\nurl = \"http://127.0.0.1:PORT/moored\"\n";
    check("web", settings, Promise::AtLeastOnce, |value| {
        serde_json::from_str(value["body"].as_str().unwrap()).unwrap()
    });
}
