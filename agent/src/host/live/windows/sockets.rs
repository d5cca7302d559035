//! Windows: the sockets of programs, from the tables that name the owners.
#![expect(unsafe_code, reason = "two calls that no safe crate offers")]

use crate::host::SocketRow;
use crate::host::live::tables::owners;
use std::io;
use windows_sys::Win32::Foundation::ERROR_INSUFFICIENT_BUFFER;
use windows_sys::Win32::Foundation::ERROR_NOT_SUPPORTED;
use windows_sys::Win32::Foundation::NO_ERROR;
use windows_sys::Win32::NetworkManagement::IpHelper::GetExtendedTcpTable;
use windows_sys::Win32::NetworkManagement::IpHelper::GetExtendedUdpTable;
use windows_sys::Win32::NetworkManagement::IpHelper::TCP_TABLE_OWNER_PID_ALL;
use windows_sys::Win32::NetworkManagement::IpHelper::UDP_TABLE_OWNER_PID;
use windows_sys::Win32::Networking::WinSock::AF_INET;
use windows_sys::Win32::Networking::WinSock::AF_INET6;

/// The most words of a table: more than all ports of a machine take.
const MOST: usize = 4 << 20;

/// A table may grow between being measured and being read.
const TRIES: usize = 4;

/// The sockets that listen or are connected, in order.
pub fn sockets() -> io::Result<Vec<SocketRow>> {
    let mut rows = owners::tcp4(&tcp(AF_INET)?);
    rows.extend(owners::udp4(&udp(AF_INET)?));
    rows.extend(owners::tcp6(&tcp(AF_INET6)?));
    rows.extend(owners::udp6(&udp(AF_INET6)?));
    rows.sort();
    Ok(rows)
}

fn tcp(family: u16) -> io::Result<Vec<u32>> {
    table(|words, size| {
        let (at, class) = (words.as_mut_ptr().cast(), TCP_TABLE_OWNER_PID_ALL);
        // SAFETY: `size` says how many bytes there are at `at`, and both outlive the call.
        unsafe { GetExtendedTcpTable(at, size, 0, family.into(), class, 0) }
    })
}

fn udp(family: u16) -> io::Result<Vec<u32>> {
    table(|words, size| {
        let (at, class) = (words.as_mut_ptr().cast(), UDP_TABLE_OWNER_PID);
        // SAFETY: `size` says how many bytes there are at `at`, and both outlive the call.
        unsafe { GetExtendedUdpTable(at, size, 0, family.into(), class, 0) }
    })
}

/// The table `ask` gives: it fills words whose size in bytes it is told, or tells
/// how many it needs. A machine without IPv6 has no table of it.
fn table(ask: impl Fn(&mut [u32], &mut u32) -> u32) -> io::Result<Vec<u32>> {
    let mut words = Vec::new();
    for _ in 0..TRIES {
        let mut size = u32::try_from(words.len() * 4).map_err(io::Error::other)?;
        match ask(&mut words, &mut size) {
            NO_ERROR => return Ok(words),
            ERROR_NOT_SUPPORTED => return Ok(Vec::new()),
            ERROR_INSUFFICIENT_BUFFER => {
                let needed = usize::try_from(size).map_err(io::Error::other)? / 4 + 256;
                if needed > MOST {
                    return Err(io::ErrorKind::OutOfMemory.into());
                }
                words = vec![0; needed];
            }
            error => return Err(io::Error::from_raw_os_error(error.cast_signed())),
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}
