//! What macOS' kernel tells of its networks, of a socket, and of what programs
//! do: the first byte of an input says which.
#![no_main]

use agent::hints::endpoint;
use agent::host::LinkRow;
use agent::host::Platform;
use agent::host::ProcessRow;
use agent::host::Recording;
use agent::host::live::tables::darwin::links;
use agent::host::live::tables::darwin::messages::messages;
use agent::host::live::tables::darwin::neighbors;
use agent::host::live::tables::darwin::routes;
use agent::host::live::tables::darwin::sockets;
use libfuzzer_sys::fuzz_target;
use std::collections::BTreeMap;

const NETWORKS: u8 = 0;
const SOCKETS: u8 = 1;
const EVENT: u8 = 2;

fuzz_target!(init: fuzz::plant("macos_tables", seeds()), |bytes: &[u8]| {
    let mut machine = Recording::blank(Platform::Macos, "foreign");
    match bytes.split_first() {
        Some((&NETWORKS, table)) => list(&mut machine, table),
        Some((&SOCKETS, told)) => hold(&mut machine, told),
        Some((&EVENT, told)) => return hear(told),
        _ => return,
    }
    fuzz::judge(&machine);
});

/// One table as each of those it may be: the kinds of its messages say.
fn list(machine: &mut Recording, table: &[u8]) {
    let count = messages(table).count();
    let (here, ways) = (links::rows(table), routes::rows(table));
    let near = neighbors::rows(table, &here);
    assert!(here.len() <= count && ways.len() <= count && near.len() <= count);
    let is_here = |name: &String| here.iter().any(|link: &LinkRow| link.name == *name);
    assert!(near.iter().all(|row| is_here(&row.interface)));
    for way in &ways {
        let (address, length) = way.destination.split_once('/').expect("an address and a length");
        let address: std::net::IpAddr = address.parse().expect("an address");
        let most = if address.is_ipv4() { 32 } else { 128 };
        assert!(length.parse::<u8>().is_ok_and(|length| length <= most), "{}", way.destination);
    }
    (machine.link, machine.route, machine.neighbor) = (Some(here), Some(ways), Some(near));
}

fn hold(machine: &mut Recording, told: &[u8]) {
    let mut held: BTreeMap<_, std::collections::BTreeSet<u32>> = BTreeMap::new();
    for (one, process) in told.chunks(sockets::LENGTH).zip(1..) {
        if let Some(socket) = sockets::held(one) {
            held.entry(socket).or_default().insert(process % 3 + 1);
        }
    }
    let row = |id: u32| ProcessRow {
        id,
        parent: None,
        name: id.to_string(),
        executable: Some(format!("/usr/bin/{id}")),
        arguments: Vec::new(),
        user: None,
    };
    let rows = sockets::rows(&held);
    assert_eq!(rows.len(), held.len());
    (machine.socket, machine.process) = (Some(rows), Some([1, 2, 3].map(row).to_vec()));
}

/// What is told of is elsewhere in memory, and is not gone to.
fn hear(told: &[u8]) {
    if let Some(message) = told.first_chunk() {
        let is_asked = |kind| endpoint::EVENTS.contains(&kind);
        let kind = told.get(96..).and_then(<[u8]>::first_chunk).copied().map(u32::from_ne_bytes);
        assert_eq!(endpoint::event(message).is_some(), kind.is_some_and(is_asked));
    }
    if let Some(process) = told.first_chunk() {
        assert!(endpoint::process(process).is_some());
    }
    if let Some(text) = told.first_chunk()
        && let Some((length, at)) = endpoint::text(text, 4096)
    {
        assert!((1..=4096).contains(&length) && at != 0);
    }
}

/// An interface, a route of each family and a neighbor; two sockets; an event.
fn seeds() -> Vec<Vec<u8>> {
    let link = [20, 18, 6, 0, 6, 3, 6, 0, b'e', b'n', b'0', 0x94, 0x83, 0xc4, 1, 2, 3, 0, 0, 0];
    let [all, router] = [[0; 4], [192, 168, 1, 1]].map(v4);
    let mask = [7, 0, 0, 0, 255, 255, 255, 0];
    let far = [&[28, 30, 0, 0, 0, 0, 0, 0, 0xfe, 0x80, 0, 12][..], &[0; 11], &[1, 0, 0, 0, 0]];
    let networks = [
        message(0x12, &[(4, 16), (8, 1), (12, 6), (32, 6), (40, 220)], 160, &link),
        message(0x14, &[(4, 6), (8, 3), (12, 3)], 92, &[all, router].concat()),
        message(0x14, &[(4, 6), (8, 1), (12, 7)], 92, &[&all[..], &link, &mask].concat()),
        message(0x14, &[(4, 6), (8, 1), (12, 3)], 92, &[far.concat(), link.to_vec()].concat()),
        message(4, &[(4, 6), (8, 5), (12, 3)], 92, &[&router[..], &link].concat()),
    ];
    let waits = [(160, 77), (180, 6), (256, 2), (269, 80), (288, 3), (344, 1)];
    let connected = [(160, 78), (180, 6), (256, 2), (265, 80), (269, 81), (288, 1), (344, 4)];
    let sockets = [socket(&waits), socket(&connected), socket(&[(180, 17), (256, 1), (288, 1)])];
    let mut event = vec![1; endpoint::PROCESS];
    event[96..100].copy_from_slice(&endpoint::EVENTS[0].to_ne_bytes());
    vec![
        [&[NETWORKS][..], &networks.concat()].concat(),
        [&[SOCKETS][..], &sockets.concat()].concat(),
        [&[EVENT][..], &event].concat(),
    ]
}

fn v4(bytes: [u8; 4]) -> [u8; 16] {
    let [a, b, c, d] = bytes;
    [16, 2, 0, 0, a, b, c, d, 0, 0, 0, 0, 0, 0, 0, 0]
}

fn socket(set: &[(usize, u8)]) -> Vec<u8> {
    let mut told = vec![0; sockets::LENGTH];
    set.iter().for_each(|&(at, byte)| told[at] = byte);
    told
}

fn message(kind: u8, set: &[(usize, u8)], header: usize, addresses: &[u8]) -> Vec<u8> {
    let mut message = vec![0; header];
    set.iter().for_each(|&(at, byte)| message[at] = byte);
    message[3] = kind;
    message.extend(addresses);
    let length = u16::try_from(message.len()).unwrap().to_le_bytes();
    message[..2].copy_from_slice(&length);
    message
}
