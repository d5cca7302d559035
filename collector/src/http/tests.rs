//! A real collector on loopback, with real TLS, asked rightly and wrongly.
#![expect(
    clippy::disallowed_methods,
    reason = "the test is the agent: it opens sockets and reads files"
)]

mod echo;
mod landmarks;
mod place;
mod proxies;
mod refusals;

use super::*;
use crate::serve::Server;
use crate::store;
use crate::store::audit::Actor;
use crate::store::exits;
use crate::store::laptops;
use crate::store::read;
use crate::store::ways;
use http_body_util::BodyExt;
use http_body_util::Empty;
use hyper::Request;
use hyper::body::Bytes;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use jiff::Timestamp;
use model::Acknowledged;
use model::Certified;
use model::Renew;
use place::Identity;
use place::Line;
use place::Place;
use place::csr;
use place::letter;
use place::packed;
use place::report;
use serde_json::json;

const LATER: &str = "2100-01-01T00:00:00Z";

fn acknowledged(through: u64) -> Acknowledged {
    Acknowledged { run: "r".to_owned(), through }
}

#[tokio::test]
async fn a_report_is_on_disk_once_it_is_acknowledged_and_counts_once() {
    let place = Place::new("").await;
    let (laptop, _, mut line) = place.laptop().await;
    for _ in 0..2 {
        let answer = line.zstd(packed(&[report(1), report(2)])).await;
        assert_eq!(answer.read::<Acknowledged>(), acknowledged(2));
        assert_eq!(place.taken(), 2);
    }
    let answer = line.zstd([packed(&[report(4)]), packed(&[report(3)])].concat()).await;
    assert_eq!(answer.read::<Acknowledged>(), acknowledged(4));
    assert_eq!(place.taken(), 4);
    let row = read::laptop(&place.store(), &laptop).unwrap().unwrap();
    assert_eq!((row.host.as_str(), row.agent.as_str(), row.gaps), ("ada", "0.1.0", vec![]));
}

