//! The way to a laptop, measured on a real connection.

use super::*;
use crate::http::tcp;
use crate::place::path::Path;
use crate::place::path::Sample;
use crate::place::path::Vantage;
use crate::place::syn::Stack;
use http_body_util::Full;
use hyper::Response;
use hyper::StatusCode;
use hyper::body::Incoming;
use hyper::client::conn::http1;
use model::echo::NONCE;
use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::SocketAddr;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::net::tcp::OwnedWriteHalf;
use tokio_rustls::client::TlsStream;

/// Asks for the echo.
async fn ask(stream: TlsStream<TcpStream>) -> Response<Incoming> {
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await.unwrap();
    tokio::spawn(connection.with_upgrades());
    let request = Request::get("/v1/echo")
        .header("connection", "upgrade")
        .header("upgrade", "moored-echo")
        .body(Full::<Bytes>::default());
    sender.send_request(request.unwrap()).await.unwrap()
}

/// Asks for the echo and answers as `change` says, at most so many times.
pub async fn echo(stream: TlsStream<TcpStream>, most: u32, change: fn(&mut [u8; NONCE])) -> u32 {
    let response = ask(stream).await;
    assert_eq!(response.status(), StatusCode::SWITCHING_PROTOCOLS);
    assert_eq!(response.headers()["upgrade"], "moored-echo");
    let mut stream = TokioIo::new(hyper::upgrade::on(response).await.unwrap());
    let mut nonce = [0; NONCE];
    for count in 0..most {
        if stream.read_exact(&mut nonce).await.is_err() {
            return count;
        }
        change(&mut nonce);
        stream.write_all(&nonce).await.unwrap();
    }
    most
}

/// What was measured, once there is something.
pub async fn measured(place: &Place, laptop: &str) -> Vec<(IpAddr, Sample)> {
    loop {
        let ways = ways::of_laptop(&place.store(), laptop, Timestamp::UNIX_EPOCH).unwrap();
        if !ways.is_empty() {
            return ways;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_laptop_that_echoes_is_measured_at_both_layers_and_again_only_later() {
    let place = Place::new("").await;
    let (laptop, identity, _) = place.laptop().await;
    let count = echo(place.tls(Some(&identity)).await.unwrap(), 100, |_| {}).await;
    assert_eq!(count, 30);
    let ways = measured(&place, &laptop).await;
    let (exit, sample) = ways[0];
    let loopback = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let told = (ways.len(), exit, sample.vantage, sample.echoes);
    assert_eq!(told, (1, loopback, Vantage::Direct, 30));
    assert!(sample.tcp_ms > 0.0 && sample.tcp_ms < 1000.0, "{sample:?}");
    assert!(sample.echo_ms > 0.0 && sample.echo_ms < 1000.0, "{sample:?}");
    assert!(sample.mss.is_some_and(|mss| mss > 536), "{sample:?}");
    let syn = sample.syn.unwrap();
    assert_eq!((syn.stack(), syn.hops()), (Some(Stack::Unix), 0));
    assert!(syn.mss.is_some_and(|mss| mss > 536), "{sample:?}");
    let exits = exits::of_laptop(&place.store(), &laptop).unwrap();
    let exits: Vec<_> = exits.into_iter().map(|exit| (exit.address, exit.last_at)).collect();
    assert_eq!(exits, [("127.0.0.1".to_owned(), sample.at)]);
    let again = ask(place.tls(Some(&identity)).await.unwrap()).await;
    assert_eq!(again.status(), StatusCode::TOO_MANY_REQUESTS);
}

/// Ends the laptop's TCP connection and goes on with one of its own, as a proxy
/// does; what goes through waits for this long.
async fn relay(listener: TcpListener, to: SocketAddr, wait: Duration) {
    let (here, _) = listener.accept().await.unwrap();
    let (from_laptop, to_laptop) = here.into_split();
    let (from_us, to_us) = TcpStream::connect(to).await.unwrap().into_split();
    tokio::join!(pass(from_laptop, to_us, wait), pass(from_us, to_laptop, wait));
}

async fn pass(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, wait: Duration) {
    let mut bytes = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut bytes).await {
        tokio::time::sleep(wait).await;
        if to.write_all(&bytes[..length]).await.is_err() {
            return;
        }
    }
}

#[tokio::test]
async fn what_ends_tcp_on_the_way_is_told_by_the_difference() {
    let place = Place::new("").await;
    let (laptop, identity, _) = place.laptop().await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(relay(listener, place.addresses.agents, Duration::from_millis(20)));
    let stream = place::tls(address, &place.authority(), Some(&identity)).await.unwrap();
    assert_eq!(echo(stream, 100, |_| {}).await, 30);
    let (_, sample) = measured(&place, &laptop).await[0];
    assert!(sample.echo_ms >= 40.0 && sample.tcp_ms < 20.0, "{sample:?}");
    assert!(Path::of(&[sample]).is_ended_between(), "{sample:?}");
}

#[tokio::test]
async fn a_wrong_answer_and_too_few_answers_count_nothing() {
    let place = Place::new("").await;
    let (laptop, identity, _) = place.laptop().await;
    let tls = || async { place.tls(Some(&identity)).await.unwrap() };
    assert_eq!(echo(tls().await, 100, |nonce| nonce[7] ^= 1).await, 1);
    assert_eq!(echo(tls().await, 19, |_| {}).await, 19);
    assert_eq!(echo(tls().await, 100, |_| {}).await, 30);
    assert_eq!(measured(&place, &laptop).await.len(), 1);
}

#[tokio::test]
async fn only_a_laptop_that_asks_rightly_is_measured() {
    let place = Place::new("").await;
    let (laptop, identity, mut line) = place.laptop().await;
    let stranger = ask(place.tls(None).await.unwrap()).await;
    assert_eq!(stranger.status(), StatusCode::UNAUTHORIZED);
    let plain = || Request::get("/v1/echo");
    for request in [plain(), plain().header("upgrade", "websocket")] {
        let answer = line.send(request.body(Full::default()).unwrap()).await.unwrap();
        answer.check(426, "Only `Upgrade: moored-echo` over HTTP/1.1");
    }
    laptops::revoke(&place.store(), &laptop, &Actor::Cli, Timestamp::UNIX_EPOCH).unwrap();
    let revoked = ask(place.tls(Some(&identity)).await.unwrap()).await;
    assert_eq!(revoked.status(), StatusCode::FORBIDDEN);
    let ways = ways::of_laptop(&place.store(), &laptop, Timestamp::UNIX_EPOCH).unwrap();
    assert_eq!(ways, []);
}

#[tokio::test]
async fn the_kernel_tells_of_a_connection_by_its_two_ends() {
    // The last takes in both versions, and knows the older one's addresses as mapped.
    for (listen, to) in [("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("::", "127.0.0.1")] {
        let listener = TcpListener::bind((listen, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut there = TcpStream::connect((to, port)).await.unwrap();
        let (mut here, remote) = listener.accept().await.unwrap();
        for _ in 0..3 {
            here.write_all(b"x").await.unwrap();
            there.read_exact(&mut [0]).await.unwrap();
            there.write_all(b"y").await.unwrap();
            here.read_exact(&mut [0]).await.unwrap();
        }
        let tcp = tcp::between(here.local_addr().unwrap(), remote).unwrap().unwrap();
        assert!(tcp.round_trip.as_micros() > 0 && tcp.mss.is_some(), "{tcp:?}");
        drop((here, there, listener));
        let gone = tcp::between("127.0.0.1:1".parse().unwrap(), "127.0.0.1:2".parse().unwrap());
        assert_eq!(gone.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
