//! Windows: the machines on its networks, as its tables of ARP and neighbor
//! discovery have them; no packet is sent. Their names are not known: its
//! resolver's memory is read by no documented call.

use super::adapters::adapters;
use super::ip_tables::near;
use crate::host::NeighborRow;
use crate::host::network::is_of_one_machine;
use crate::host::network::link_text;
use std::collections::BTreeMap;
use std::io;
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;

/// The neighbors, in order of their addresses.
pub fn neighbors() -> io::Result<Vec<NeighborRow>> {
    let names: BTreeMap<u32, String> =
        adapters()?.into_iter().map(|adapter| (adapter.index, adapter.name)).collect();
    let near = near(AF_UNSPEC)?.into_iter().filter(|one| is_of_one_machine(one.address));
    let mut rows: Vec<NeighborRow> = near
        .filter(|one| is_of_one_link(&one.link))
        .filter_map(|one| {
            Some(NeighborRow {
                address: one.address.to_string(),
                link: link_text(&one.link),
                interface: names.get(&one.interface)?.clone(),
                name: None,
            })
        })
        .collect();
    rows.sort();
    rows.dedup();
    Ok(rows)
}

/// False without a link address, of nothing, and of a group's (IEEE 802-2014 §8.2.2).
fn is_of_one_link(link: &[u8]) -> bool {
    link.first().is_some_and(|first| first & 1 == 0) && link.iter().any(|&byte| byte != 0)
}
