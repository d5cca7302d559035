//! What is refused, and that nothing of it is kept.

use super::*;
use crate::config::Config;
use crate::http::origin::Origin;
use crate::http::refusal::Refusal;
use crate::pki::Authority;
use crate::pki::Peer;
use crate::pki::Shown;
use crate::place::path::Vantage;
use crate::store::Unwritten;
use axum::body::Body;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use http_body_util::Full;
use model::Report;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::sync::watch;
use tower_service::Service;

#[tokio::test]
async fn bad_letters_are_refused_each_in_its_way_and_nothing_is_kept() {
    let place = Place::new("body_limit = \"64 KiB\"\ndecompressed_limit = \"256 KiB\"").await;
    let (_, _, mut line) = place.laptop().await;
    let good = packed(&[report(1)]);
    let spaces = |count| zstd::encode_all(" ".repeat(count).as_bytes(), 3).unwrap();
    let newer = Report { version: 2, ..report(1) };
    let other = Report { run: "s".to_owned(), ..report(2) };
    for (body, status, sentence) in [
        (good[..good.len() - 3].to_vec(), 400, "not whole zstd frames"),
        (serde_json::to_vec(&report(1)).unwrap(), 400, "not whole zstd frames"),
        (spaces(0), 400, "There is no report"),
        (spaces(5), 400, "Line 1 is not a report"),
        (packed(&[newer]), 400, "Bring agent and collector to the same release"),
        (packed(&[report(1), other]), 400, "must all be of one run"),
        (spaces(64 << 20), 413, "larger than 262144 bytes once decompressed"),
        (vec![0; 65 << 10], 413, "larger than 65536 bytes"),
        (vec![0; 500 << 10], 413, "larger than 65536 bytes"),
    ] {
        line.zstd(body).await.check(status, sentence);
    }
    for encoding in ["gzip", "identity"] {
        let request = Request::post("/v1/reports").header("content-encoding", encoding);
        let request = request.body(Full::new(Bytes::from(good.clone()))).unwrap();
        line.send(request).await.unwrap().check(415, "Content-Encoding: zstd");
    }
    assert_eq!(place.taken(), 0);
    assert_eq!(line.zstd(good).await.read::<Acknowledged>(), acknowledged(1));
}

#[tokio::test]
async fn who_shows_no_certificate_may_not_report() {
    let place = Place::new("").await;
    let mut line = place.line(None).await;
    let answer = line.zstd(packed(&[report(1)])).await;
    answer.check(401, "you showed no certificate");
    assert_eq!(place.taken(), 0);
}

#[tokio::test]
async fn who_shows_a_strangers_certificate_gets_no_answer_at_all() {
    let (place, elsewhere) = (Place::new("").await, Place::new("").await);
    let (_, identity, _) = elsewhere.laptop().await;
    let Ok(stream) = place.tls(Some(&identity)).await else { return };
    // In TLS 1.3 one hears of it only after one's own part of the handshake is done.
    let answer = Line::new(stream).await.send(place::zstd(packed(&[report(1)]))).await;
    assert!(answer.is_err(), "{answer:?}");
    assert_eq!(place.taken(), 0);
}

#[tokio::test]
async fn letters_of_enrolment_are_bounded_and_named() {
    let place = Place::new("").await;
    let token = place.token(None, LATER);
    let mut line = place.line(None).await;
    let (_, mut enroll) = letter(&token);
    line.json("/v1/enroll", &json!({ "token": token })).await.check(400, "cannot be read");
    for host in ["", "a\u{1b}[31m", &"x".repeat(256)] {
        enroll.host = host.to_owned();
        line.json("/v1/enroll", &enroll).await.check(400, "no proper host");
    }
    enroll.host = "x".repeat(70 << 10);
    line.json("/v1/enroll", &enroll).await.check(413, "larger than 65536 bytes");
    line.json("/v1/else", &enroll).await.check(404, "nothing here");
    let request = Request::get("/v1/enroll").body(Full::default()).unwrap();
    line.send(request).await.unwrap().check(405, "in this way");
}

/// Asks the router as a connection would that has shown a certificate.
async fn ask(config: &Config, peer: Peer) -> StatusCode {
    let now = Timestamp::UNIX_EPOCH;
    let (changes, _) = watch::channel(0);
    let connection = store::create(&config.state).unwrap();
    let writer = Writer::start(connection, changes).unwrap();
    let reader = Reader::new(store::open(&config.state).unwrap());
    let authority = Authority::create(&config.state, now).unwrap();
    let shown = Shown::ours(&authority, &config.state, &config.agents.names, now).unwrap();
    let door = Door::new((writer, reader), authority, Arc::new(shown), config);
    let body = Body::from(packed(&[report(1)]));
    let request = Request::post("/v1/reports").header("content-encoding", "zstd").extension(peer);
    let local: SocketAddr = "127.0.0.1:1".parse().unwrap();
    let (remote, exit, vantage) = (local, local.ip(), Vantage::Direct);
    let request = request.extension(Origin { local, remote, exit, vantage, syn: None });
    router(Arc::new(door)).call(request.body(body).unwrap()).await.unwrap().status()
}

#[tokio::test]
async fn a_certificate_that_ended_or_is_of_nobody_we_know_is_not_good_enough() {
    let state = tempfile::tempdir().unwrap();
    let config = place::config(&state, "");
    let peer = |not_after: &str| Peer {
        laptop: "nobody".to_owned(),
        not_after: not_after.parse().unwrap(),
    };
    assert_eq!(ask(&config, peer("2020-01-01T00:00:00Z")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&config, peer(LATER)).await, StatusCode::UNAUTHORIZED);
    let insert = "insert into laptop (id, host, platform, enrolled_at, not_after)
        values ('nobody', '', '', '', '')";
    store::open(state.path()).unwrap().execute(insert, []).unwrap();
    assert_eq!(ask(&config, peer("2020-01-01T00:00:00Z")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(ask(&config, peer(LATER)).await, StatusCode::OK);
}

#[test]
fn too_much_to_do_is_said_with_when_to_come_again() {
    let response = Refusal::from(Unwritten::Busy).into_response();
    assert_eq!(response.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(response.headers()["retry-after"], "10");
    let response = Refusal::from(Unwritten::Failed("disk full".to_owned())).into_response();
    assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let patience = Patience::AGENTS;
    assert!(patience.stranger < patience.known);
    assert_eq!(patience.stranger_whole, Some(Duration::from_mins(1)));
}
