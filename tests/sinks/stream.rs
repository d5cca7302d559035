//! A real NATS server that keeps a stream.

use super::load;
use super::load::Promise;
use super::receiver::Receiver;
use super::receiver::free_port;
use async_nats::jetstream;
use async_nats::jetstream::stream::Config;
use serde_json::Value;
use std::process::Command;
use tests::site::Site;

/// What the stream has, oldest first; nothing while the server is dead.
async fn kept(url: &str) -> Option<Vec<Value>> {
    let context = jetstream::new(async_nats::connect(url).await.ok()?);
    let mut stream = context.get_stream("moored").await.ok()?;
    let last = stream.info().await.ok()?.state.last_sequence;
    let mut all = Vec::new();
    for number in 1..=last {
        let message = stream.get_raw_message(number).await.ok()?;
        all.push(serde_json::from_slice(&message.payload).unwrap());
    }
    Some(all)
}

#[test]
fn a_nats_server_that_dies_twice_keeps_all_once_and_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let port = free_port();
    let store = folder.path().join("jetstream");
    let mut server = Receiver::new(folder.path(), port, move || {
        let mut command = Command::new("/usr/sbin/nats-server");
        command.args(["-a", "127.0.0.1", "-p", &port.to_string(), "-js", "-sd"]).arg(&store);
        command
    });
    server.start();
    let url = format!("nats://127.0.0.1:{port}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let context = jetstream::new(async_nats::connect(&url).await.unwrap());
        let subjects = vec!["moored.>".to_owned()];
        let config = Config { name: "moored".to_owned(), subjects, ..Config::default() };
        context.create_stream(config).await.unwrap();
    });
    let settings = format!("[sinks.pipeline]\nkind = \"nats\"\nurl = \"{url}\"\n");
    let site = Site::start(folder.path(), &settings).unwrap();
    let got = || runtime.block_on(kept(&url)).unwrap_or_default();
    load::run(&site, &mut server, Promise::Once, got);
}
