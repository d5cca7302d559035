//! What the driver of a USB hub is asked.
#![expect(unsafe_code, reason = "no safe crate talks to drivers")]

use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use std::ptr::null_mut;
use windows_sys::Win32::System::IO::DeviceIoControl;

/// Sends a request, which is in the buffer, and receives the answer there; gives
/// its length. The request is one whose answer holds no pointers.
pub fn ask(hub: &File, code: u32, buffer: &mut [u8]) -> io::Result<usize> {
    let length = u32::try_from(buffer.len()).map_err(|_| io::ErrorKind::InvalidInput)?;
    let (bytes, mut given) = (buffer.as_mut_ptr().cast(), 0);
    // SAFETY: the file is open; the buffer, whose length is told, is both what is sent and
    // where the answer goes, as this kind of request is made; nothing goes on after the call.
    let is_done = unsafe {
        DeviceIoControl(
            hub.as_raw_handle(),
            code,
            bytes,
            length,
            bytes,
            length,
            &raw mut given,
            null_mut(),
        )
    };
    if is_done == 0 { Err(io::Error::last_os_error()) } else { Ok(given as usize) }
}
