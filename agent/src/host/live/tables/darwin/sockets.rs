//! Sockets: what the kernel tells of one descriptor of one process
//! (`PROC_PIDFDSOCKETINFO`, `struct socket_fdinfo`, `sys/proc_info.h`).

use super::messages::Message;
use crate::host::SocketRow;
use crate::host::Transport;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

/// How long the whole is.
pub const LENGTH: usize = 792;

/// Where what is: the socket's own number, its protocol, and of what kind the rest
/// is; then the ports and the addresses of both ends, which family they are of, and
/// the state of TCP.
const NUMBER: usize = 160;
const PROTOCOL: usize = 180;
const KIND: usize = 256;
const FAR_PORT: usize = 264;
const NEAR_PORT: usize = 268;
const FAMILY: usize = 288;
const FAR: usize = 296;
const NEAR: usize = 312;
const STATE: usize = 344;

/// `SOCKINFO_IN` and `SOCKINFO_TCP`.
const IN: u32 = 1;
const TCP: u32 = 2;

/// `IPPROTO_UDP`.
const UDP: u32 = 17;

/// `TSI_S_LISTEN` and `TSI_S_ESTABLISHED`.
const LISTEN: u32 = 1;
const ESTABLISHED: u32 = 4;

/// `INI_IPV4` and `INI_IPV6`: with the latter, a socket takes both.
const V4: u8 = 1;
const V6: u8 = 2;

/// A socket as one process has it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Held {
    number: u64,
    protocol: Transport,
    local: SocketAddr,
    remote: Option<SocketAddr>,
}

/// The socket; `None` if it is none of IP, or one that neither waits nor is connected.
pub fn held(told: &[u8]) -> Option<Held> {
    let told = Message(told.get(..LENGTH)?);
    let far = end(told, FAR, FAR_PORT)?;
    let (protocol, remote) = match (told.word(KIND), told.word(PROTOCOL)) {
        (TCP, _) => match told.word(STATE) {
            LISTEN => (Transport::Tcp, None),
            ESTABLISHED => (Transport::Tcp, Some(far)),
            _ => return None,
        },
        (IN, UDP) if far.port() == 0 => (Transport::Udp, None),
        _ => return None,
    };
    let local = end(told, NEAR, NEAR_PORT).filter(|local| local.port() != 0)?;
    let number = u64::from_le_bytes(*told.0.get(NUMBER..)?.first_chunk()?);
    Some(Held { number, protocol, local, remote })
}

fn end(told: Message<'_>, address: usize, port: usize) -> Option<SocketAddr> {
    let port = u16::from_be_bytes(*told.0.get(port..)?.first_chunk()?);
    let bytes: &[u8; 16] = told.0.get(address..)?.first_chunk()?;
    let family = *told.0.get(FAMILY)?;
    let address = if family & V6 != 0 {
        IpAddr::V6(Ipv6Addr::from(*bytes))
    } else if family & V4 != 0 {
        // It is at the end, where IPv6 has it too.
        IpAddr::V4(Ipv4Addr::from(*bytes.last_chunk()?))
    } else {
        return None;
    };
    Some(SocketAddr::new(address, port))
}

/// The sockets, each once, with all processes that hold it, in order.
pub fn rows(held: &BTreeMap<Held, BTreeSet<u32>>) -> Vec<SocketRow> {
    let rows = held.iter().map(|(one, holders)| SocketRow {
        protocol: one.protocol,
        local: one.local,
        remote: one.remote,
        names: Vec::new(),
        inode: 1,
        holders: holders.iter().copied().collect(),
    });
    let mut rows: Vec<SocketRow> = rows.collect();
    rows.sort();
    rows
}
