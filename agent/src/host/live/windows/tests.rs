//! What this machine tells, whatever it is: Windows, or Wine.

use super::ip_tables::near;
use super::links;
use super::logins;
use super::neighbors;
use super::routes;
use super::signer::signer;
use super::sockets;
use crate::host::NeighborRow;
use crate::host::SocketRow;
use crate::host::Transport;
use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::net::IpAddr;
use std::net::SocketAddr;
use std::net::TcpListener;
use std::net::TcpStream;
use std::net::UdpSocket;
use std::process;
use windows_sys::Win32::Networking::WinSock::AF_INET;

/// `ERROR_INVALID_FUNCTION`.
const INVALID_FUNCTION: i32 = 1;

fn own(local: SocketAddr) -> Vec<SocketRow> {
    let rows = sockets().unwrap().into_iter().filter(|row| row.local == local);
    rows.collect()
}

/// A socket of ours at that address.
fn ours(protocol: Transport, local: SocketAddr, remote: Option<SocketAddr>) -> SocketRow {
    let (names, holders) = (Vec::new(), vec![process::id()]);
    SocketRow { protocol, local, remote, names, inode: 1, holders }
}

/// The same, of which it is not known whose it is.
fn nobodys(row: &SocketRow) -> SocketRow {
    SocketRow { inode: 0, holders: Vec::new(), ..row.clone() }
}

/// Wine makes sockets in another process, and knows that one is ours only once we
/// have done something with it ourselves; of those of IPv6 it may not.
#[test]
fn a_socket_that_listens_is_told_with_its_process() {
    let waiting = TcpListener::bind("127.0.0.1:0").unwrap();
    waiting.ttl().unwrap();
    let near = waiting.local_addr().unwrap();
    assert_eq!(own(near), [ours(Transport::Tcp, near, None)]);
    let waiting = TcpListener::bind("[::1]:0").unwrap();
    let near = waiting.local_addr().unwrap();
    let whole = ours(Transport::Tcp, near, None);
    let rows = own(near);
    assert!(rows == [nobodys(&whole)] || rows == [whole], "{rows:?}");
}

/// Of connections, Wine does not know at all whose they are.
#[test]
fn both_ends_of_a_connection_are_told() {
    for at in ["127.0.0.1:0", "[::1]:0"] {
        let waiting = TcpListener::bind(at).unwrap();
        let near = waiting.local_addr().unwrap();
        let _out = TcpStream::connect(near).unwrap();
        let (_came_in, far) = waiting.accept().unwrap();
        for (local, remote) in [(near, far), (far, near)] {
            let rows = own(local);
            let row = rows.iter().find(|row| row.remote == Some(remote)).unwrap();
            let whole = ours(Transport::Tcp, local, Some(remote));
            assert!(*row == whole || *row == nobodys(&whole), "{row:?}");
        }
    }
}

#[test]
fn a_socket_of_udp_is_told_with_its_process() {
    for at in ["127.0.0.1:0", "[::1]:0"] {
        let socket = UdpSocket::bind(at).unwrap();
        let near = socket.local_addr().unwrap();
        socket.send_to(b"x", near).unwrap();
        assert_eq!(own(near), [ours(Transport::Udp, near, None)]);
    }
}

#[test]
fn this_machine_has_a_loopback_interface_and_no_number_twice() {
    let links = links().unwrap();
    // IF_TYPE_SOFTWARE_LOOPBACK
    assert!(links.iter().any(|link| link.layer == 24 && link.up), "{links:?}");
    let numbers: BTreeSet<u32> = links.iter().map(|link| link.index).collect();
    assert_eq!(numbers.len(), links.len(), "{links:?}");
}

#[test]
fn routes_lead_by_interfaces_there_are_and_to_no_group() {
    let numbers: BTreeSet<u32> = links().unwrap().iter().map(|link| link.index).collect();
    let routes = routes().unwrap();
    for route in &routes {
        assert!(numbers.contains(&route.interface), "{route:?}");
        let (address, length) = route.destination.split_once('/').unwrap();
        let address: IpAddr = address.parse().unwrap();
        assert!(length.parse::<u8>().unwrap() <= if address.is_ipv4() { 32 } else { 128 });
        assert!(!address.is_multicast() && !address.is_loopback(), "{route:?}");
    }
}

/// Wine has only those of IPv4, and says so.
#[test]
fn neighbors_are_on_interfaces_there_are() {
    let links = links().unwrap();
    for one in near(AF_INET).unwrap() {
        assert!(links.iter().any(|link| link.index == one.interface), "{}", one.address);
    }
    match neighbors() {
        Ok(rows) => {
            let is_whole = |row: &NeighborRow| row.link.as_ref().map(String::len) == Some(17);
            assert!(rows.iter().all(is_whole), "{rows:?}");
        }
        Err(error) => assert_eq!(error.raw_os_error(), Some(INVALID_FUNCTION), "{error}"),
    }
}

/// Wine has no sessions, which no Windows is without: that is not the same as
/// nobody being logged in.
#[test]
fn the_services_own_session_is_told_or_it_is_said_that_none_is() {
    match logins() {
        Ok(rows) => assert!(rows.iter().any(|row| row.id == 0), "{rows:?}"),
        Err(error) => assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}"),
    }
}

/// Neither in its own file nor in a catalog, of which Wine has none.
#[test]
fn a_program_that_was_just_built_is_signed_by_nobody() {
    let program = std::env::current_exe().unwrap();
    let answer = signer(program.to_str().unwrap()).map_err(|error| error.kind());
    assert_eq!(answer, Err(ErrorKind::NotFound));
}