#[tokio::test]
async fn many_laptops_report_at_once_and_each_is_acknowledged_for_itself() {
    let place = Place::new("").await;
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let (_, _, mut line) = place.laptop().await;
        tasks.push(tokio::spawn(async move {
            for sequence in 1..=5 {
                let answer = line.zstd(packed(&[report(sequence)])).await;
                assert_eq!(answer.read::<Acknowledged>(), acknowledged(sequence));
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(place.taken(), 40);
}

#[tokio::test]
async fn a_token_enrolls_as_often_as_it_may_and_a_bad_request_does_not_use_it_up() {
    let place = Place::new("").await;
    let token = place.token(Some(1), LATER);
    let mut line = place.line(None).await;
    let (_, mut enroll) = letter(&token);
    let csr = std::mem::replace(&mut enroll.csr, "nonsense".to_owned());
    line.json("/v1/enroll", &enroll).await.check(400, "signing request is no good");
    enroll.csr = csr;
    let certified: Certified = line.json("/v1/enroll", &enroll).await.read();
    let rows = read::laptops(&place.store()).unwrap();
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    assert_eq!((ids, rows[0].not_after), (vec![certified.laptop.as_str()], certified.not_after));
    line.json("/v1/enroll", &enroll).await.check(401, "token is not valid");
    let expired = place.token(None, "2020-01-01T00:00:00Z");
    for token in [&expired, "unknown", ""] {
        line.json("/v1/enroll", &letter(token).1).await.check(401, "token is not valid");
    }
    assert_eq!(read::laptops(&place.store()).unwrap().len(), 1);
}

#[tokio::test]
async fn laptops_are_told_the_authority_of_the_certificate_the_company_brings() {
    let company = Place::new("").await;
    let file = company.state.path().join("server.pem");
    let place = Place::new(&format!("certificate = {file:?}\nkey = {file:?}")).await;
    let token = place.token(None, LATER);
    let (key, enroll) = letter(&token);
    let theirs = company.authority();
    let address = place.addresses.agents;
    let mut line = Line::new(place::tls(address, &theirs, None).await.unwrap()).await;
    let certified: Certified = line.json("/v1/enroll", &enroll).await.read();
    assert_eq!(certified.authority, theirs);
    assert!(certified.certificate.ends_with(&place.authority()));
    let identity = Identity { key, chain: certified.certificate };
    let stream = place::tls(address, &certified.authority, Some(&identity)).await.unwrap();
    let answer = Line::new(stream).await.zstd(packed(&[report(1)])).await;
    assert_eq!(answer.read::<Acknowledged>(), acknowledged(1));
}

#[tokio::test]
async fn a_renewed_certificate_is_of_the_same_laptop() {
    let place = Place::new("").await;
    let (laptop, _, mut line) = place.laptop().await;
    let (key, csr) = csr();
    line.json("/v1/renew", &Renew { csr: "x".to_owned() }).await.check(400, "no good");
    let certified: Certified = line.json("/v1/renew", &Renew { csr: csr.clone() }).await.read();
    assert_eq!(certified.laptop, laptop);
    let identity = Identity { key, chain: certified.certificate };
    let mut renewed = place.line(Some(&identity)).await;
    let answer = renewed.zstd(packed(&[report(1)])).await;
    assert_eq!(answer.read::<Acknowledged>(), acknowledged(1));
    let mut stranger = place.line(None).await;
    stranger.json("/v1/renew", &Renew { csr }).await.check(401, "you showed no certificate");
}

#[tokio::test]
async fn revocation_counts_at_once_on_an_open_connection_whoever_did_it() {
    let place = Place::new("").await;
    let (laptop, _, mut line) = place.laptop().await;
    assert_eq!(line.zstd(packed(&[report(1)])).await.status, 200);
    laptops::revoke(&place.store(), &laptop, &Actor::Cli, Timestamp::UNIX_EPOCH).unwrap();
    line.zstd(packed(&[report(2)])).await.check(403, "was revoked");
    let renew = Renew { csr: csr().1 };
    line.json("/v1/renew", &renew).await.check(403, "was revoked");
    assert_eq!(place.taken(), 1);
}

#[tokio::test]
async fn one_connection_too_many_is_closed_and_there_is_room_again_later() {
    let place = Place::new("connections = 2").await;
    let mut first = place.line(None).await;
    let second = place.tls(None).await.unwrap();
    assert!(place.tls(None).await.is_err());
    let health = || Request::get("/v1/health").body(http_body_util::Full::default()).unwrap();
    assert_eq!(first.send(health()).await.unwrap().status, 200);
    drop(second);
    // The collector hears of the end when it hears of it.
    let mut line = loop {
        match place.tls(None).await {
            Ok(stream) => break Line::new(stream).await,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    let answer = line.send(health()).await.unwrap();
    assert_eq!((answer.status, answer.body["status"].as_str()), (200, Some("ok")));
}

#[tokio::test]
async fn the_second_version_of_http_is_spoken_too() {
    let place = Place::new("").await;
    let mut roots = rustls::RootCertStore::empty();
    let authority = Authority::create(place.state.path(), Timestamp::UNIX_EPOCH);
    roots.add(authority.unwrap().certificate().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec()];
    let stream = tokio::net::TcpStream::connect(place.addresses.agents).await.unwrap();
    let connector = tokio_rustls::TlsConnector::from(Arc::new(config));
    let stream = connector.connect("localhost".try_into().unwrap(), stream).await.unwrap();
    let executor = TokioExecutor::new();
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(executor, TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection);
    let request = Request::get("https://localhost/v1/health").body(Empty::<Bytes>::new()).unwrap();
    let answer = sender.send_request(request).await.unwrap();
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body, json!({ "status": "ok", "version": env!("CARGO_PKG_VERSION") }));
}

#[tokio::test]
async fn it_stops_when_asked_to_although_agents_keep_their_connections() {
    let place = Place::new("").await;
    let (_, _, mut line) = place.laptop().await;
    assert_eq!(line.zstd(packed(&[report(1)])).await.status, 200);
    place.stop.send(true).unwrap();
    place.running.await.unwrap();
    assert!(place::tls(place.addresses.agents, &line_authority(&place.state), None).await.is_err());
    let again = Server::start(&place::config(&place.state, "")).await.unwrap();
    assert_ne!(again.addresses, place.addresses);
}

#[tokio::test]
async fn what_is_older_than_is_kept_is_forgotten_at_the_start_and_the_key_is_private() {
    let state = tempfile::tempdir().unwrap();
    let store = store::create(state.path()).unwrap();
    let rows = "insert into laptop (id, host, platform, enrolled_at, not_after)
            values ('a', '', '', '', '');
        insert into way (laptop, at, address, vantage, tcp_ms, echo_ms, echoes, mss) values ('a', '2026-01-01T00:00:00Z', '192.0.2.1', 'direct', 1, 1, 30, null);
        insert into exit values ('a', '192.0.2.1', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z')";
    store.execute_batch(rows).unwrap();
    let place = Place::at(state, "[place]\nkeep = \"1h\"").await;
    let exit = loop {
        let exits = exits::of_laptop(&store, "a").unwrap();
        match exits.into_iter().find(|exit| exit.address != "192.0.2.1") {
            Some(exit) => break exit.address,
            None => tokio::task::yield_now().await,
        }
    };
    assert!(exit.starts_with("network:"), "{exit}");
    assert_eq!(ways::newest(&store, "a").unwrap(), None);
    let key = std::fs::metadata(place.state.path().join("exits.key")).unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777;
    assert_eq!((key.len(), mode), (32, 0o600));
}

fn line_authority(state: &tempfile::TempDir) -> String {
    std::fs::read_to_string(state.path().join("authority.pem")).unwrap()
}
