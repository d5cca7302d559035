//! Windows: what keeps the machine awake, as `powercfg /requests` shows it.
//!
//! Microsoft does not document the number: it is that of Windows 10 (1607) and later.
#![expect(unsafe_code, reason = "one call that no safe crate offers")]

use crate::host::WakeRow;
use crate::host::live::tables::wakers::rows;
use std::io;
use std::ptr::null;
use windows_sys::Win32::System::Power::CallNtPowerInformation;

/// `GetPowerRequestList`.
const LIST: i32 = 45;

/// What is asked for has at most this length, in bytes.
const LARGEST: usize = 1 << 20;

const TOO_SMALL: i32 = 0xc000_0023_u32.cast_signed();
const NOT_THERE: [i32; 3] =
    [0xc000_0002_u32.cast_signed(), 0xc000_0003_u32.cast_signed(), 0xc000_000d_u32.cast_signed()];
const DENIED: [i32; 2] = [0xc000_0022_u32.cast_signed(), 0xc000_0061_u32.cast_signed()];

/// What keeps the machine awake.
pub fn wakers() -> io::Result<Vec<WakeRow>> {
    let mut bytes = vec![0_u8; 16 << 10];
    loop {
        let length = u32::try_from(bytes.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        // SAFETY: nothing is sent; the buffer's length is told and it outlives the call.
        let status =
            unsafe { CallNtPowerInformation(LIST, null(), 0, bytes.as_mut_ptr().cast(), length) };
        match status {
            0 => return Ok(rows(&bytes)),
            TOO_SMALL if bytes.len() < LARGEST => bytes.resize(bytes.len() * 4, 0),
            status if NOT_THERE.contains(&status) => return Err(io::ErrorKind::Unsupported.into()),
            status if DENIED.contains(&status) => {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            status => return Err(io::Error::other(format!("NTSTATUS {status:#x}"))),
        }
    }
}
