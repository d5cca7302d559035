//! Windows: the routes and the neighbors of its network stack (`netioapi.h`).
#![expect(unsafe_code, reason = "two calls that no safe crate offers, and their tables")]

use super::address;
use std::io;
use std::net::IpAddr;
use std::ptr::null_mut;
use std::slice;
use windows_sys::Win32::Foundation::ERROR_NOT_FOUND;
use windows_sys::Win32::Foundation::NO_ERROR;
use windows_sys::Win32::NetworkManagement::IpHelper::FreeMibTable;
use windows_sys::Win32::NetworkManagement::IpHelper::GetIpForwardTable2;
use windows_sys::Win32::NetworkManagement::IpHelper::GetIpNetTable2;
use windows_sys::Win32::NetworkManagement::IpHelper::MIB_IPFORWARD_ROW2;
use windows_sys::Win32::NetworkManagement::IpHelper::MIB_IPFORWARD_TABLE2;
use windows_sys::Win32::NetworkManagement::IpHelper::MIB_IPNET_ROW2;
use windows_sys::Win32::NetworkManagement::IpHelper::MIB_IPNET_TABLE2;
use windows_sys::Win32::Networking::WinSock::ADDRESS_FAMILY;
use windows_sys::Win32::Networking::WinSock::AF_UNSPEC;
use windows_sys::Win32::Networking::WinSock::NlnsIncomplete;
use windows_sys::Win32::Networking::WinSock::NlnsUnreachable;

/// The most rows that are read of a table.
const MOST: u32 = 16384;

/// A route.
pub struct Way {
    /// The network it leads to, and the length of its prefix.
    pub to: (IpAddr, u8),
    /// The router.
    pub via: Option<IpAddr>,
    /// What it costs, without what the interface costs.
    pub metric: u32,
    /// The interface's number.
    pub interface: u32,
    /// True if it leads to this machine.
    pub own: bool,
}

/// A machine that was heard of.
pub struct Near {
    /// Its address.
    pub address: IpAddr,
    /// Its link address; empty if it has none.
    pub link: Vec<u8>,
    /// The interface's number.
    pub interface: u32,
}

/// The routes of IPv4 and IPv6.
pub fn ways() -> io::Result<Vec<Way>> {
    let mut table = null_mut::<MIB_IPFORWARD_TABLE2>();
    // SAFETY: Windows writes a pointer there.
    let _table = made(unsafe { GetIpForwardTable2(AF_UNSPEC, &raw mut table) }, table)?;
    // SAFETY: it is null or a table, whose rows follow on their number.
    let rows = unsafe {
        table.as_ref().map_or(&[][..], |head| {
            slice::from_raw_parts((&raw const (*table).Table).cast(), count(head.NumEntries))
        })
    };
    Ok(rows.iter().filter_map(way).collect())
}

fn way(row: &MIB_IPFORWARD_ROW2) -> Option<Way> {
    let prefix = &row.DestinationPrefix;
    Some(Way {
        to: (address::of(&prefix.Prefix)?, prefix.PrefixLength),
        via: address::of(&row.NextHop).filter(|via| !via.is_unspecified()),
        metric: row.Metric,
        interface: row.InterfaceIndex,
        own: row.Loopback,
    })
}

/// The machines that answered, or were written down by somebody, of a family
/// (`AF_UNSPEC` for all).
pub fn near(family: ADDRESS_FAMILY) -> io::Result<Vec<Near>> {
    let mut table = null_mut::<MIB_IPNET_TABLE2>();
    // SAFETY: Windows writes a pointer there.
    let error = unsafe { GetIpNetTable2(family, &raw mut table) };
    if error == ERROR_NOT_FOUND {
        return Ok(Vec::new());
    }
    let _table = made(error, table)?;
    // SAFETY: it is null or a table, whose rows follow on their number.
    let rows = unsafe {
        table.as_ref().map_or(&[][..], |head| {
            slice::from_raw_parts((&raw const (*table).Table).cast(), count(head.NumEntries))
        })
    };
    Ok(rows.iter().filter_map(one_near).collect())
}

fn one_near(row: &MIB_IPNET_ROW2) -> Option<Near> {
    if [NlnsUnreachable, NlnsIncomplete].contains(&row.State) {
        return None;
    }
    let length = usize::try_from(row.PhysicalAddressLength).ok()?;
    Some(Near {
        address: address::of(&row.Address)?,
        link: row.PhysicalAddress.get(..length)?.to_vec(),
        interface: row.InterfaceIndex,
    })
}

fn count(promised: u32) -> usize {
    usize::try_from(promised.min(MOST)).unwrap_or_default()
}

/// A table that Windows has made, or why it has not.
fn made<T>(error: u32, table: *mut T) -> io::Result<Table<T>> {
    match error {
        NO_ERROR => Ok(Table(table)),
        error => Err(io::Error::from_raw_os_error(error.cast_signed())),
    }
}

/// Gives the table back when it has been read.
struct Table<T>(*mut T);

impl<T> Drop for Table<T> {
    fn drop(&mut self) {
        if !self.0.is_null() {
            // SAFETY: Windows made it, and nobody uses it after this.
            unsafe { FreeMibTable(self.0.cast()) };
        }
    }
}
