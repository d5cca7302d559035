//! The header that a proxy sends before anything else: PROXY protocol, version 2
//! (<https://www.haproxy.org/download/1.8/doc/proxy-protocol.txt>, §2.2).

use ppp::v2::Addresses;
use ppp::v2::Command;
use ppp::v2::Header;
use std::io;
use std::net::IpAddr;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;

/// No record of TLS begins with the header's first byte (RFC 8446 §5.1).
const FIRST: u8 = b'\r';

/// What comes before addresses and extensions; the last two bytes say how many
/// bytes those are.
const FIXED: usize = 16;

/// The most bytes of addresses and extensions that are read.
const LONGEST: usize = 4096;

/// For whom the other end says that it speaks; `None` without a header, and
/// for a connection of the proxy's own.
pub async fn first(stream: &mut TcpStream) -> io::Result<Option<IpAddr>> {
    let mut byte = [0];
    if stream.peek(&mut byte).await? == 0 || byte != [FIRST] {
        return Ok(None);
    }
    let mut header = vec![0; FIXED];
    stream.read_exact(&mut header).await?;
    let rest = usize::from(u16::from_be_bytes([header[FIXED - 2], header[FIXED - 1]]));
    if rest > LONGEST {
        return Err(io::ErrorKind::InvalidData.into());
    }
    header.resize(FIXED + rest, 0);
    stream.read_exact(&mut header[FIXED..]).await?;
    source(&header)
}

/// For whom a whole header says that the proxy speaks.
pub fn source(header: &[u8]) -> io::Result<Option<IpAddr>> {
    let invalid = |error| io::Error::new(io::ErrorKind::InvalidData, format!("{error}"));
    let header = Header::try_from(header).map_err(|error: ppp::v2::ParseError| invalid(error))?;
    let address = match header.addresses {
        _ if header.command == Command::Local => None,
        Addresses::IPv4(addresses) => Some(IpAddr::V4(addresses.source_address)),
        Addresses::IPv6(addresses) => Some(IpAddr::V6(addresses.source_address)),
        Addresses::Unix(_) | Addresses::Unspecified => None,
    };
    Ok(address.map(|address| address.to_canonical()))
}
