//! Neighbors as the kernel tells of them.

use super::*;
use netlink_packet_core::NetlinkDeserializable;
use netlink_packet_core::NetlinkHeader;
use netlink_packet_core::NetlinkSerializable;

/// `RTM_NEWNEIGH`
const NEW: u16 = 28;

const LINK: [u8; 6] = [0x48, 0xda, 0x35, 0x6d, 0x01, 0x02];

fn told(state: NeighbourState, address: &str, link: Option<&[u8]>) -> RouteNetlinkMessage {
    let address: IpAddr = address.parse().unwrap();
    let mut message = NeighbourMessage::default();
    message.header.family = match address {
        IpAddr::V4(_) => netlink_packet_route::AddressFamily::Inet,
        IpAddr::V6(_) => netlink_packet_route::AddressFamily::Inet6,
    };
    message.header.state = state;
    message.header.ifindex = 3;
    message.attributes.push(NeighbourAttribute::Destination(address.into()));
    message.attributes.extend(link.map(|link| NeighbourAttribute::LinkLayerAddress(link.to_vec())));
    let message = RouteNetlinkMessage::NewNeighbour(message);
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    let mut header = NetlinkHeader::default();
    header.message_type = NEW;
    RouteNetlinkMessage::deserialize(&header, &bytes).unwrap()
}

#[test]
fn a_neighbor_has_an_address_a_link_address_and_an_interface() {
    for address in ["192.0.2.23", "fe80::4ada:35ff:fe6d:102"] {
        let expected = Neighbor {
            address: address.parse().unwrap(),
            link: Some("48:da:35:6d:01:02".to_owned()),
            interface: 3,
        };
        let told = told(NeighbourState::Stale, address, Some(&LINK));
        assert_eq!(neighbor(&told), Some(expected));
    }
}

#[test]
fn a_link_address_of_another_length_is_not_known() {
    let told = told(NeighbourState::Reachable, "192.0.2.23", Some(&[1; 20]));
    assert_eq!(neighbor(&told).map(|neighbor| neighbor.link), Some(None));
}

#[test]
fn who_does_not_answer_is_no_neighbor() {
    use NeighbourState as State;
    let is_one = |state| neighbor(&told(state, "192.0.2.23", Some(&LINK))).is_some();
    for state in [State::Reachable, State::Stale, State::Delay, State::Probe, State::Permanent] {
        assert!(is_one(state), "{state}");
    }
    for state in [State::None, State::Incomplete, State::Failed, State::Noarp, State::Other(3)] {
        assert!(!is_one(state), "{state}");
    }
    assert_eq!(neighbor(&told(State::Stale, "192.0.2.23", None)), None);
}

#[test]
fn a_group_and_this_machine_are_no_neighbors() {
    for address in ["224.0.0.251", "ff02::1", "255.255.255.255", "127.0.0.1", "::1", "0.0.0.0"] {
        let told = told(NeighbourState::Permanent, address, Some(&LINK));
        assert_eq!(neighbor(&told), None, "{address}");
    }
}
