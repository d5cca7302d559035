//! Real sockets of this process, and lists as the kernel gives them.

use super::*;
use netlink_packet_sock_diag::inet::InetResponse;
use netlink_packet_sock_diag::inet::InetResponseHeader;
use std::net::TcpListener;
use std::net::TcpStream;
use std::net::UdpSocket;
use std::path::Path;

fn row_at(rows: &[SocketRow], local: SocketAddr, is_connected: bool) -> SocketRow {
    let is_it = |row: &&SocketRow| row.local == local && row.remote.is_some() == is_connected;
    let mut row =
        rows.iter().find(is_it).unwrap_or_else(|| panic!("{local} is not listed")).clone();
    // A child that another test starts has all of ours until it runs its program.
    row.holders.retain(|id| Path::new(&format!("/proc/self/task/{id}")).exists());
    row
}

#[test]
fn the_kernel_lists_what_this_process_holds_with_ipv4_and_ipv6() {
    let us = vec![std::process::id()];
    let sockets = Sockets::default();
    for address in ["127.0.0.1:0", "[::1]:0"] {
        let listener = TcpListener::bind(address).unwrap();
        let bound = UdpSocket::bind(address).unwrap();
        let port = listener.local_addr().unwrap();
        let before = sockets.rows().unwrap();
        let told = row_at(&before, port, false);
        assert_eq!((told.protocol, &told.holders), (Transport::Tcp, &us));
        let told = row_at(&before, bound.local_addr().unwrap(), false);
        assert_eq!((told.protocol, &told.holders), (Transport::Udp, &us));

        let client = TcpStream::connect(port).unwrap();
        let waits = row_at(&sockets.rows().unwrap(), port, true);
        assert_eq!((waits.inode, waits.holders), (0, vec![]), "nobody has taken it yet");
        let taken = listener.accept().unwrap();
        let after = sockets.rows().unwrap();
        let told = row_at(&after, port, true);
        assert_eq!((told.remote, &told.holders), (Some(client.local_addr().unwrap()), &us));
        let told = row_at(&after, client.local_addr().unwrap(), true);
        assert_eq!((told.remote, &told.holders), (Some(port), &us));

        drop((client, taken, listener));
        // Another test may be starting a program, which has all of ours for a moment.
        let is_there = |rows: &[SocketRow]| rows.iter().any(|row| row.local == port);
        let is_gone = (0..1000).any(|_| !is_there(&sockets.rows().unwrap()));
        assert!(is_gone, "{port} is listed still");
    }
}

#[test]
fn what_was_found_is_remembered_and_found_again_after_all_is_forgotten() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap();
    let sockets = Sockets::default();
    let first = row_at(&sockets.rows().unwrap(), port, false);
    sockets.forget();
    assert_eq!(row_at(&sockets.rows().unwrap(), port, false), first);
    (0..2000).for_each(|id| sockets.process_changed(id));
    assert!(sockets.changes.lock().unwrap().anything, "too many to note each");
    assert!(sockets.changes.lock().unwrap().processes.is_empty(), "all are read in any case");
    assert_eq!(row_at(&sockets.rows().unwrap(), port, false), first);
}

#[test]
fn a_thread_that_got_the_id_of_a_process_holds_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap();
    let sockets = Sockets::default();
    let first = row_at(&sockets.rows().unwrap(), port, false);
    assert_eq!(first.holders, [std::process::id()]);
    let seen = std::thread::spawn(move || {
        let thread = rustix::thread::gettid().as_raw_nonzero().get().cast_unsigned();
        assert_ne!(thread, std::process::id());
        sockets.process_changed(thread);
        sockets.process_changed(std::process::id());
        row_at(&sockets.rows().unwrap(), port, false)
    });
    assert_eq!(seen.join().unwrap(), first);
}

#[test]
fn a_descriptors_link_names_a_socket_or_something_else() {
    assert_eq!(socket("socket:[4711]"), Some(4711));
    for other in ["", "socket:[]", "socket:[-1]", "socket:[4294967296]", "pipe:[1]", "/socket:[1]"]
    {
        assert_eq!(socket(other), None, "{other}");
    }
}

#[test]
fn of_a_list_only_what_waits_or_is_connected_is_taken() {
    let listed = |state: u8| {
        let socket_id = SocketId {
            source_port: 5900,
            destination_port: 50000,
            source_address: "192.0.2.1".parse().unwrap(),
            destination_address: "192.0.2.2".parse().unwrap(),
            ..SocketId::new_v4()
        };
        let header = InetResponseHeader {
            family: AF_INET,
            state,
            timer: None,
            socket_id,
            recv_queue: 0,
            send_queue: 0,
            uid: 0,
            inode: 7,
        };
        let response = InetResponse { header, nlas: [].into_iter().collect() };
        row(Transport::Tcp, &SockDiagMessage::InetResponse(Box::new(response)))
    };
    let expected = SocketRow {
        protocol: Transport::Tcp,
        local: "192.0.2.1:5900".parse().unwrap(),
        remote: None,
        names: Vec::new(),
        inode: 7,
        holders: Vec::new(),
    };
    assert_eq!(listed(TCP_LISTEN), Some(expected.clone()));
    let remote = "192.0.2.2:50000".parse().ok();
    assert_eq!(listed(TCP_ESTABLISHED), Some(SocketRow { remote, ..expected }));
    assert_eq!(listed(netlink_packet_sock_diag::TCP_TIME_WAIT), None);
}

#[test]
fn the_resolver_is_asked_of_new_ends_only_and_what_it_said_is_kept_while_one_is_connected() {
    let address = |last: u8| IpAddr::from([192, 0, 2, last]);
    let said =
        |last: u8, name: &str| resolved::Names::from([(address(last), [name.to_owned()].into())]);
    let mut ends = Ends::default();
    ends.find(&[address(1)].into(), || said(1, "relay.example"));
    ends.find(&[address(1)].into(), || panic!("nothing is new"));
    // It has forgotten the first by now.
    ends.find(&[address(1), address(2)].into(), || said(3, "other.example"));
    assert_eq!(ends.of(address(1)), ["relay.example"]);
    assert_eq!(ends.of(address(2)), [""; 0]);
    assert_eq!(ends.of(address(3)), [""; 0]);
    ends.find(&[address(1), address(2)].into(), || panic!("one without a name is no new one"));
    ends.find(&[address(2)].into(), || panic!("nothing is new"));
    ends.find(&[address(1), address(2)].into(), resolved::Names::new);
    assert_eq!(ends.of(address(1)), [""; 0]);
}
