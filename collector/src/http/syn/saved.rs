//! Asks the kernel to keep first packets, and for the one it kept
//! (`TCP_SAVE_SYN` and `TCP_SAVED_SYN`, `include/uapi/linux/tcp.h`).
#![expect(unsafe_code, reason = "no crate offers these two options of a socket")]

use std::io;
use std::os::fd::AsRawFd;

/// The longest there can be: 60 bytes of IPv4 header, or 40 of IPv6 and what
/// extends it, and 60 of TCP. What is longer is not read.
pub const LONGEST: usize = 256;

/// Lets the kernel keep the headers of first packets, from IP's on.
pub fn keep(listener: &impl AsRawFd) -> io::Result<()> {
    let on: libc::c_int = 1;
    let size = length(size_of::<libc::c_int>())?;
    // SAFETY: the descriptor is open, for `listener` is borrowed; `on` lives
    // through the call, which reads `size` bytes of it and keeps no pointer.
    let result = unsafe {
        libc::setsockopt(
            listener.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_SAVE_SYN,
            (&raw const on).cast(),
            size,
        )
    };
    if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Reads the kept packet into `packet`, and gives its length: 0 if there is
/// none. The kernel then drops it.
pub fn read(stream: &impl AsRawFd, packet: &mut [u8; LONGEST]) -> io::Result<usize> {
    let mut size = length(packet.len())?;
    // SAFETY: the descriptor is open, for `stream` is borrowed; the call writes
    // at most `size` bytes into `packet`, which are there, and sets `size` to
    // how many it wrote; both live through the call, which keeps no pointer.
    let result = unsafe {
        libc::getsockopt(
            stream.as_raw_fd(),
            libc::IPPROTO_TCP,
            libc::TCP_SAVED_SYN,
            packet.as_mut_ptr().cast(),
            &raw mut size,
        )
    };
    if result == 0 { Ok(size as usize) } else { Err(io::Error::last_os_error()) }
}

fn length(bytes: usize) -> io::Result<libc::socklen_t> {
    bytes.try_into().map_err(io::Error::other)
}
