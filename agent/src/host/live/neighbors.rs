//! The kernel's neighbor table: whom this machine has spoken with on its
//! networks (ARP and NDP). It is read over rtnetlink; no packet is sent.

#[cfg(test)]
mod tests;

use super::netlink;
use super::resolved;
use crate::host::NeighborRow;
use crate::host::network::is_of_one_machine;
use crate::host::network::link_text;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::neighbour::NeighbourAddress;
use netlink_packet_route::neighbour::NeighbourAttribute;
use netlink_packet_route::neighbour::NeighbourMessage;
use netlink_packet_route::neighbour::NeighbourState;
use rustix::net::netdevice::index_to_name;
use std::collections::BTreeMap;
use std::io;
use std::net::IpAddr;

/// The neighbors, in order of their addresses, with the names the resolver
/// remembers for them.
pub fn rows() -> io::Result<Vec<NeighborRow>> {
    let request = RouteNetlinkMessage::GetNeighbour(NeighbourMessage::default());
    let messages = netlink::dump(netlink::ROUTE, request)?;
    let neighbors: Vec<Neighbor> = messages.iter().filter_map(neighbor).collect();
    if neighbors.is_empty() {
        return Ok(Vec::new());
    }
    let (interfaces, names) = (interfaces(&neighbors)?, resolved::names());
    let mut rows: Vec<NeighborRow> = neighbors
        .iter()
        .filter_map(|neighbor| {
            Some(NeighborRow {
                address: neighbor.address.to_string(),
                link: neighbor.link.clone(),
                interface: interfaces.get(&neighbor.interface)?.clone(),
                name: names.get(&neighbor.address).cloned(),
            })
        })
        .collect();
    rows.sort();
    Ok(rows)
}

/// A neighbor the kernel has heard of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbor {
    /// Its network address.
    pub address: IpAddr,
    /// Its link address as text; `None` on links whose addresses are not six bytes.
    pub link: Option<String>,
    /// The number of the interface it was heard on.
    pub interface: u32,
}

/// `None` for what is no neighbor: one that does not answer or was never asked
/// for, one without a link address, a group of machines, this machine itself.
pub fn neighbor(message: &RouteNetlinkMessage) -> Option<Neighbor> {
    let RouteNetlinkMessage::NewNeighbour(message) = message else { return None };
    let is_known = matches!(
        message.header.state,
        NeighbourState::Reachable
            | NeighbourState::Stale
            | NeighbourState::Delay
            | NeighbourState::Probe
            | NeighbourState::Permanent
    );
    let address = message.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::Destination(NeighbourAddress::Inet(address)) => Some((*address).into()),
        NeighbourAttribute::Destination(NeighbourAddress::Inet6(address)) => {
            Some((*address).into())
        }
        _ => None,
    });
    let address = address.filter(|address: &IpAddr| is_known && is_of_one_machine(*address))?;
    let link = message.attributes.iter().find_map(|attribute| match attribute {
        NeighbourAttribute::LinkLayerAddress(bytes) => Some(bytes.as_slice()),
        _ => None,
    })?;
    Some(Neighbor { address, link: link_text(link), interface: message.header.ifindex })
}

/// The names of the interfaces; one that has just gone has none.
fn interfaces(neighbors: &[Neighbor]) -> io::Result<BTreeMap<u32, String>> {
    let socket = netlink::open(netlink::ROUTE)?;
    let mut names = BTreeMap::new();
    for &Neighbor { interface, .. } in neighbors {
        if !names.contains_key(&interface)
            && let Ok(name) = index_to_name(&socket, interface)
        {
            names.insert(interface, name);
        }
    }
    Ok(names)
}
