//! How long the ways to the company's landmarks are: how long a TCP connection
//! takes to come about, which is one round trip. Not a byte is sent on it.
//!
//! A proxy would answer in a landmark's stead, so nothing is measured where one
//! is to be used, and the direct way is not tried behind its back.
#![expect(clippy::disallowed_methods, reason = "it opens sockets, and measures a time it tells")]

#[cfg(test)]
mod tests;

use super::client;
use crate::config::Landmark;
use crate::config::Proxy;
use std::net::SocketAddr;
use std::time::Duration;
use std::time::Instant;
use tokio::net::TcpStream;
use tokio::net::lookup_host;
use tokio::time::timeout;

/// Connections to each: the shortest of so many is hardly longer than the way.
const CONNECTS: u32 = 5;

/// How long a connection may take to come about, and a name to be looked up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Those of the landmarks to which a direct way leads; none if reports go to
/// the collector by way of a proxy.
pub fn direct(landmarks: &[Landmark], proxy: &Proxy, collector: &str) -> Vec<Landmark> {
    let is_direct = |url: &str| client::by_way_of(proxy, url).is_none();
    if !is_direct(collector) {
        return Vec::new();
    }
    landmarks.iter().filter(|one| is_direct(&format!("https://{one}"))).cloned().collect()
}

/// Measures the ways, one after the other; those that do not answer are left out.
pub async fn measure(landmarks: Vec<Landmark>) -> Vec<model::Landmark> {
    let mut measured = Vec::new();
    for landmark in &landmarks {
        measured.extend(way(landmark).await);
    }
    measured
}

/// The way to the first of its addresses that answers. The name is looked up
/// before: that takes another way.
async fn way(landmark: &Landmark) -> Option<model::Landmark> {
    let addresses = timeout(PATIENCE, lookup_host(landmark.as_str())).await.ok()?.ok()?;
    for address in addresses {
        let Some(first) = connect(address).await else { continue };
        let (mut least, mut connects) = (first, 1);
        for _ in 1..CONNECTS {
            if let Some(took) = connect(address).await {
                (least, connects) = (least.min(took), connects + 1);
            }
        }
        // Rounded up: a way is not told to be shorter than it is.
        let microseconds = u64::try_from(least.as_nanos().div_ceil(1000)).ok()?;
        return Some(model::Landmark { name: landmark.to_string(), microseconds, connects });
    }
    None
}

/// How long a connection takes to come about; it is closed at once.
async fn connect(address: SocketAddr) -> Option<Duration> {
    let begun = Instant::now();
    let stream = timeout(PATIENCE, TcpStream::connect(address)).await.ok()?.ok()?;
    let took = begun.elapsed();
    drop(stream);
    Some(took)
}
