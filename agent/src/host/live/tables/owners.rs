//! Windows: sockets and the processes that own them, as `GetExtendedTcpTable`
//! and `GetExtendedUdpTable` give them (`tcpmib.h`, `udpmib.h`).
//!
//! Each table begins with the number of its rows, and is made of words of 32
//! bits in the order of the machine, which on Windows is the little-endian one.

use crate::host::SocketRow;
use crate::host::Transport;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::net::SocketAddr;

/// `MIB_TCP_STATE_LISTEN` and `MIB_TCP_STATE_ESTAB`.
const LISTEN: u32 = 2;
const ESTABLISHED: u32 = 5;

/// TCP over IPv4: those that listen or are connected.
pub fn tcp4(table: &[u32]) -> Vec<SocketRow> {
    let rows = rows::<6>(table).filter_map(|&[state, at, port, to, far, process]| {
        tcp(state, (v4(at), port), (v4(to), far), process)
    });
    rows.collect()
}

/// TCP over IPv6.
pub fn tcp6(table: &[u32]) -> Vec<SocketRow> {
    let rows = rows::<14>(table).filter_map(|row| {
        let &[n0, n1, n2, n3, _, port, f0, f1, f2, f3, _, far, state, process] = row;
        tcp(state, (v6([n0, n1, n2, n3]), port), (v6([f0, f1, f2, f3]), far), process)
    });
    rows.collect()
}

/// UDP over IPv4. Whether such a socket is connected Windows does not tell.
pub fn udp4(table: &[u32]) -> Vec<SocketRow> {
    let rows = rows::<3>(table)
        .map(|&[at, port, process]| row(Transport::Udp, (v4(at), port), None, process));
    rows.collect()
}

/// UDP over IPv6.
pub fn udp6(table: &[u32]) -> Vec<SocketRow> {
    let rows = rows::<7>(table).map(|&[a, b, c, d, _, port, process]| {
        row(Transport::Udp, (v6([a, b, c, d]), port), None, process)
    });
    rows.collect()
}

/// The rows that are promised and there.
fn rows<const WORDS: usize>(table: &[u32]) -> impl Iterator<Item = &[u32; WORDS]> {
    let (count, rows) = table.split_first().unwrap_or((&0, &[]));
    let count = usize::try_from(*count).unwrap_or(usize::MAX);
    rows.as_chunks::<WORDS>().0.iter().take(count)
}

fn tcp(state: u32, local: (IpAddr, u32), remote: (IpAddr, u32), process: u32) -> Option<SocketRow> {
    let remote = match state {
        LISTEN => None,
        ESTABLISHED => Some(remote),
        _ => return None,
    };
    Some(row(Transport::Tcp, local, remote, process))
}

fn row(
    protocol: Transport,
    local: (IpAddr, u32),
    remote: Option<(IpAddr, u32)>,
    process: u32,
) -> SocketRow {
    let end = |(address, port)| SocketAddr::new(address, self::port(port));
    // The idle process has what nobody has any more.
    let holders: Vec<u32> = Some(process).filter(|&id| id != 0).into_iter().collect();
    let inode = u32::from(!holders.is_empty());
    let (local, remote, names) = (end(local), remote.map(end), Vec::new());
    SocketRow { protocol, local, remote, names, inode, holders }
}

/// The first two bytes, in the order of the network.
fn port(word: u32) -> u16 {
    let [high, low, ..] = word.to_le_bytes();
    u16::from_be_bytes([high, low])
}

fn v4(word: u32) -> IpAddr {
    Ipv4Addr::from(word.to_le_bytes()).into()
}

fn v6(words: [u32; 4]) -> IpAddr {
    let [a, b, c, d] = words.map(|word| u128::from(word.swap_bytes()));
    Ipv6Addr::from_bits(a << 96 | b << 64 | c << 32 | d).into()
}
