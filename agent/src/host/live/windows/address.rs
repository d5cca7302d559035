//! Windows: addresses of machines, as its tables hold them (`SOCKADDR_INET`).
#![expect(unsafe_code, reason = "an address is one of two kinds in the same place")]

use std::mem::size_of;
use std::net::IpAddr;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::ptr::copy_nonoverlapping;
use windows_sys::Win32::Networking::WinSock::AF_INET;
use windows_sys::Win32::Networking::WinSock::AF_INET6;
use windows_sys::Win32::Networking::WinSock::SOCKADDR;
use windows_sys::Win32::Networking::WinSock::SOCKADDR_IN;
use windows_sys::Win32::Networking::WinSock::SOCKADDR_INET;

/// The address; `None` if it is none of IP.
pub fn of(told: &SOCKADDR_INET) -> Option<IpAddr> {
    // SAFETY: the family is in the first bytes of either kind.
    match unsafe { told.si_family } {
        AF_INET => {
            // SAFETY: the family says that it is of this kind.
            let word = unsafe { told.Ipv4.sin_addr.S_un.S_addr };
            Some(Ipv4Addr::from(word.to_ne_bytes()).into())
        }
        AF_INET6 => {
            // SAFETY: the family says that it is of this kind.
            let bytes = unsafe { told.Ipv6.sin6_addr.u.Byte };
            Some(Ipv6Addr::from(bytes).into())
        }
        _ => None,
    }
}

/// The address that is there; `None` if it is none of IP.
///
/// # Safety
///
/// It must be null, or so many bytes must be there.
pub unsafe fn at(told: *const SOCKADDR, size: usize) -> Option<IpAddr> {
    if told.is_null() || size < size_of::<SOCKADDR_IN>() {
        return None;
    }
    let mut copy = SOCKADDR_INET::default();
    let size = size.min(size_of::<SOCKADDR_INET>());
    // SAFETY: so many bytes are there, and there is room for them; any are an address.
    unsafe { copy_nonoverlapping(told.cast::<u8>(), (&raw mut copy).cast(), size) };
    of(&copy)
}
