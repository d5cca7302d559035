//! The kernel's own list, and messages as it gives them.

use super::*;
use netlink_packet_route::link::InfoKind;
use netlink_packet_route::link::LinkLayerType;
use netlink_packet_route::route::RouteNextHop;

fn way(kind: RouteType, attributes: Vec<RouteAttribute>) -> RouteNetlinkMessage {
    let mut message = RouteMessage::default();
    message.header.address_family = AddressFamily::Inet;
    message.header.table = 254;
    message.header.kind = kind;
    message.attributes = attributes;
    RouteNetlinkMessage::NewRoute(message)
}

fn all(via: Option<&str>, interface: u32) -> RouteRow {
    let (destination, via) = ("0.0.0.0/0".to_owned(), via.map(str::to_owned));
    RouteRow {
        table: 254,
        destination,
        metric: 0,
        gateway: via.is_some(),
        via,
        interface,
        scoped: false,
    }
}

#[test]
fn the_kernel_lists_this_machines_loopback_interface() {
    let links = links().unwrap();
    let loopback = links.iter().find(|link| link.name == "lo").unwrap();
    assert_eq!((loopback.index, loopback.kind.as_deref(), loopback.layer), (1, None, 772));
    let known: Vec<u32> = links.iter().map(|link| link.index).collect();
    assert!(rows().unwrap().iter().all(|route| known.contains(&route.interface)));
}

#[test]
fn an_interface_is_told_with_its_kind() {
    let mut message = LinkMessage::default();
    message.header.index = 4;
    message.header.link_layer_type = LinkLayerType::None;
    message.header.flags = LinkFlags::Up;
    assert_eq!(link(&RouteNetlinkMessage::NewLink(message.clone())), None, "without a name");
    message.attributes = vec![
        LinkAttribute::IfName("wg0".to_owned()),
        LinkAttribute::Mtu(1420),
        LinkAttribute::LinkInfo(vec![LinkInfo::Kind(InfoKind::Wireguard)]),
    ];
    let expected = LinkRow {
        index: 4,
        name: "wg0".to_owned(),
        kind: Some("wireguard".to_owned()),
        description: None,
        domain: None,
        layer: 65534,
        up: true,
        mtu: Some(1420),
    };
    assert_eq!(link(&RouteNetlinkMessage::NewLink(message)), Some(expected));
}

#[test]
fn a_route_is_told_for_each_interface_it_leads_to() {
    let gateway = || RouteAttribute::Gateway(RouteAddress::Inet(Ipv4Addr::new(192, 0, 2, 1)));
    let plain = way(RouteType::Unicast, vec![RouteAttribute::Oif(4)]);
    assert_eq!(routes(&plain), [all(None, 4)]);
    let routed = way(RouteType::Unicast, vec![gateway(), RouteAttribute::Oif(4)]);
    assert_eq!(routes(&routed), [all(Some("192.0.2.1"), 4)]);
    let hop = |interface: u32, attributes: Vec<RouteAttribute>| {
        let mut hop = RouteNextHop::default();
        (hop.interface_index, hop.attributes) = (interface, attributes);
        hop
    };
    let several = RouteAttribute::MultiPath(vec![hop(4, vec![gateway()]), hop(5, Vec::new())]);
    assert_eq!(
        routes(&way(RouteType::Unicast, vec![several])),
        [all(Some("192.0.2.1"), 4), all(None, 5)]
    );
}

#[test]
fn where_no_packet_leaves_there_is_no_route() {
    for kind in [RouteType::Local, RouteType::BlackHole, RouteType::Unreachable] {
        assert_eq!(routes(&way(kind, vec![RouteAttribute::Oif(1)])), []);
    }
    let own = vec![RouteAttribute::Oif(1), RouteAttribute::Table(OWN)];
    assert_eq!(routes(&way(RouteType::Unicast, own)), []);
    assert_eq!(routes(&way(RouteType::Unicast, Vec::new())), []);
}

#[test]
fn the_table_and_the_cost_are_told() {
    let attributes = vec![
        RouteAttribute::Destination(RouteAddress::Inet6(Ipv6Addr::LOCALHOST)),
        RouteAttribute::Table(51820),
        RouteAttribute::Priority(50),
        RouteAttribute::Oif(6),
    ];
    let expected = RouteRow {
        table: 51820,
        destination: "::1/0".to_owned(),
        metric: 50,
        gateway: false,
        via: None,
        interface: 6,
        scoped: false,
    };
    assert_eq!(routes(&way(RouteType::Unicast, attributes)), [expected]);
}
