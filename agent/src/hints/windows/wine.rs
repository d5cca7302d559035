//! Whether this is Windows, or Wine.
#![expect(unsafe_code, reason = "two calls that no safe crate offers")]

use super::wide;
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::LibraryLoader::GetProcAddress;

/// True on Wine, which says so by a function of its own in its ntdll.
pub fn is_wine() -> bool {
    let library = wide("ntdll.dll");
    // SAFETY: the name ends with a zero and outlives the call; the library is never unloaded.
    let library = unsafe { GetModuleHandleW(library.as_ptr()) };
    // SAFETY: the library is loaded, or null, which is refused; the name ends with a zero.
    !library.is_null()
        && unsafe { GetProcAddress(library, c"wine_get_version".as_ptr().cast()) }.is_some()
}
