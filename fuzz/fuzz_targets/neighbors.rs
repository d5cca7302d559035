//! The kernel's list of neighbors, or the resolver's list of names, near by and
//! far away: the first byte of an input says which.
#![no_main]

use agent::host::NeighborRow;
use agent::host::Platform;
use agent::host::Recording;
use agent::host::SocketRow;
use agent::host::Transport;
use agent::host::live::neighbors::neighbor;
use agent::host::live::netlink::Listing;
use agent::host::live::resolved;
use libfuzzer_sys::fuzz_target;
use std::net::IpAddr;
use std::net::SocketAddr;

/// The first byte of a datagram of the kernel's.
const DATAGRAM: u8 = 0;

/// One neighbor (`RTM_NEWNEIGH`: IPv4, stale, with a link address), then the end.
const LISTED: &[u8] = &[
    DATAGRAM, // then struct nlmsghdr
    48, 0, 0, 0, 28, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, // then struct ndmsg
    2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 1, // then NDA_DST and NDA_LLADDR
    8, 0, 1, 0, 192, 0, 2, 23, 10, 0, 2, 0, 0x48, 0xda, 0x35, 0x6d, 1, 2, 0, 0,
    // NLMSG_DONE
    20, 0, 0, 0, 3, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// A name by its address, and one by the reverse of its address.
const NAMED: &[u8] = br#"{"parameters":{"dump":[{"protocol":"mdns","cache":[{"rrs":[{"rr":{"key":{"type":1,"name":"pikvm.local"},"address":[192,0,2,23]}},{"rr":{"key":{"type":12,"name":"24.2.0.192.in-addr.arpa"},"name":"glkvm.local"}}]}]}]}}"#;

/// A relay, and another name for it.
const FAR: &[u8] = br#"{"parameters":{"dump":[{"protocol":"dns","cache":[{"rrs":[{"rr":{"key":{"type":5,"name":"a.net.anydesk.com"},"name":"b.net.anydesk.com"}},{"rr":{"key":{"type":1,"name":"b.net.anydesk.com"},"address":[192,0,2,23]}}]}]}]}}"#;

fuzz_target!(init: fuzz::plant("neighbors", [LISTED, NAMED, FAR].map(<[u8]>::to_vec)), |bytes: &[u8]| {
    let (rows, sockets) = match bytes.split_first() {
        Some((&DATAGRAM, datagram)) => (listed(datagram), Vec::new()),
        _ => (named(bytes), connected(bytes)),
    };
    if rows.is_empty() && sockets.is_empty() {
        return;
    }
    let mut machine = Recording::blank(Platform::Linux, "foreign");
    (machine.neighbor, machine.socket) = (Some(rows), Some(sockets));
    machine.process = Some(Vec::new());
    fuzz::judge(&machine);
});

/// A connection to each address that has a name.
fn connected(answer: &[u8]) -> Vec<SocketRow> {
    let row = |(address, names): (IpAddr, std::collections::BTreeSet<String>)| {
        assert!(!names.is_empty() && names.len() <= 32 && !names.contains(""));
        let [local, remote] = [([192, 0, 2, 1], 40000).into(), SocketAddr::new(address, 443)];
        let (names, holders) = (names.into_iter().collect(), vec![1]);
        SocketRow {
            protocol: Transport::Tcp,
            local,
            remote: Some(remote),
            names,
            inode: 1,
            holders,
        }
    };
    resolved::read_far(answer).into_iter().map(row).collect()
}

fn listed(datagram: &[u8]) -> Vec<NeighborRow> {
    let mut listing = Listing::default();
    // What was told before a mistake is there all the same.
    drop(listing.take(datagram));
    let neighbors = listing.items.iter().filter_map(neighbor);
    let row = |neighbor: agent::host::live::neighbors::Neighbor| NeighborRow {
        address: neighbor.address.to_string(),
        link: neighbor.link,
        interface: neighbor.interface.to_string(),
        name: None,
    };
    neighbors.map(row).collect()
}

fn named(answer: &[u8]) -> Vec<NeighborRow> {
    let row = |(address, name): (IpAddr, String)| {
        assert!(name.ends_with(".local") && name.len() > ".local".len());
        let (address, interface) = (address.to_string(), "wlan0".to_owned());
        NeighborRow { address, link: None, interface, name: Some(name) }
    };
    resolved::read(answer).into_iter().map(row).collect()
}
