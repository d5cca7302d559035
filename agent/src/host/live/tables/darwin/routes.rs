//! Routes (`NET_RT_DUMP2`, `struct rt_msghdr2`).

use super::messages::DESTINATION;
use super::messages::GATEWAY;
use super::messages::Message;
use super::messages::NETMASK;
use super::messages::ip;
use super::messages::messages;
use super::messages::prefix;
use crate::host::MAIN;
use crate::host::RouteRow;

/// `RTM_GET2`.
pub const KIND: u8 = 0x14;

/// Where in the header the number of the interface is.
pub const INDEX: usize = 4;

/// Where the flags are.
pub const FLAGS: usize = 8;

/// Where it says which addresses follow.
pub const ADDRESSES: usize = 12;

/// How long the header is, of neighbors too.
pub const HEADER: usize = 92;

/// `RTF_UP`, `RTF_GATEWAY`, `RTF_HOST` and `RTF_IFSCOPE`.
const UP: u32 = 1;
const ROUTER: u32 = 2;
const HOST: u32 = 4;
const SCOPED: u32 = 0x0100_0000;

/// What leads to no other machine, or to one neighbor only: `RTF_REJECT`,
/// `RTF_LLINFO`, `RTF_BLACKHOLE`, `RTF_WASCLONED`, `RTF_LOCAL`, `RTF_BROADCAST`
/// and `RTF_MULTICAST`.
const NO_WAY: u32 = 0x8 | 0x400 | 0x1000 | 0x2_0000 | 0x20_0000 | 0x40_0000 | 0x80_0000;

/// The routes in a table that lead to other machines, in order.
pub fn rows(table: &[u8]) -> Vec<RouteRow> {
    let mut rows: Vec<RouteRow> = messages(table).filter_map(row).collect();
    rows.sort();
    rows.dedup();
    rows
}

fn row(message: Message<'_>) -> Option<RouteRow> {
    let flags = message.word(FLAGS);
    if message.kind() != KIND || flags & UP == 0 || flags & NO_WAY != 0 {
        return None;
    }
    let addresses = message.addresses(HEADER, message.word(ADDRESSES));
    let to = ip(addresses[DESTINATION])?;
    let length = match flags & HOST {
        0 => prefix(addresses[NETMASK], to),
        _ if to.is_ipv4() => 32,
        _ => 128,
    };
    let is_broadcast = matches!(to, std::net::IpAddr::V4(to) if to.is_broadcast());
    if to.is_loopback() || to.is_multicast() || is_broadcast {
        return None;
    }
    let via = Some(addresses[GATEWAY]).filter(|_| flags & ROUTER != 0).and_then(ip);
    Some(RouteRow {
        table: MAIN,
        destination: format!("{to}/{length}"),
        metric: 0,
        gateway: via.is_some(),
        via: via.map(|via| via.to_string()),
        interface: message.short(INDEX).into(),
        scoped: flags & SCOPED != 0,
    })
}
