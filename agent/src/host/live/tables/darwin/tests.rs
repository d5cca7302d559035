//! Made-up bytes → rows.

use super::links;
use super::messages::ip;
use super::messages::messages;
use super::messages::prefix;
use super::neighbors;
use super::routes;
use super::sockets;
use crate::host::LinkRow;
use crate::host::MAIN;
use crate::host::NeighborRow;
use crate::host::RouteRow;
use crate::host::SocketRow;
use crate::host::Transport;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::collections::BTreeSet;

/// An address of IPv4, of IPv6, of a link; a mask, of which zeros are left out.
fn v4(bytes: [u8; 4]) -> Vec<u8> {
    [&[16, 2, 0, 0][..], &bytes, &[0; 8]].concat()
}

fn v6(address: &str, scope: u8) -> Vec<u8> {
    let mut bytes = address.parse::<std::net::Ipv6Addr>().unwrap().octets();
    bytes[3] = bytes[3].max(scope);
    [&[28, 30, 0, 0, 0, 0, 0, 0][..], &bytes, &[0; 4]].concat()
}

fn link(name: &str, address: &[u8]) -> Vec<u8> {
    let length = u8::try_from(8 + name.len() + address.len()).unwrap();
    let head =
        [length, 18, 6, 0, 6, name.len().try_into().unwrap(), address.len().try_into().unwrap(), 0];
    [&head[..], name.as_bytes(), address].concat()
}

fn mask(begins: usize, bytes: &[u8]) -> Vec<u8> {
    let mut mask = vec![0; begins];
    mask.extend(bytes);
    mask[0] = mask.len().try_into().unwrap();
    mask
}

/// A message: its kind, what is where in its header, and the addresses that follow.
fn message(kind: u8, header: &[(usize, &[u8])], length: usize, addresses: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0; length];
    bytes[3] = kind;
    for (at, value) in header {
        bytes[*at..at + value.len()].copy_from_slice(value);
    }
    for address in addresses {
        bytes.extend(address);
        let missing =
            if address.is_empty() { 4 } else { bytes.len().next_multiple_of(4) - bytes.len() };
        bytes.extend(std::iter::repeat_n(0, missing));
    }
    let whole = u16::try_from(bytes.len()).unwrap().to_le_bytes();
    bytes[..2].copy_from_slice(&whole);
    bytes
}

fn interface(index: u8, name: &str, kind: u8, flags: u8, mtu: u32) -> Vec<u8> {
    let mtu = mtu.to_le_bytes();
    let header: &[(usize, &[u8])] =
        &[(4, &[0x10]), (8, &[flags]), (12, &[index]), (32, &[kind]), (40, &mtu)];
    message(0x12, header, 160, &[link(name, &[0x3c, 6, 0x30, 0, 0, 1])])
}

fn link_row(index: u32, name: &str, kind: Option<&str>, layer: u16, up: bool, mtu: u32) -> LinkRow {
    let (name, kind) = (name.to_owned(), kind.map(str::to_owned));
    LinkRow { index, name, kind, description: None, domain: None, layer, up, mtu: Some(mtu) }
}

#[test]
fn interfaces_are_told_with_the_systems_word_for_virtual_ones() {
    // Between them, what the kernel says of an interface's address.
    let table = [
        interface(1, "lo0", 24, 1, 16384),
        message(0x0c, &[], 20, &[]),
        interface(6, "en0", 6, 1, 1500),
        interface(16, "utun4", 1, 0, 1280),
    ];
    let expected = [
        link_row(1, "lo0", None, 24, true, 16384),
        link_row(6, "en0", None, 6, true, 1500),
        link_row(16, "utun4", Some("utun"), 1, false, 1280),
    ];
    assert_eq!(links::rows(&table.concat()), expected);
}

fn way(index: u8, flags: u32, set: u8, addresses: &[Vec<u8>]) -> Vec<u8> {
    let flags = flags.to_le_bytes();
    message(0x14, &[(4, &[index]), (8, &flags), (12, &[set])], 92, addresses)
}

fn route(to: &str, via: Option<&str>, interface: u32, scoped: bool) -> RouteRow {
    let (destination, via) = (to.to_owned(), via.map(str::to_owned));
    RouteRow { table: MAIN, destination, metric: 0, gateway: via.is_some(), via, interface, scoped }
}

