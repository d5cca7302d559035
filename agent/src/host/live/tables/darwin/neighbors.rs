//! Neighbors: the routes to single machines that hold link addresses (`NET_RT_FLAGS`
//! with `RTF_LLINFO`, `struct rt_msghdr`).

use super::messages::DESTINATION;
use super::messages::GATEWAY;
use super::messages::Message;
use super::messages::ip;
use super::messages::link;
use super::messages::messages;
use super::routes::ADDRESSES;
use super::routes::FLAGS;
use super::routes::HEADER;
use super::routes::INDEX;
use crate::host::LinkRow;
use crate::host::NeighborRow;
use crate::host::network::is_of_one_machine;
use crate::host::network::link_text;

/// This machine's own addresses and groups: `RTF_LOCAL`, `RTF_BROADCAST` and
/// `RTF_MULTICAST`.
const NOBODY: u32 = 0x20_0000 | 0x40_0000 | 0x80_0000;

/// The neighbors in a table, in order; one on an interface that has just gone is
/// left out.
pub fn rows(table: &[u8], links: &[LinkRow]) -> Vec<NeighborRow> {
    let mut rows: Vec<NeighborRow> = messages(table).filter_map(|one| row(one, links)).collect();
    rows.sort();
    rows.dedup();
    rows
}

/// `None` for what is no neighbor: one that did not answer, this machine itself,
/// a group.
fn row(message: Message<'_>, links: &[LinkRow]) -> Option<NeighborRow> {
    if message.word(FLAGS) & NOBODY != 0 {
        return None;
    }
    let addresses = message.addresses(HEADER, message.word(ADDRESSES));
    let address = ip(addresses[DESTINATION]).filter(|&address| is_of_one_machine(address))?;
    let (_, link) = link(addresses[GATEWAY])?;
    let is_group = *link.first()? & 1 != 0;
    let index = u32::from(message.short(INDEX));
    let interface = links.iter().find(|link| link.index == index).filter(|_| !is_group)?;
    Some(NeighborRow {
        address: address.to_string(),
        link: link_text(link),
        interface: interface.name.clone(),
        name: None,
    })
}
