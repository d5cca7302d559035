//! A real NATS server that keeps a stream, over TLS.

use super::certificates::Certificates;
use super::load;
use super::load::Promise;
use super::receiver::Receiver;
use async_nats::ConnectOptions;
use async_nats::jetstream;
use async_nats::jetstream::stream::Config;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use tests::port;
use tests::site::Site;

/// A server with a stream on disk, that speaks TLS alone.
pub fn nats(folder: &Path, port: u16, certificates: &Certificates) -> Receiver {
    let (store, certificates) = (folder.join("jetstream"), certificates.clone());
    Receiver::new(folder, port, move || {
        let mut command = Command::new("/usr/sbin/nats-server");
        command.args(["-a", "127.0.0.1", "-p", &port.to_string(), "-js", "-sd"]).arg(&store);
        command.arg("--tls").arg("--tlscert").arg(&certificates.server);
        command.arg("--tlskey").arg(&certificates.key);
        command
    })
}

async fn connect(url: &str, certificates: &Certificates) -> Option<jetstream::Context> {
    let options = ConnectOptions::new().add_root_certificates(certificates.authority.clone());
    Some(jetstream::new(options.connect(url).await.ok()?))
}

/// Makes the stream for all of our subjects.
pub async fn make_stream(url: &str, certificates: &Certificates) {
    let context = connect(url, certificates).await.unwrap();
    let subjects = vec!["moored.>".to_owned()];
    let config = Config { name: "moored".to_owned(), subjects, ..Config::default() };
    context.create_stream(config).await.unwrap();
}

/// What the stream has, oldest first; nothing while the server is dead.
async fn kept(url: &str, certificates: &Certificates) -> Option<Vec<Value>> {
    let context = connect(url, certificates).await?;
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
    let (port, certificates) = (port::free(), Certificates::make(folder.path(), "ours"));
    let mut server = nats(folder.path(), port, &certificates);
    server.start();
    let url = format!("tls://127.0.0.1:{port}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(make_stream(&url, &certificates));
    let authority = certificates.setting();
    let settings = format!("[sinks.pipeline]\nkind = \"nats\"\nurl = \"{url}\"\n{authority}");
    let site = Site::start(folder.path(), &settings).unwrap();
    let got = || runtime.block_on(kept(&url, &certificates)).unwrap_or_default();
    load::run(&site, &mut server, Promise::Once, got);
}