#[test]
fn routes_to_other_machines_are_told_and_who_may_take_them() {
    let (all, router) = (v4([0; 4]), v4([192, 168, 1, 1]));
    let near = link("", &[]);
    let table = [
        way(6, 0x803, 7, &[all.clone(), router, vec![]]),
        way(12, 0x100_0803, 7, &[v6("::", 0), v6("fe80::1", 12), vec![]]),
        way(6, 0x101, 7, &[v4([192, 168, 1, 0]), near.clone(), mask(4, &[255, 255, 255])]),
        way(16, 0x805, 3, &[v4([10, 9, 8, 7]), near.clone()]),
        way(16, 0x1, 7, &[v4([100, 64, 0, 0]), near.clone(), mask(4, &[255, 192])]),
        way(12, 0x1, 7, &[v6("fe80::", 12), near.clone(), mask(8, &[255; 8])]),
        // Not up; a neighbor; this machine; a group; loopback; everybody.
        way(6, 0x2, 7, &[all, near.clone(), vec![]]),
        way(6, 0x405, 3, &[v4([192, 168, 1, 9]), near.clone()]),
        way(6, 0x20_0005, 3, &[v4([192, 168, 1, 8]), near.clone()]),
        way(6, 0x80_0001, 7, &[v4([224, 0, 0, 0]), near.clone(), mask(4, &[240])]),
        way(1, 0x1, 7, &[v4([127, 0, 0, 0]), near.clone(), mask(4, &[255])]),
        way(6, 0x5, 3, &[v4([255; 4]), near]),
    ];
    let expected = [
        route("0.0.0.0/0", Some("192.168.1.1"), 6, false),
        route("10.9.8.7/32", None, 16, false),
        route("100.64.0.0/10", None, 16, false),
        route("192.168.1.0/24", None, 6, false),
        route("::/0", Some("fe80::1"), 12, true),
        route("fe80::/64", None, 12, false),
    ];
    assert_eq!(routes::rows(&table.concat()), expected);
}

#[test]
fn neighbors_are_those_with_a_link_address_of_their_own() {
    let near = |to: Vec<u8>, link: Vec<u8>, flags: u32| {
        let flags = flags.to_le_bytes();
        message(4, &[(4, &[6]), (8, &flags), (12, &[3])], 92, &[to, link])
    };
    let table = [
        near(v4([192, 168, 1, 1]), link("", &[0x94, 0x83, 0xc4, 1, 2, 3]), 0x405),
        near(v6("fe80::1", 6), link("en0", &[0x94, 0x83, 0xc4, 1, 2, 3]), 0x405),
        near(v4([192, 168, 1, 7]), link("", &[]), 0x405),
        near(v4([192, 168, 1, 255]), link("", &[255; 6]), 0x405),
        near(v4([224, 0, 0, 251]), link("", &[1, 0, 0x5e, 0, 0, 0xfb]), 0x405),
        near(v4([192, 168, 1, 20]), link("", &[0x3c, 6, 0x30, 0, 0, 1]), 0x20_0405),
    ];
    let row = |address: &str| NeighborRow {
        address: address.to_owned(),
        link: Some("94:83:c4:01:02:03".to_owned()),
        interface: "en0".to_owned(),
        name: None,
    };
    let here = [link_row(6, "en0", None, 6, true, 1500)];
    assert_eq!(neighbors::rows(&table.concat(), &here), [row("192.168.1.1"), row("fe80::1")]);
    assert_eq!(neighbors::rows(&table.concat(), &[]), []);
}

#[test]
fn what_is_cut_or_lies_about_its_length_ends_the_table() {
    let whole = interface(6, "en0", 6, 1, 1500);
    let lengths = |table: &[u8]| -> Vec<usize> { messages(table).map(|one| one.0.len()).collect() };
    assert_eq!(lengths(&[whole.clone(), vec![0, 0, 5, 18]].concat()), [whole.len()]);
    assert_eq!(lengths(&[whole.clone(), vec![3, 0, 5]].concat()), [whole.len()]);
    assert_eq!(lengths(&whole[..whole.len() - 1]), [0; 0]);
    let mut lying = whole;
    lying[160] = 255;
    assert_eq!(links::rows(&lying), []);
    assert_eq!(ip(&[16, 2, 0, 0, 192, 168]), None);
    let address = "::1".parse().unwrap();
    assert_eq!(prefix(&[7; 3], address), 0);
    assert_eq!(prefix(&[255; 255], address), 128);
    assert_eq!(prefix(&mask(4, &[255, 254, 255]), "10.0.0.0".parse().unwrap()), 15);
}

