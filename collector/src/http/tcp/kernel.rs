//! One question to the kernel, and its answer.

use super::Tcp;
use netlink_packet_core::NLM_F_REQUEST;
use netlink_packet_core::NetlinkHeader;
use netlink_packet_core::NetlinkMessage;
use netlink_packet_core::NetlinkPayload;
use netlink_packet_sock_diag::AF_INET;
use netlink_packet_sock_diag::AF_INET6;
use netlink_packet_sock_diag::IPPROTO_TCP;
use netlink_packet_sock_diag::SockDiagMessage;
use netlink_packet_sock_diag::TCPI_OPT_TIMESTAMPS;
use netlink_packet_sock_diag::inet::ExtensionFlags;
use netlink_packet_sock_diag::inet::InetRequest;
use netlink_packet_sock_diag::inet::SocketId;
use netlink_packet_sock_diag::inet::StateFlags;
use netlink_packet_sock_diag::inet::nlas::Nla;
use netlink_packet_sock_diag::inet::nlas::TcpInfo;
use rustix::net::AddressFamily;
use rustix::net::RecvFlags;
use rustix::net::SendFlags;
use rustix::net::SocketFlags;
use rustix::net::SocketType;
use rustix::net::netlink::SOCK_DIAG;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

/// One socket takes some hundred bytes.
const DATAGRAM: usize = 8 << 10;

/// `INET_DIAG_NOCOOKIE`, twice: the addresses are enough.
const ANY: [u8; 8] = [0xff; 8];

/// What a segment gives up for timestamps (RFC 7323 §3.2, padded to four bytes).
const TIMESTAMPS: u32 = 12;

/// The kernel answers before `send` returns, so there is nothing to wait for.
pub fn ask(local: SocketAddr, remote: SocketAddr) -> io::Result<Option<Tcp>> {
    let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = rustix::net::socket_with(family, kind, flags, Some(SOCK_DIAG))?;
    rustix::net::send(&socket, &question(local, remote), SendFlags::empty())?;
    let mut answer = vec![0; DATAGRAM];
    let (length, _) = rustix::net::recv(&socket, &mut answer[..], RecvFlags::empty())?;
    read(answer.get(..length).unwrap_or_default())
}

fn question(local: SocketAddr, remote: SocketAddr) -> Vec<u8> {
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST;
    let request = InetRequest {
        family: if local.is_ipv4() { AF_INET } else { AF_INET6 },
        protocol: IPPROTO_TCP,
        extensions: ExtensionFlags::INFO,
        states: StateFlags::all(),
        socket_id: SocketId {
            source_port: local.port(),
            destination_port: remote.port(),
            source_address: local.ip(),
            destination_address: remote.ip(),
            interface_id: interface(local),
            cookie: ANY,
        },
    };
    let request = SockDiagMessage::InetRequest(request);
    let mut message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(request));
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

/// An address of a link says which link; all others are on any.
fn interface(local: SocketAddr) -> u32 {
    match local {
        SocketAddr::V4(_) => 0,
        SocketAddr::V6(address) => address.scope_id(),
    }
}

fn read(datagram: &[u8]) -> io::Result<Option<Tcp>> {
    let message = NetlinkMessage::<SockDiagMessage>::deserialize(datagram)
        .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
    let response = match message.payload {
        NetlinkPayload::InnerMessage(SockDiagMessage::InetResponse(response)) => response,
        // The kernel gives an error as its number, negative.
        NetlinkPayload::Error(error) => {
            return Err(io::Error::from_raw_os_error(error.raw_code().saturating_neg()));
        }
        _ => return Err(io::ErrorKind::InvalidData.into()),
    };
    Ok(response.nlas.iter().find_map(|nla| match nla {
        Nla::TcpInfo(info) => measured(info),
        _ => None,
    }))
}

/// Before the kernel has measured anything its smallest round trip is 0 or the
/// largest number there is.
fn measured(info: &TcpInfo) -> Option<Tcp> {
    if info.min_rtt == 0 || info.min_rtt == u32::MAX {
        return None;
    }
    let stamps = if info.options & TCPI_OPT_TIMESTAMPS == 0 { 0 } else { TIMESTAMPS };
    let mss = u16::try_from(info.snd_mss.saturating_add(stamps)).ok();
    Some(Tcp { round_trip: Duration::from_micros(info.min_rtt.into()), mss })
}
