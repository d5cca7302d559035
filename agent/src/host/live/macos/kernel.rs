//! macOS: the tables of its kernel's networks (`sysctl(3)`, `CTL_NET`).
#![expect(unsafe_code, reason = "a call that no safe crate offers")]

use crate::host::live::tables::darwin::links;
use crate::host::live::tables::darwin::routes;
use libc::c_int;
use std::io;
use std::mem::offset_of;
use std::mem::size_of;
use std::ptr::null_mut;

/// The most bytes of a table.
const MOST: usize = 16 << 20;

/// A table may grow between being measured and being read.
const TRIES: usize = 4;

// The headers are where the tables are read that the system calls by these names.
const _: () = {
    assert!(size_of::<libc::if_msghdr2>() == links::HEADER);
    assert!(offset_of!(libc::if_msghdr2, ifm_addrs) == links::ADDRESSES);
    assert!(offset_of!(libc::if_msghdr2, ifm_flags) == links::FLAGS);
    assert!(offset_of!(libc::if_msghdr2, ifm_index) == links::INDEX);
    let data = offset_of!(libc::if_msghdr2, ifm_data);
    assert!(data + offset_of!(libc::if_data64, ifi_type) == links::TYPE);
    assert!(data + offset_of!(libc::if_data64, ifi_mtu) == links::MTU);
    assert!(libc::RTM_IFINFO2 == links::KIND as c_int);
    assert!(size_of::<libc::rt_msghdr2>() == routes::HEADER);
    assert!(size_of::<libc::rt_msghdr>() == routes::HEADER);
    assert!(offset_of!(libc::rt_msghdr2, rtm_index) == routes::INDEX);
    assert!(offset_of!(libc::rt_msghdr2, rtm_flags) == routes::FLAGS);
    assert!(offset_of!(libc::rt_msghdr2, rtm_addrs) == routes::ADDRESSES);
    assert!(offset_of!(libc::rt_msghdr, rtm_index) == routes::INDEX);
    assert!(offset_of!(libc::rt_msghdr, rtm_flags) == routes::FLAGS);
    assert!(offset_of!(libc::rt_msghdr, rtm_addrs) == routes::ADDRESSES);
    assert!(libc::RTM_GET2 == routes::KIND as c_int);
};

/// A table of the kernel's routing part: of a family (0 for all), which one
/// (`NET_RT_*`), and which of its rows.
pub fn table(family: c_int, which: c_int, rows: c_int) -> io::Result<Vec<u8>> {
    let mut name = [libc::CTL_NET, libc::PF_ROUTE, 0, family, which, rows];
    for _ in 0..TRIES {
        let size = ask(&mut name, &mut [])?;
        if size > MOST {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let mut bytes = vec![0; size + size / 8 + 1024];
        match ask(&mut name, &mut bytes) {
            Ok(size) => {
                bytes.truncate(size);
                return Ok(bytes);
            }
            Err(error) if error.raw_os_error() == Some(libc::ENOMEM) => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::WouldBlock.into())
}

/// Fills `bytes` and says how many it filled; without any, how many it needs.
fn ask(name: &mut [c_int; 6], bytes: &mut [u8]) -> io::Result<usize> {
    let mut size = bytes.len();
    let at = if bytes.is_empty() { null_mut() } else { bytes.as_mut_ptr().cast() };
    // SAFETY: the name has six parts; `size` says how many bytes there are at `at`,
    // or `at` is null; all outlive the call, which changes nothing.
    let error = unsafe { libc::sysctl(name.as_mut_ptr(), 6, at, &raw mut size, null_mut(), 0) };
    if error == 0 { Ok(size) } else { Err(io::Error::last_os_error()) }
}