/// A descriptor: kind, protocol, family, state, and both ends as port and last bytes.
fn descriptor(
    [kind, protocol, family, state]: [u8; 4],
    near: (u16, [u8; 4]),
    far: (u16, [u8; 4]),
) -> Vec<u8> {
    let mut bytes = vec![0; sockets::LENGTH];
    for (at, value) in [(160, 77), (180, protocol), (256, kind), (288, family), (344, state)] {
        bytes[at] = value;
    }
    for (port, address, (number, last)) in [(268, 324, near), (264, 308, far)] {
        bytes[port..port + 2].copy_from_slice(&number.to_be_bytes());
        bytes[address..address + 4].copy_from_slice(&last);
    }
    bytes
}

#[test]
fn descriptors_are_sockets_that_wait_or_are_connected_each_with_all_who_hold_it() {
    let (home, none) = ((5900, [0; 4]), (0, [0; 4]));
    let waits = descriptor([2, 6, 3, 1], home, none);
    let came_in = descriptor([2, 6, 1, 4], (5900, [192, 168, 1, 20]), (50000, [203, 0, 113, 7]));
    let udp = descriptor([1, 17, 1, 0], (3283, [0; 4]), none);
    let mut held: BTreeMap<_, BTreeSet<u32>> = BTreeMap::new();
    for (bytes, process) in [(&waits, 1), (&waits, 800), (&came_in, 800), (&udp, 700)] {
        held.entry(sockets::held(bytes).unwrap()).or_default().insert(process);
    }
    let row = |protocol, local: &str, remote: Option<&str>, holders: &[u32]| SocketRow {
        protocol,
        local: local.parse().unwrap(),
        remote: remote.map(|remote| remote.parse().unwrap()),
        names: Vec::new(),
        inode: 1,
        holders: holders.to_vec(),
    };
    let expected = [
        row(Transport::Tcp, "192.168.1.20:5900", Some("203.0.113.7:50000"), &[800]),
        row(Transport::Tcp, "[::]:5900", None, &[1, 800]),
        row(Transport::Udp, "0.0.0.0:3283", None, &[700]),
    ];
    assert_eq!(sockets::rows(&held), expected);
}

#[test]
fn descriptors_that_are_something_else_are_not_told() {
    let (home, far) = ((5900, [0; 4]), (443, [203, 0, 113, 7]));
    for (what, near, far) in [
        // On its way, closed, UDP that is connected, of no family, a raw socket, a pipe.
        ([2, 6, 1, 2], home, far),
        ([2, 6, 1, 0], home, far),
        ([1, 17, 1, 0], home, far),
        ([2, 6, 0, 1], home, (0, [0; 4])),
        ([1, 1, 1, 0], home, (0, [0; 4])),
        ([3, 0, 1, 1], home, (0, [0; 4])),
        // UDP that is not bound.
        ([1, 17, 1, 0], (0, [0; 4]), (0, [0; 4])),
    ] {
        assert_eq!(sockets::held(&descriptor(what, near, far)), None, "{what:?}");
    }
    let whole = descriptor([2, 6, 1, 1], home, (0, [0; 4]));
    assert_eq!(sockets::held(&whole[..sockets::LENGTH - 1]), None);
}

proptest! {
    #[test]
    fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        let here = links::rows(&bytes);
        routes::rows(&bytes);
        neighbors::rows(&bytes, &here);
        sockets::held(&bytes);
    }

    #[test]
    fn any_bytes_within_a_message_are_read_to_their_end(
        kind in prop::sample::select(vec![0x12_u8, 0x14, 4]),
        bytes in prop::collection::vec(any::<u8>(), 160..300),
    ) {
        let here = [link_row(6, "en0", None, 6, true, 1500)];
        let whole = message(kind, &[], bytes.len(), &[]);
        let table: Vec<u8> = whole[..4].iter().chain(&bytes[4..]).copied().collect();
        prop_assert!(links::rows(&table).len() <= 1);
        prop_assert!(routes::rows(&table).len() <= 1);
        prop_assert!(neighbors::rows(&table, &here).len() <= 1);
    }
}
