//! Made-up bytes → rows.

use super::client;
use super::owners;
use crate::host::SocketRow;
use crate::host::Transport;

fn row(protocol: Transport, local: &str, remote: Option<&str>, process: u32) -> SocketRow {
    let (local, remote) = (local.parse().unwrap(), remote.map(|remote| remote.parse().unwrap()));
    let holders: Vec<u32> = Some(process).filter(|&id| id != 0).into_iter().collect();
    let inode = u32::from(process != 0);
    SocketRow { protocol, local, remote, names: Vec::new(), inode, holders }
}

/// 127.0.0.1 and port 5900, as Windows has them in words.
const HOME: u32 = 0x0100_007f;
const VNC: u32 = 0x0c17;

#[test]
fn windows_tables_of_owners_are_read_as_far_as_they_go() {
    let waits = row(Transport::Tcp, "127.0.0.1:5900", None, 900);
    let table = [
        3,
        2,
        HOME,
        VNC,
        0,
        0,
        900,
        5,
        HOME,
        VNC,
        0x0706_0504,
        0x3930,
        900,
        11,
        HOME,
        VNC,
        HOME,
        VNC,
        0,
    ];
    let came_in = row(Transport::Tcp, "127.0.0.1:5900", Some("4.5.6.7:12345"), 900);
    assert_eq!(owners::tcp4(&table), [waits.clone(), came_in.clone()]);
    assert_eq!(owners::tcp4(&table[..13]), [waits.clone(), came_in], "more promised than there");
    assert_eq!(owners::tcp4(&table[..12]), [waits], "a row that is cut");
    assert_eq!(owners::tcp4(&[0, 2, HOME, VNC, 0, 0, 900]), [], "more there than promised");
    assert_eq!(owners::tcp4(&[]), []);
    let loopback = [0, 0, 0, 0x0100_0000];
    let table = [&[1][..], &loopback, &[0, VNC], &[0; 6], &[2, 4]].concat();
    assert_eq!(owners::tcp6(&table), [row(Transport::Tcp, "[::1]:5900", None, 4)]);
    let table = [1, HOME, 0xff00_0c17, 0];
    assert_eq!(owners::udp4(&table), [row(Transport::Udp, "127.0.0.1:5900", None, 0)]);
    let table = [&[1][..], &loopback, &[7, VNC, 12]].concat();
    assert_eq!(owners::udp6(&table), [row(Transport::Udp, "[::1]:5900", None, 12)]);
}

#[test]
fn a_sessions_client_is_an_address_and_a_protocol_or_nothing() {
    let told = |family: u8, bytes: &[u8]| {
        let all = [&[family, 0, 0, 0], bytes].concat();
        client::address(&all).map(|address| address.to_string())
    };
    assert_eq!(told(2, &[0, 0, 203, 0, 113, 7]), Some("203.0.113.7".to_owned()));
    let far = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0];
    assert_eq!(told(23, &far), Some("fd00::1".to_owned()));
    assert_eq!(told(2, &[0; 20]), None, "no client");
    assert_eq!(told(0, &[1; 20]), None, "no family");
    assert_eq!(told(23, &[1; 15]), None, "one that is cut");
    assert_eq!(client::address(&[2, 0]), None);
    assert_eq!(client::protocol(&[2, 0]), Some("rdp"));
    assert_eq!(client::protocol(&[0, 0]), None);
    assert_eq!(client::protocol(&[2]), None);
    assert_eq!(client::text(&[b'a', 0, b'b', 0, 0, 0, b'c', 0]), Some("ab".to_owned()));
    assert_eq!(client::text(&[0, 0]), None);
    assert_eq!(client::state(0), "active");
    assert_eq!(client::state(77), "unknown");
}
