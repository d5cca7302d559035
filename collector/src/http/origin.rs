//! Where a request comes from: the two ends of its connection, and the address
//! of the laptop behind a proxy of the company's.
//!
//! A proxy tells that address at the beginning of the connection, before TLS
//! (PROXY protocol, version 2), or in each request (`Forwarded`, RFC 7239).
//! Only those that the operator named are believed.

mod forwarded;
mod header;
#[cfg(test)]
mod tests;

use super::syn;
use crate::place::path::Vantage;
use crate::place::syn::Syn;
use axum::http::HeaderMap;
use axum::http::HeaderValue;
use axum::http::header::FORWARDED;
use ipnetwork::IpNetwork;
use std::io;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpStream;

pub use forwarded::forwarded_for;
pub use header::source;

/// Where a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Origin {
    /// Our end of the TCP connection.
    pub local: SocketAddr,
    /// The other end of it.
    pub remote: SocketAddr,
    /// The address the laptop comes from.
    pub exit: IpAddr,
    /// What stands at the other end.
    pub vantage: Vantage,
    /// The first packet of the connection; nothing of a proxy's.
    pub syn: Option<Syn>,
}

/// The proxies that may say for whom they speak.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Arc<[IpNetwork]>);

impl Proxies {
    /// Those in these networks.
    pub fn new(networks: &[IpNetwork]) -> Self {
        Self(networks.into())
    }

    fn has(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(address))
    }

    /// Where what comes on this connection is from. What a proxy says first is
    /// taken off the stream; of anybody else it stays there, and is no TLS.
    pub async fn origin(&self, stream: &mut TcpStream) -> io::Result<Origin> {
        let (local, remote) = (stream.local_addr()?, stream.peer_addr()?);
        let address = remote.ip().to_canonical();
        if !self.has(address) {
            let (vantage, syn) = (Vantage::Direct, syn::of(stream));
            return Ok(Origin { local, remote, exit: address, vantage, syn });
        }
        let exit = header::first(stream).await?.unwrap_or(address);
        Ok(Origin { local, remote, exit, vantage: Vantage::Proxy, syn: None })
    }

    /// Where a request on such a connection is from: as the proxy says, else as
    /// the connection. Of several proxies in a row the last that is not ours is
    /// the laptop, for whoever stands before that may say anything.
    pub fn behind(&self, origin: Origin, headers: &HeaderMap) -> Origin {
        if origin.vantage == Vantage::Direct {
            return origin;
        }
        let values = headers.get_all(FORWARDED).iter().map(HeaderValue::as_bytes);
        let mut exit = origin.exit;
        for address in forwarded_for(values).into_iter().rev() {
            if !self.has(exit) {
                break;
            }
            let Some(address) = address else { break };
            exit = address;
        }
        Origin { exit, ..origin }
    }
}
