//! What calls of Windows have in common.
#![expect(unsafe_code, reason = "one call that gives memory back")]

use std::io;
use windows_sys::Win32::Foundation::LocalFree;

/// As Windows takes texts: UTF-16, with a zero at its end and none before.
pub fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().filter(|&unit| unit != 0).chain([0]).collect()
}

/// The error of a call that answers with zero if it failed.
pub fn done(answer: i32) -> io::Result<()> {
    if answer == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// The error of a call that answers with its number.
pub fn code(number: u32) -> io::Result<()> {
    match number {
        0 => Ok(()),
        number => Err(io::Error::from_raw_os_error(number.cast_signed())),
    }
}

/// Memory that Windows has made for us, and that is to be given back.
pub struct Local<T>(pub *mut T);

impl<T> Drop for Local<T> {
    fn drop(&mut self) {
        // SAFETY: Windows made it with `LocalAlloc`, or it is null, which is ignored.
        unsafe { LocalFree(self.0.cast()) };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_within_a_text_does_not_end_it() {
        assert_eq!(wide("a\0\u{e9}"), [0x61, 0xe9, 0]);
    }
}
