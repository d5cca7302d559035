//! The messages of which the kernel's tables are made (`net/route.h`, `net/if.h`):
//! a header, and addresses of which it says which are there.

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// The most messages that are read of a table.
const MOST: usize = 65536;

/// `AF_INET`, `AF_LINK` and `AF_INET6` of macOS.
const INET: u8 = 2;
const LINK: u8 = 18;
const INET6: u8 = 30;

/// How many kinds of address there are (`RTAX_MAX`).
pub const KINDS: usize = 8;

/// Where in the list of addresses that of the other end is (`RTAX_DST`).
pub const DESTINATION: usize = 0;

/// Where that of the next machine on the way is (`RTAX_GATEWAY`).
pub const GATEWAY: usize = 1;

/// Where the mask is (`RTAX_NETMASK`).
pub const NETMASK: usize = 2;

/// Where that of the interface itself is (`RTAX_IFP`).
pub const INTERFACE: usize = 4;

/// One message, with its header.
#[derive(Clone, Copy)]
pub struct Message<'a>(pub &'a [u8]);

/// The messages of a table, up to one that does not say how long it is.
pub fn messages(mut table: &[u8]) -> impl Iterator<Item = Message<'_>> {
    let next = move || {
        let length = u16::from_le_bytes(*table.first_chunk()?);
        let (message, rest) = table.split_at_checked(length.into())?;
        // The length, a version and the kind.
        message.get(..4)?;
        table = rest;
        Some(Message(message))
    };
    std::iter::from_fn(next).take(MOST)
}

impl<'a> Message<'a> {
    /// What kind it is (`rtm_type`, `ifm_type`).
    pub fn kind(self) -> u8 {
        self.0.get(3).copied().unwrap_or_default()
    }

    /// The number of two bytes that is there; 0 behind the end.
    pub fn short(self, at: usize) -> u16 {
        self.0.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |it| u16::from_le_bytes(*it))
    }

    /// The number of four bytes that is there; 0 behind the end.
    pub fn word(self, at: usize) -> u32 {
        self.0.get(at..).and_then(<[u8]>::first_chunk).map_or(0, |it| u32::from_le_bytes(*it))
    }

    /// The addresses behind a header of that length, by their kinds: those whose
    /// bit is set are there, each from a multiple of four bytes on. Empty are
    /// those that are not, or of which the message does not hold all.
    pub fn addresses(self, header: usize, set: u32) -> [&'a [u8]; KINDS] {
        let mut rest = self.0.get(header..).unwrap_or_default();
        let mut addresses: [&[u8]; KINDS] = Default::default();
        for (bit, place) in addresses.iter_mut().enumerate() {
            if set & (1 << bit) == 0 {
                continue;
            }
            let Some(&length) = rest.first() else { break };
            let length = usize::from(length);
            let Some(address) = rest.get(..length) else { break };
            *place = address;
            rest = rest.get(length.max(1).next_multiple_of(4)..).unwrap_or_default();
        }
        addresses
    }
}

/// The network address in an address (`sockaddr_in`, `sockaddr_in6`); `None` if
/// it is of another kind. The kernel writes the number of the interface into
/// link-local addresses of IPv6; it is taken out.
pub fn ip(address: &[u8]) -> Option<IpAddr> {
    match *address.get(1)? {
        INET => {
            let bytes: [u8; 4] = *address.get(4..)?.first_chunk()?;
            Some(Ipv4Addr::from(bytes).into())
        }
        INET6 => {
            let mut bytes: [u8; 16] = *address.get(8..)?.first_chunk()?;
            if let [0xfe, second, scope @ .., _, _, _, _, _, _, _, _, _, _, _, _] = &mut bytes
                && *second & 0xc0 == 0x80
            {
                scope.fill(0);
            }
            Some(Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}

/// How many bits at the beginning are the network's, in the mask for an address.
/// Of a mask the zeros at its end are left out, and its kind may be too.
pub fn prefix(mask: &[u8], address: IpAddr) -> u8 {
    let (begins, length) = if address.is_ipv4() { (4, 4) } else { (8, 16) };
    let bytes = mask.get(begins..).unwrap_or_default().iter().take(length);
    let mut bits = 0;
    for byte in bytes {
        let ones = u8::try_from(byte.leading_ones()).unwrap_or_default();
        bits += ones;
        if ones < 8 {
            break;
        }
    }
    bits
}

/// The name and the address of an interface (`sockaddr_dl`); `None` if it is of
/// another kind.
pub fn link(address: &[u8]) -> Option<(&[u8], &[u8])> {
    let &[_, LINK, _, _, _, name, link, _, ref rest @ ..] = address else { return None };
    let (name, rest) = rest.split_at_checked(name.into())?;
    Some((name, rest.get(..link.into())?))
}
