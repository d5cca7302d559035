//! Windows: its network adapters, with their addresses and what they cost
//! (`GetAdaptersAddresses`).
#![expect(unsafe_code, reason = "a call that no safe crate offers, and the lists it makes")]

use super::address;
use std::io;
use std::net::IpAddr;
use std::ptr::null;
use windows_sys::Win32::Foundation::ERROR_BUFFER_OVERFLOW;
use windows_sys::Win32::Foundation::ERROR_NO_DATA;
use windows_sys::Win32::Foundation::NO_ERROR;
use windows_sys::Win32::NetworkManagement::IpHelper::GAA_FLAG_SKIP_ANYCAST;
use windows_sys::Win32::NetworkManagement::IpHelper::GAA_FLAG_SKIP_DNS_SERVER;
use windows_sys::Win32::NetworkManagement::IpHelper::GAA_FLAG_SKIP_MULTICAST;
use windows_sys::Win32::NetworkManagement::IpHelper::GetAdaptersAddresses;
use windows_sys::Win32::NetworkManagement::IpHelper::IP_ADAPTER_ADDRESSES_LH;
use windows_sys::Win32::NetworkManagement::IpHelper::IP_ADAPTER_UNICAST_ADDRESS_LH;
use windows_sys::Win32::NetworkManagement::Ndis::IfOperStatusUp;
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;

/// The most bytes of the list, the most adapters in it, and the most addresses
/// of one; a text of an adapter has at most 256 characters.
const MOST: usize = 4 << 20;
const ADAPTERS: usize = 1024;
const ADDRESSES: usize = 1024;
const TEXT: usize = 256;

/// The list may grow between being measured and being read.
const TRIES: usize = 4;

/// A network adapter that has to do with IP.
pub struct Adapter {
    /// Its number in the tables.
    pub index: u32,
    /// What it is called in the settings, such as `Wi-Fi`.
    pub name: String,
    /// What its driver calls it.
    pub description: String,
    /// The domain its network gave it.
    pub domain: String,
    /// `IF_TYPE_*`.
    pub kind: u32,
    /// True if packets can pass.
    pub up: bool,
    /// The most bytes of a packet.
    pub mtu: u32,
    /// What the interface costs with IPv4, and with IPv6.
    pub metrics: [u32; 2],
    /// This machine's addresses there, and how long their networks' prefixes are.
    pub addresses: Vec<(IpAddr, u8)>,
}

/// The adapters, as Windows lists them.
pub fn adapters() -> io::Result<Vec<Adapter>> {
    // In words of eight bytes, for pointers are in it.
    let mut buffer: Vec<u64> = vec![0; 2048];
    for _ in 0..TRIES {
        let mut size = u32::try_from(buffer.len() * 8).map_err(io::Error::other)?;
        let flags = GAA_FLAG_SKIP_ANYCAST | GAA_FLAG_SKIP_MULTICAST | GAA_FLAG_SKIP_DNS_SERVER;
        let (family, first) = (u32::from(AF_UNSPEC), buffer.as_mut_ptr().cast());
        // SAFETY: `size` says how many bytes there are at `first`, and both outlive the call.
        let error = unsafe { GetAdaptersAddresses(family, flags, null(), first, &raw mut size) };
        match error {
            // SAFETY: Windows has made a list in the buffer, which outlives the call.
            NO_ERROR => return Ok(unsafe { listed(first) }),
            ERROR_NO_DATA => return Ok(Vec::new()),
            ERROR_BUFFER_OVERFLOW => {
                let needed = usize::try_from(size).map_err(io::Error::other)? / 8 + 256;
                if needed > MOST / 8 {
                    return Err(io::ErrorKind::OutOfMemory.into());
                }
                buffer = vec![0; needed];
            }
            error => return Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

/// # Safety
///
/// It must be null, or the first of a list as Windows makes them.
unsafe fn listed(mut next: *const IP_ADAPTER_ADDRESSES_LH) -> Vec<Adapter> {
    let mut adapters = Vec::new();
    // SAFETY: what the caller promises of the first, Windows promises of each.
    while let Some(one) = unsafe { next.as_ref() }
        && adapters.len() < ADAPTERS
    {
        // SAFETY: as above, of the texts and addresses in it.
        adapters.push(unsafe { adapter(one) });
        next = one.Next;
    }
    adapters
}

/// # Safety
///
/// Its pointers must be as Windows makes them.
unsafe fn adapter(one: &IP_ADAPTER_ADDRESSES_LH) -> Adapter {
    // SAFETY: every byte of the union is a number's.
    let index = unsafe { one.Anonymous1.Anonymous.IfIndex };
    // SAFETY: these are texts with a zero at their ends, or null.
    let [name, description, domain] =
        [one.FriendlyName, one.Description, one.DnsSuffix].map(|at| unsafe { text(at) });
    Adapter {
        index: if index == 0 { one.Ipv6IfIndex } else { index },
        name,
        description,
        domain,
        kind: one.IfType,
        up: one.OperStatus == IfOperStatusUp,
        mtu: one.Mtu,
        metrics: [one.Ipv4Metric, one.Ipv6Metric],
        // SAFETY: it is null, or the first of a list.
        addresses: unsafe { addresses(one.FirstUnicastAddress) },
    }
}

/// # Safety
///
/// It must be null, or the first of a list as Windows makes them.
unsafe fn addresses(mut next: *const IP_ADAPTER_UNICAST_ADDRESS_LH) -> Vec<(IpAddr, u8)> {
    let mut addresses = Vec::new();
    // SAFETY: what the caller promises of the first, Windows promises of each.
    while let Some(one) = unsafe { next.as_ref() }
        && addresses.len() < ADDRESSES
    {
        let size = usize::try_from(one.Address.iSockaddrLength).unwrap_or_default();
        // SAFETY: so many bytes of an address are there.
        let told = unsafe { address::at(one.Address.lpSockaddr, size) };
        addresses.extend(told.map(|address| (address, one.OnLinkPrefixLength)));
        next = one.Next;
    }
    addresses
}

/// # Safety
///
/// It must be null, or end with a zero.
unsafe fn text(at: *const u16) -> String {
    if at.is_null() {
        return String::new();
    }
    // SAFETY: nothing is read beyond the zero.
    let units = (0..TEXT).map(|place| unsafe { *at.add(place) });
    let units: Vec<u16> = units.take_while(|&unit| unit != 0).collect();
    String::from_utf16_lossy(&units)
}
