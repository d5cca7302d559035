//! A proxy of the company's before the collector, and those who only say they are one.

use super::echo::echo;
use super::echo::measured;
use super::*;
use crate::place::path::Vantage;
use http_body_util::Full;

const OURS: &str = "[place]\nproxies = [\"127.0.0.0/8\"]";

/// PROXY protocol, version 2: `PROXY` over TCP and IPv4, from this address.
fn header(source: [u8; 4]) -> Vec<u8> {
    let mut header = b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c".to_vec();
    header.extend(source);
    header.extend([127, 0, 0, 1, 0x30, 0x39, 0x20, 0xfb]);
    header
}

/// The same for a connection of the proxy's own (`LOCAL`), which asks whether
/// we are well.
const LOCAL: &[u8] = b"\r\n\r\n\0\r\nQUIT\n\x20\0\0\0";

fn addresses(place: &Place, laptop: &str) -> Vec<String> {
    let exits = exits::of_laptop(&place.store(), laptop).unwrap();
    let mut addresses: Vec<String> = exits.into_iter().map(|exit| exit.address).collect();
    addresses.sort();
    addresses
}

async fn after(
    first: &[u8],
    place: &Place,
    identity: &Identity,
) -> std::io::Result<tokio_rustls::client::TlsStream<tokio::net::TcpStream>> {
    place::tls_after(first, place.addresses.agents, &place.authority(), Some(identity)).await
}

/// A report with `Forwarded` as given, on a connection that begins as given.
async fn tell(place: &Place, identity: &Identity, first: &[u8], forwarded: &str) {
    let mut line = Line::new(after(first, place, identity).await.unwrap()).await;
    let mut request = place::zstd(packed(&[report(1)]));
    request.headers_mut().insert("forwarded", forwarded.parse().unwrap());
    assert_eq!(line.send(request).await.unwrap().status, 200);
}

#[tokio::test]
async fn behind_a_proxy_of_the_company_the_laptop_is_where_the_proxy_says() {
    let place = Place::new(OURS).await;
    let (laptop, identity, _) = place.laptop().await;
    let first = header([203, 0, 113, 9]);
    tell(&place, &identity, &first, "for=192.0.2.1").await;
    assert_eq!(addresses(&place, &laptop), ["203.0.113.9"]);
    echo(after(&first, &place, &identity).await.unwrap(), 100, |_| {}).await;
    let (exit, sample) = measured(&place, &laptop).await[0];
    assert_eq!((exit.to_string().as_str(), sample.vantage), ("203.0.113.9", Vantage::Proxy));
    assert_eq!(sample.syn, None, "the first packet is the proxy's");
    tell(&place, &identity, LOCAL, "for=unknown").await;
    tell(&place, &identity, b"", "for=192.0.2.66, for=\"[2001:db8::7]:4711\"").await;
    let all = ["127.0.0.1", "2001:db8::7", "203.0.113.9"];
    assert_eq!(addresses(&place, &laptop), all);
    let request = Request::get("/v1/health").body(Full::default()).unwrap();
    let stream = after(LOCAL, &place, &identity).await.unwrap();
    assert_eq!(Line::new(stream).await.send(request).await.unwrap().status, 200);
}

#[tokio::test]
async fn nobody_else_is_believed() {
    let place = Place::new("[place]\nproxies = [\"192.0.2.0/24\"]").await;
    let (laptop, identity, _) = place.laptop().await;
    let first = header([203, 0, 113, 9]);
    assert!(after(&first, &place, &identity).await.is_err());
    assert!(after(LOCAL, &place, &identity).await.is_err());
    tell(&place, &identity, b"", "for=203.0.113.9").await;
    assert_eq!(addresses(&place, &laptop), ["127.0.0.1"]);
}

#[tokio::test]
async fn a_proxy_that_speaks_nonsense_is_not_heard() {
    let place = Place::new(OURS).await;
    let (_, identity, _) = place.laptop().await;
    let good = header([203, 0, 113, 9]);
    let at = |index: usize, byte: u8| {
        let mut bad = good.clone();
        bad[index] = byte;
        bad
    };
    // Another signature, version, command, family, and a length that is not so.
    for bad in [at(3, b'x'), at(12, 0x11), at(12, 0x22), at(13, 0x91), at(14, 0xff), at(15, 11)] {
        assert!(after(&bad, &place, &identity).await.is_err(), "{bad:?}");
    }
    assert!(after(b"PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r\n", &place, &identity).await.is_err());
}
