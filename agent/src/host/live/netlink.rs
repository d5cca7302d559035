//! Asks the kernel for a list over netlink and collects the answer
//! (`include/uapi/linux/netlink.h`; RFC 3549 §2.3.2), whatever the protocol.

#[cfg(test)]
mod tests;

use netlink_packet_core::NLM_F_DUMP;
use netlink_packet_core::NLM_F_DUMP_INTR;
use netlink_packet_core::NLM_F_REQUEST;
use netlink_packet_core::NLMSG_ALIGNTO;
use netlink_packet_core::NetlinkBuffer;
use netlink_packet_core::NetlinkDeserializable;
use netlink_packet_core::NetlinkHeader;
use netlink_packet_core::NetlinkMessage;
use netlink_packet_core::NetlinkPayload;
use netlink_packet_core::NetlinkSerializable;
use rustix::net::AddressFamily;
use rustix::net::Protocol;
use rustix::net::RecvFlags;
use rustix::net::SendFlags;
use rustix::net::SocketFlags;
use rustix::net::SocketType;
use rustix::net::sockopt::Timeout;
use rustix::net::sockopt::set_socket_timeout;
use std::io;
use std::os::fd::OwnedFd;
use std::time::Duration;

/// `NETLINK_ROUTE`: addresses, links, neighbors and routes. Its number is 0, the default.
pub const ROUTE: Option<Protocol> = None;

/// `NETLINK_SOCK_DIAG`: sockets.
pub const SOCK_DIAG: Option<Protocol> = Some(rustix::net::netlink::SOCK_DIAG);

/// The kernel puts at most 32 KiB of a list into one datagram (`netlink_recvmsg`,
/// `net/netlink/af_netlink.c`).
const DATAGRAM: usize = 32 << 10;

/// A list with more items than this is not one of a laptop.
const MOST: usize = 1 << 17;

/// The kernel answers at once, or something is wrong.
const PATIENCE: Duration = Duration::from_secs(2);

/// How often a list that changed while it was told is asked for again.
const TRIES: usize = 4;

/// Everything the kernel lists when asked for `request`, all of it of one moment.
pub fn dump<M>(protocol: Option<Protocol>, request: M) -> io::Result<Vec<M>>
where
    M: NetlinkSerializable + NetlinkDeserializable,
{
    let request = question(request);
    for _ in 0..TRIES {
        let listing = ask(protocol, &request)?;
        if !listing.torn {
            return Ok(listing.items);
        }
    }
    Err(io::ErrorKind::Interrupted.into())
}

/// Opens a netlink socket that hears no multicast group and does not wait for ever.
pub fn open(protocol: Option<Protocol>) -> io::Result<OwnedFd> {
    let (family, kind) = (AddressFamily::NETLINK, SocketType::RAW);
    let socket = rustix::net::socket_with(family, kind, SocketFlags::CLOEXEC, protocol)?;
    set_socket_timeout(&socket, Timeout::Recv, Some(PATIENCE))?;
    Ok(socket)
}

fn question<M: NetlinkSerializable>(request: M) -> Vec<u8> {
    let mut header = NetlinkHeader::default();
    header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    let mut message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(request));
    message.finalize();
    let mut bytes = vec![0; message.buffer_len()];
    message.serialize(&mut bytes);
    bytes
}

/// Asks on a socket of its own, so that nothing of an earlier answer is in it.
fn ask<M: NetlinkDeserializable>(
    protocol: Option<Protocol>,
    request: &[u8],
) -> io::Result<Listing<M>> {
    let socket = open(protocol)?;
    rustix::net::send(&socket, request, SendFlags::empty())?;
    let mut listing = Listing::default();
    let mut buffer = vec![0; DATAGRAM];
    while !listing.is_complete {
        let (length, whole) = rustix::net::recv(&socket, &mut buffer[..], RecvFlags::TRUNC)?;
        if whole > length || listing.items.len() > MOST {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        listing.take(buffer.get(..length).unwrap_or_default())?;
    }
    Ok(listing)
}

/// What has been told of a list so far.
#[derive(Debug, PartialEq, Eq)]
pub struct Listing<M> {
    /// The items, in the kernel's order.
    pub items: Vec<M>,
    /// True if the end has been told.
    pub is_complete: bool,
    /// True if the list changed while it was told: items may be missing.
    pub torn: bool,
}

impl<M> Default for Listing<M> {
    fn default() -> Self {
        Self { items: Vec::new(), is_complete: false, torn: false }
    }
}

impl<M: NetlinkDeserializable> Listing<M> {
    /// Takes in one datagram: one message after the other, each at a multiple
    /// of four bytes. What follows the end of the list is not looked at.
    pub fn take(&mut self, mut datagram: &[u8]) -> io::Result<()> {
        if datagram.is_empty() {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        while !datagram.is_empty() && !self.is_complete {
            let (message, rest) = first(datagram).ok_or(io::ErrorKind::InvalidData)?;
            self.hear(message)?;
            datagram = rest;
        }
        Ok(())
    }

    fn hear(&mut self, message: &[u8]) -> io::Result<()> {
        let message = NetlinkMessage::<M>::deserialize(message)
            .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
        self.torn |= message.header.flags & NLM_F_DUMP_INTR != 0;
        match message.payload {
            NetlinkPayload::InnerMessage(item) => self.items.push(item),
            NetlinkPayload::Done(done) if done.code == 0 => self.is_complete = true,
            NetlinkPayload::Done(done) => return Err(refusal(done.code)),
            NetlinkPayload::Error(error) if error.raw_code() == 0 => {}
            NetlinkPayload::Error(error) => return Err(refusal(error.raw_code())),
            NetlinkPayload::Overrun(_) => self.torn = true,
            _ => {}
        }
        Ok(())
    }
}

/// The kernel gives an error as its number, negative.
fn refusal(code: i32) -> io::Error {
    io::Error::from_raw_os_error(code.saturating_neg())
}

/// The first message, and what follows it; `None` if its length cannot be.
fn first(datagram: &[u8]) -> Option<(&[u8], &[u8])> {
    let header = NetlinkBuffer::new_checked(datagram).ok()?;
    let length = usize::try_from(header.length()).ok()?;
    let next = length.checked_next_multiple_of(usize::from(NLMSG_ALIGNTO))?;
    let message = datagram.get(..length)?;
    Some((message, datagram.get(next..).unwrap_or_default()))
}
