//! macOS' unified log (`os_log`).
//!
//! `os_log` is a macro of C: what the compiler makes of it is a call with the
//! arguments in a buffer, whose form is fixed (Clang's `OSLogBufferLayout`).
#![expect(unsafe_code, reason = "two calls that no safe crate offers without C")]

use super::Entry;
use super::SUBSYSTEM;
use super::Urgency;
use std::ffi::CString;
use std::ffi::c_char;
use std::ffi::c_void;
use std::io;

/// Writes entries into macOS' unified log, in order. Of a text of more than some
/// 1,000 bytes the log keeps only the beginning.
pub fn write(entries: &[Entry]) -> io::Result<()> {
    let (subsystem, category) = (CString::new(SUBSYSTEM.0)?, CString::new(SUBSYSTEM.1)?);
    // SAFETY: both end with a zero and outlive the call, which copies them. The same
    // log is given each time, and it is never freed.
    let log = unsafe { os_log_create(subsystem.as_ptr(), category.as_ptr()) };
    if log.is_null() {
        return Err(io::ErrorKind::OutOfMemory.into());
    }
    for entry in entries {
        report(log, entry)?;
    }
    Ok(())
}

fn report(log: *mut c_void, entry: &Entry) -> io::Result<()> {
    let kind = match entry.urgency {
        Urgency::Warning => DEFAULT,
        Urgency::Error => ERROR,
    };
    let text = CString::new(entry.text.replace('\0', " "))?;
    let mut buffer = arguments(&text);
    let size = u32::try_from(buffer.len()).map_err(io::Error::other)?;
    // SAFETY: the log is one; format and text end with a zero; the buffer has the form of
    // the format, one text, and outlives the call, which copies all it keeps; the image
    // is our own, in which the format lies.
    unsafe {
        _os_log_impl(
            (&raw const __dso_handle).cast(),
            log,
            kind,
            FORMAT.as_ptr().cast(),
            buffer.as_mut_ptr(),
            size,
        );
    }
    Ok(())
}

/// One text that may be shown, as the call takes it: something here is no number
/// (2), one argument, a text (2) that is public (2), of a pointer's size, at this place.
fn arguments(text: &CString) -> Vec<u8> {
    let pointer = text.as_ptr().expose_provenance().to_ne_bytes();
    [&[2, 1, 0x22, 8][..], &pointer].concat()
}

const DEFAULT: u8 = 0;
const ERROR: u8 = 0x10;

/// Whoever shows the log looks for the format where the compiler of C puts it.
#[unsafe(link_section = "__TEXT,__oslogstring,cstring_literals")]
static FORMAT: [u8; 11] = *b"%{public}s\0";

unsafe extern "C" {
    fn os_log_create(subsystem: *const c_char, category: *const c_char) -> *mut c_void;
    fn _os_log_impl(
        image: *const c_void,
        log: *mut c_void,
        kind: u8,
        format: *const c_char,
        buffer: *mut u8,
        size: u32,
    );
    static __dso_handle: u8;
}
