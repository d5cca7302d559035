//! Windows: what a session's client is, as `WTSQuerySessionInformationW` tells it
//! (`wtsapi32.h`).

use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;

/// `AF_INET` and `AF_INET6` of Windows.
const INET: u32 = 2;
const INET6: u32 = 23;

/// The address in a `WTS_CLIENT_ADDRESS`: the family, and twenty bytes, in which
/// one of IPv6 begins at once and one of IPv4 at the third. `None` for a session
/// that has no client, or whose client does not say.
pub fn address(told: &[u8]) -> Option<IpAddr> {
    let (family, rest) = told.split_first_chunk()?;
    let address = match u32::from_le_bytes(*family) {
        INET => IpAddr::V4(Ipv4Addr::from(*rest.get(2..)?.first_chunk::<4>()?)),
        INET6 => IpAddr::V6(Ipv6Addr::from(*rest.first_chunk::<16>()?)).to_canonical(),
        _ => return None,
    };
    Some(address).filter(|address| !address.is_unspecified())
}

/// The protocol of a `WTSClientProtocolType`; `None` for the machine's own screen
/// and for what is not known.
pub fn protocol(told: &[u8]) -> Option<&'static str> {
    match u16::from_le_bytes(*told.first_chunk()?) {
        1 => Some("ica"),
        2 => Some("rdp"),
        _ => None,
    }
}

/// The word for a `WTS_CONNECTSTATE_CLASS`.
pub fn state(number: i32) -> &'static str {
    match number {
        0 => "active",
        1 => "connected",
        2 => "connect-query",
        3 => "shadow",
        4 => "disconnected",
        5 => "idle",
        6 => "listen",
        7 => "reset",
        8 => "down",
        9 => "init",
        _ => "unknown",
    }
}

/// A text of Windows up to its zero; `None` if there is nothing before that.
pub fn text(told: &[u8]) -> Option<String> {
    let units = told.as_chunks::<2>().0.iter().map(|unit| u16::from_le_bytes(*unit));
    let units: Vec<u16> = units.take_while(|&unit| unit != 0).collect();
    Some(String::from_utf16_lossy(&units)).filter(|text| !text.is_empty())
}
