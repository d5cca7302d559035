//! Receivers that speak HTTP, over TLS under an authority of their own.

use super::certificates::Certificates;
use super::load;
use super::load::Promise;
use super::receiver::Receiver;
use serde_json::Value;
use std::fs;
use std::path::Path;
use tests::port;
use tests::site::Site;

/// The whole lines of a file; a killed receiver may leave half a line.
pub fn lines(path: &Path) -> Vec<Value> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let whole = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    whole.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn check(kind: &'static str, settings: &str, promise: Promise, event: fn(Value) -> Value) {
    let folder = tempfile::tempdir().unwrap();
    let (port, certificates) = (port::free(), Certificates::make(folder.path(), "ours"));
    let mut receiver = Receiver::python_over_tls(folder.path(), kind, port, &certificates);
    receiver.start();
    let token = folder.path().join("token");
    fs::write(&token, "letmein\n").unwrap();
    let settings =
        settings.replace("PORT", &port.to_string()).replace("TOKEN", &token.display().to_string());
    let settings = settings + &certificates.setting();
    let site = Site::start(folder.path(), &settings).unwrap();
    let got = folder.path().join("got");
    load::run(&site, &mut receiver, promise, || lines(&got).into_iter().map(event).collect());
}

#[test]
fn a_splunk_collector_that_dies_twice_gets_all_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"splunk\"\nurl = \"https://127.0.0.1:PORT\"\n\
        token_file = \"TOKEN\"\n";
    check("hec", settings, Promise::AtLeastOnce, |value| value);
}

#[test]
fn an_elasticsearch_that_dies_twice_gets_all_once_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"elasticsearch\"\nurl = \"https://127.0.0.1:PORT\"\n";
    check("bulk", settings, Promise::Once, without_timestamp);
}

/// Where these servers look for the time; it is in no other sink's events.
pub fn without_timestamp(mut value: Value) -> Value {
    value.as_object_mut().unwrap().remove("@timestamp").unwrap();
    value
}

#[test]
fn an_opentelemetry_receiver_that_dies_twice_gets_all_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"otlp\"\nurl = \"https://127.0.0.1:PORT\"\n";
    check("otlp", settings, Promise::AtLeastOnce, |value| value);
}

#[test]
fn a_web_server_that_dies_twice_gets_all_and_in_order() {
    let settings = "[sinks.siem]\nkind = \"webhook\"\nurl = \"https://127.0.0.1:PORT/moored\"\n";
    check("web", settings, Promise::AtLeastOnce, |value| {
        serde_json::from_str(value["body"].as_str().unwrap()).unwrap()
    });
}
