//! How far away an address is (IANA's special-purpose address registries,
//! RFC 6890), which is all that is said of whom a program speaks with.

use serde::Serialize;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// How far away an address is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// This machine.
    Loopback,
    /// A network of somebody's own: a home, an office, a tunnel.
    Private,
    /// The internet.
    Public,
}

impl Class {
    /// The class of an address. Networks set aside for documentation count as
    /// public: nobody has them, so they stand for the internet in recordings.
    pub fn of(address: IpAddr) -> Self {
        let (loopback, private) = match address.to_canonical() {
            IpAddr::V4(address) => (address.is_loopback(), is_private_v4(address)),
            IpAddr::V6(address) => match translated(address) {
                Some(inner) => return Self::of(inner.into()),
                None => (address.is_loopback(), is_private_v6(address)),
            },
        };
        match (loopback, private) {
            (true, _) => Self::Loopback,
            (_, true) => Self::Private,
            _ => Self::Public,
        }
    }

    /// An address of the class and of the family of `like` that tells nothing more.
    pub fn stand_in(self, like: IpAddr) -> IpAddr {
        match (self, like.to_canonical()) {
            (Self::Loopback, IpAddr::V4(_)) => Ipv4Addr::LOCALHOST.into(),
            (Self::Private, IpAddr::V4(_)) => Ipv4Addr::new(192, 168, 0, 1).into(),
            (Self::Public, IpAddr::V4(_)) => Ipv4Addr::new(203, 0, 113, 1).into(),
            (Self::Loopback, IpAddr::V6(_)) => Ipv6Addr::LOCALHOST.into(),
            (Self::Private, IpAddr::V6(_)) => Ipv6Addr::new(0xfd00, 0, 0, 0, 0, 0, 0, 1).into(),
            (Self::Public, IpAddr::V6(_)) => Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 1).into(),
        }
    }
}

/// RFC 1918, link-local (RFC 3927), carriers' shared space (RFC 6598), this
/// network and reserved (RFC 1122, RFC 1112), protocol assignments (RFC 6890),
/// measurements (RFC 2544).
fn is_private_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    address.is_private()
        || address.is_link_local()
        || a == 0
        || a >= 240
        || (a == 100 && b & 0xc0 == 64)
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && b & 0xfe == 18)
}

/// Unique local (RFC 4193), link-local (RFC 4291), site-local (RFC 3879),
/// translation of one's own (RFC 8215), unspecified.
fn is_private_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, ..] = address.segments();
    address.is_unique_local()
        || address.is_unicast_link_local()
        || address.is_unspecified()
        || first & 0xffc0 == 0xfec0
        || (first == 0x64 && second == 0xff9b && third == 1)
}

/// The IPv4 address behind a translator's well-known prefix (RFC 6052).
fn translated(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0, a, b, c, d] = address.octets() else {
        return None;
    };
    Some(Ipv4Addr::new(a, b, c, d))
}
