//! The kernel's lists of sockets, interfaces and routes, or what a process's
//! descriptor links to: the first byte of an input says which.
#![no_main]

use agent::host::Platform;
use agent::host::ProcessRow;
use agent::host::Recording;
use agent::host::Transport;
use agent::host::live::netlink::Listing;
use agent::host::live::routes;
use agent::host::live::sockets;
use libfuzzer_sys::fuzz_target;

const TCP: u8 = 0;
const UDP: u8 = 1;
const ROUTING: u8 = 2;
const LINK: u8 = 3;

/// `NLMSG_DONE`.
const DONE: [u8; 20] = [20, 0, 0, 0, 3, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

fuzz_target!(init: fuzz::plant("networks", seeds()), |bytes: &[u8]| {
    let mut machine = Recording::blank(Platform::Linux, "foreign");
    machine.process = Some(vec![process(1, None), process(2, Some(1)), process(3, Some(3))]);
    match bytes.split_first() {
        Some((&TCP, datagram)) => list_sockets(&mut machine, Transport::Tcp, datagram),
        Some((&UDP, datagram)) => list_sockets(&mut machine, Transport::Udp, datagram),
        Some((&ROUTING, datagram)) => list_routes(&mut machine, datagram),
        Some((&LINK, link)) => {
            let inode = str::from_utf8(link).ok().and_then(sockets::socket);
            assert!(inode.is_none() || link.starts_with(b"socket:["));
            return;
        }
        _ => return,
    }
    fuzz::judge(&machine);
});

/// Who holds a socket is not in the list: the inode says, so that there is everything.
fn list_sockets(machine: &mut Recording, protocol: Transport, datagram: &[u8]) {
    let mut listing = Listing::default();
    // What was told before a mistake is there all the same.
    drop(listing.take(datagram));
    let mut rows: Vec<_> =
        listing.items.iter().filter_map(|item| sockets::row(protocol, item)).collect();
    for row in &mut rows {
        row.holders = (1..=4).filter(|id| row.inode & (1 << id) != 0).collect();
    }
    machine.socket = Some(rows);
}

fn list_routes(machine: &mut Recording, datagram: &[u8]) {
    let mut listing = Listing::default();
    drop(listing.take(datagram));
    machine.link = Some(listing.items.iter().filter_map(routes::link).collect());
    machine.route = Some(listing.items.iter().flat_map(routes::routes).collect());
    machine.neighbor = Some(Vec::new());
}

fn process(id: u32, parent: Option<u32>) -> ProcessRow {
    let executable = Some(format!("/usr/bin/{id}"));
    ProcessRow { id, parent, name: id.to_string(), executable, arguments: Vec::new(), user: None }
}

/// A socket that listens and one that is connected; an interface and a route.
fn seeds() -> Vec<Vec<u8>> {
    let socket = |state: u8, local: [u8; 2], inode: u8| {
        let mut item = vec![2, state, 0, 0];
        item.extend(local);
        item.extend([0xc3, 0x50, 10, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        item.extend([10, 1, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        item.extend([0; 4 + 8 + 4 * 4]);
        item.extend([inode, 0, 0, 0]);
        message(20, &item)
    };
    let sockets = [socket(10, [0x17, 0x0c], 2), socket(1, [0x17, 0x0c], 4), DONE.to_vec()].concat();
    // struct ifinfomsg, IFLA_IFNAME, IFLA_MTU, IFLA_LINKINFO with IFLA_INFO_KIND.
    let link = [
        &[0, 0, 0xfe, 0xff, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0][..],
        &[9, 0, 3, 0, b't', b'u', b'n', b'0', 0, 0, 0, 0, 8, 0, 4, 0, 0xdc, 5, 0, 0],
        &[12, 0, 18, 0, 8, 0, 1, 0, b't', b'u', b'n', 0],
    ];
    // struct rtmsg of a route to half of all addresses, RTA_DST, RTA_OIF.
    let route = |first: u8| {
        [
            &[2, 1, 0, 0, 254, 3, 0, 1, 0, 0, 0, 0][..],
            &[8, 0, 1, 0, first, 0, 0, 0, 8, 0, 4, 0, 4, 0, 0, 0],
        ]
        .concat()
    };
    let routing = [
        message(16, &link.concat()),
        message(24, &route(0)),
        message(24, &route(128)),
        DONE.to_vec(),
    ];
    vec![
        [&[TCP][..], &sockets].concat(),
        [&[UDP][..], &sockets].concat(),
        [&[ROUTING][..], &routing.concat()].concat(),
        [&[LINK][..], b"socket:[4711]"].concat(),
    ]
}

fn message(kind: u16, item: &[u8]) -> Vec<u8> {
    let length = u32::try_from(16 + item.len()).unwrap();
    let mut message = length.to_ne_bytes().to_vec();
    message.extend(kind.to_ne_bytes());
    message.extend([2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    message.extend(item);
    message
}
