//! Interfaces (`NET_RT_IFLIST2`, `struct if_msghdr2`).

use super::messages::INTERFACE;
use super::messages::Message;
use super::messages::link;
use super::messages::messages;
use crate::host::LinkRow;

/// `RTM_IFINFO2`.
pub const KIND: u8 = 0x12;

/// Where in the header it says which addresses follow.
pub const ADDRESSES: usize = 4;

/// Where the flags are.
pub const FLAGS: usize = 8;

/// Where the number is.
pub const INDEX: usize = 12;

/// Where the type is.
pub const TYPE: usize = 32;

/// Where the size of the greatest packet is.
pub const MTU: usize = 40;

/// How long the header is.
pub const HEADER: usize = 160;

/// `IFF_UP`.
const UP: u32 = 1;

/// What virtual interfaces are called, before their numbers.
const VIRTUAL: [&str; 14] = [
    "utun", "ipsec", "ppp", "gif", "stf", "tun", "tap", "feth", "bridge", "vlan", "bond", "vmenet",
    "vmnet", "pktap",
];

/// The interfaces in a table, in order of their numbers.
pub fn rows(table: &[u8]) -> Vec<LinkRow> {
    let mut rows: Vec<LinkRow> = messages(table).filter_map(row).collect();
    rows.sort();
    rows
}

fn row(message: Message<'_>) -> Option<LinkRow> {
    if message.kind() != KIND {
        return None;
    }
    let addresses = message.addresses(HEADER, message.word(ADDRESSES));
    let (name, _) = link(addresses[INTERFACE])?;
    let name = String::from_utf8_lossy(name).into_owned();
    Some(LinkRow {
        index: message.short(INDEX).into(),
        kind: kind(&name),
        name,
        description: None,
        domain: None,
        layer: message.0.get(TYPE).copied()?.into(),
        up: message.word(FLAGS) & UP != 0,
        mtu: Some(message.word(MTU)).filter(|&mtu| mtu != 0),
    })
}

/// The system's word is in the name.
fn kind(name: &str) -> Option<String> {
    let word = name.trim_end_matches(|letter: char| letter.is_ascii_digit());
    VIRTUAL.contains(&word).then(|| word.to_owned())
}
