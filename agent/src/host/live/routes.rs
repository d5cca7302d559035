//! The kernel's interfaces and routes, over rtnetlink
//! (`include/uapi/linux/rtnetlink.h`).

#[cfg(test)]
mod tests;

use super::netlink;
use crate::host::LinkRow;
use crate::host::RouteRow;
use netlink_packet_route::AddressFamily;
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::LinkAttribute;
use netlink_packet_route::link::LinkFlags;
use netlink_packet_route::link::LinkInfo;
use netlink_packet_route::link::LinkMessage;
use netlink_packet_route::route::RouteAddress;
use netlink_packet_route::route::RouteAttribute;
use netlink_packet_route::route::RouteMessage;
use netlink_packet_route::route::RouteType;
use netlink_packet_route::route::RouteVia;
use std::io;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// `RT_TABLE_LOCAL`: the machine's own addresses.
const OWN: u32 = 255;

/// The interfaces, in order of their numbers.
pub fn links() -> io::Result<Vec<LinkRow>> {
    let request = RouteNetlinkMessage::GetLink(LinkMessage::default());
    let messages = netlink::dump(netlink::ROUTE, request)?;
    let mut rows: Vec<LinkRow> = messages.iter().filter_map(link).collect();
    rows.sort();
    Ok(rows)
}

/// The routes of IPv4 and IPv6, in order of their tables.
pub fn rows() -> io::Result<Vec<RouteRow>> {
    let mut rows = Vec::new();
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        let mut request = RouteMessage::default();
        request.header.address_family = family;
        let messages = netlink::dump(netlink::ROUTE, RouteNetlinkMessage::GetRoute(request))?;
        rows.extend(messages.iter().flat_map(routes));
    }
    rows.sort();
    Ok(rows)
}

/// An interface; `None` for one without a name.
pub fn link(message: &RouteNetlinkMessage) -> Option<LinkRow> {
    let RouteNetlinkMessage::NewLink(message) = message else { return None };
    let mut row = LinkRow {
        index: message.header.index,
        name: String::new(),
        kind: None,
        description: None,
        domain: None,
        layer: message.header.link_layer_type.into(),
        up: message.header.flags.contains(LinkFlags::Up),
        mtu: None,
    };
    for attribute in &message.attributes {
        match attribute {
            LinkAttribute::IfName(name) => row.name.clone_from(name),
            LinkAttribute::Mtu(mtu) => row.mtu = Some(*mtu),
            LinkAttribute::LinkInfo(told) => row.kind = told.iter().find_map(kind),
            _ => {}
        }
    }
    Some(row).filter(|row| !row.name.is_empty())
}

fn kind(told: &LinkInfo) -> Option<String> {
    match told {
        LinkInfo::Kind(kind) => Some(kind.to_string()),
        _ => None,
    }
}

/// A route by which packets leave: one row for each interface it leads to, none
/// for one that leads nowhere or to this machine.
pub fn routes(message: &RouteNetlinkMessage) -> Vec<RouteRow> {
    let RouteNetlinkMessage::NewRoute(message) = message else { return Vec::new() };
    let is_way = message.header.kind == RouteType::Unicast;
    let Some(mut row) = unled(message).filter(|row| is_way && row.table != OWN) else {
        return Vec::new();
    };
    let mut rows = Vec::new();
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Oif(interface) => row.interface = *interface,
            RouteAttribute::MultiPath(hops) => rows.extend(hops.iter().map(|hop| {
                let (gateway, via) = router(&hop.attributes);
                RouteRow { gateway, via, interface: hop.interface_index, ..row.clone() }
            })),
            _ => {}
        }
    }
    (row.gateway, row.via) = router(&message.attributes);
    if row.interface != 0 {
        rows.push(row);
    }
    rows
}

/// Whether these name a router, and its address if that is one of IP.
fn router(attributes: &[RouteAttribute]) -> (bool, Option<String>) {
    let is_router =
        |one: &RouteAttribute| matches!(one, RouteAttribute::Gateway(_) | RouteAttribute::Via(_));
    let address = attributes.iter().find_map(|one| match one {
        RouteAttribute::Gateway(RouteAddress::Inet(to))
        | RouteAttribute::Via(RouteVia::Inet(to)) => Some(IpAddr::V4(*to)),
        RouteAttribute::Gateway(RouteAddress::Inet6(to))
        | RouteAttribute::Via(RouteVia::Inet6(to)) => Some(IpAddr::V6(*to)),
        _ => None,
    });
    (attributes.iter().any(is_router), address.map(|address| address.to_string()))
}

/// The route without the interface it leads to; `None` if it is not of IP.
fn unled(message: &RouteMessage) -> Option<RouteRow> {
    let mut address = match message.header.address_family {
        AddressFamily::Inet => IpAddr::V4(Ipv4Addr::UNSPECIFIED),
        AddressFamily::Inet6 => IpAddr::V6(Ipv6Addr::UNSPECIFIED),
        _ => return None,
    };
    let (mut table, mut metric) = (u32::from(message.header.table), 0);
    for attribute in &message.attributes {
        match attribute {
            RouteAttribute::Destination(RouteAddress::Inet(to)) => address = (*to).into(),
            RouteAttribute::Destination(RouteAddress::Inet6(to)) => address = (*to).into(),
            RouteAttribute::Table(number) => table = *number,
            RouteAttribute::Priority(number) => metric = *number,
            _ => {}
        }
    }
    let destination = format!("{address}/{}", message.header.destination_prefix_length);
    let (gateway, via, interface, scoped) = (false, None, 0, false);
    Some(RouteRow { table, destination, metric, gateway, via, interface, scoped })
}
