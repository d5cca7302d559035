//! The first packet of a connection, as the kernel kept it: where TCP ends, so
//! does what it says. Any bytes may be in it.

#[cfg(target_os = "linux")]
mod saved;
#[cfg(test)]
mod tests;

use crate::place::syn::Syn;
use etherparse::LaxNetSlice;
use etherparse::LaxSlicedPacket;
use etherparse::TcpOptionElement;
use etherparse::TransportSlice;
use std::io;
use tokio::net::TcpListener;
use tokio::net::TcpStream;

/// Lets the first packets of connections to this socket be kept for [`of`].
#[cfg(target_os = "linux")]
pub fn keep(listener: &TcpListener) -> io::Result<()> {
    saved::keep(listener)
}

/// Elsewhere than on Linux none are kept.
#[cfg(not(target_os = "linux"))]
pub fn keep(_: &TcpListener) -> io::Result<()> {
    Ok(())
}

/// The first packet of a connection that was taken in; `None` if the kernel
/// kept none, as under a flood of them, and at the second question.
#[cfg(target_os = "linux")]
pub fn of(stream: &TcpStream) -> Option<Syn> {
    let mut packet = [0; saved::LONGEST];
    let length = saved::read(stream, &mut packet).ok()?;
    parse(packet.get(..length)?)
}

/// Elsewhere than on Linux none are kept.
#[cfg(not(target_os = "linux"))]
pub fn of(_: &TcpStream) -> Option<Syn> {
    None
}

/// Reads a packet that begins with its IP header; `None` if it is not the first
/// of a TCP connection.
pub fn parse(packet: &[u8]) -> Option<Syn> {
    // The kernel keeps headers only, so the packet may say it is longer.
    let packet = LaxSlicedPacket::from_ip(packet).ok()?;
    let hops_left = match packet.net? {
        LaxNetSlice::Ipv4(ip) => ip.header().ttl(),
        LaxNetSlice::Ipv6(ip) => ip.header().hop_limit(),
        LaxNetSlice::Arp(_) => return None,
    };
    let Some(TransportSlice::Tcp(tcp)) = packet.transport else { return None };
    if !tcp.syn() || tcp.ack() {
        return None;
    }
    let mut syn = Syn { hops_left, mss: None, window_scale: None, has_timestamp: false };
    for option in tcp.options_iterator().map_while(Result::ok) {
        match option {
            TcpOptionElement::MaximumSegmentSize(mss) => syn.mss = Some(mss),
            TcpOptionElement::WindowScale(scale) => syn.window_scale = Some(scale),
            TcpOptionElement::Timestamp(..) => syn.has_timestamp = true,
            _ => {}
        }
    }
    Some(syn)
}
