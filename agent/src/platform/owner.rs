//! Whose files and folders are on Windows.
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use super::account;
use super::rights::wide_path;
use super::windows::Local;
use super::windows::code;
use super::windows::done;
use std::env;
use std::ffi::c_void;
use std::fs;
use std::fs::OpenOptions;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::AsRawHandle;
use std::path::Path;
use std::process;
use std::ptr::null_mut;
use std::slice;
use windows_sys::Win32::Foundation::GENERIC_WRITE;
use windows_sys::Win32::Security::Authorization::ConvertSidToStringSidW;
use windows_sys::Win32::Security::Authorization::GetNamedSecurityInfoW;
use windows_sys::Win32::Security::Authorization::GetSecurityInfo;
use windows_sys::Win32::Security::Authorization::SE_FILE_OBJECT;
use windows_sys::Win32::Security::OWNER_SECURITY_INFORMATION;
use windows_sys::Win32::Security::PSID;
use windows_sys::Win32::Storage::FileSystem::DELETE;
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_DELETE_ON_CLOSE;
use windows_sys::Win32::Storage::FileSystem::READ_CONTROL;

/// Units of a written identifier that are read: the longest has some 180.
const LONGEST: usize = 256;

/// Who a file or folder belongs to, if that is nobody who may decide for the
/// machine: neither the system, an administrator nor the service, nor whoever would
/// own what we make now.
pub fn stranger(path: &Path) -> io::Result<Option<String>> {
    let owner = owner(path)?;
    let is_ours = account::may_decide(&owner) || owner == ours()?;
    Ok((!is_ours).then_some(owner))
}

/// True for a link or a junction: what it leads to is not what was asked about.
pub fn leads_elsewhere(path: &Path) -> io::Result<bool> {
    Ok(fs::symlink_metadata(path)?.file_type().is_symlink())
}

/// The identifier of whoever a file or folder belongs to.
fn owner(path: &Path) -> io::Result<String> {
    let path = wide_path(path);
    let (mut sid, mut described): (PSID, *mut c_void) = (null_mut(), null_mut());
    // SAFETY: the path ends with a zero; nothing but the owner is asked for, and it lies
    // in the description, which Windows makes.
    let answer = code(unsafe {
        GetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut sid,
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut described,
        )
    });
    let _described = Local(described);
    answer?;
    written(sid)
}

/// The identifier of whoever owns what we make now: of what an administrator makes,
/// on Windows, all administrators together. Asked of a file that is gone when it is
/// closed, by its handle, for the folder it is in may be a stranger's.
fn ours() -> io::Result<String> {
    let name = format!("moored-{}", process::id());
    let file = OpenOptions::new()
        .access_mode(GENERIC_WRITE | READ_CONTROL | DELETE)
        .write(true)
        .create_new(true)
        .custom_flags(FILE_FLAG_DELETE_ON_CLOSE)
        .open(env::temp_dir().join(name))?;
    let (mut sid, mut described): (PSID, *mut c_void) = (null_mut(), null_mut());
    // SAFETY: the file is open; nothing but the owner is asked for, and it lies in the
    // description, which Windows makes.
    let answer = code(unsafe {
        GetSecurityInfo(
            file.as_raw_handle(),
            SE_FILE_OBJECT,
            OWNER_SECURITY_INFORMATION,
            &raw mut sid,
            null_mut(),
            null_mut(),
            null_mut(),
            &raw mut described,
        )
    });
    let _described = Local(described);
    answer?;
    written(sid)
}

/// As people write an identifier, `S-1-5-18`; the caller keeps it until we return.
fn written(sid: PSID) -> io::Result<String> {
    let mut text = null_mut();
    // SAFETY: Windows gave the identifier, and makes the text.
    done(unsafe { ConvertSidToStringSidW(sid, &raw mut text) })?;
    let text = Local(text);
    // SAFETY: the text ends with a zero, and what is before it is there.
    let length = (0..LONGEST).take_while(|&at| unsafe { *text.0.add(at) } != 0).count();
    // SAFETY: so many units were just read.
    Ok(String::from_utf16_lossy(unsafe { slice::from_raw_parts(text.0, length) }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::make_folder;

    #[test]
    fn what_we_make_is_no_strangers() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("ours");
        make_folder(&folder).unwrap();
        assert_eq!(stranger(&folder).unwrap(), None);
        assert!(owner(&folder).unwrap().starts_with("S-1-5-"));
        let missing = stranger(&place.path().join("missing")).map_err(|error| error.kind());
        assert_eq!(missing, Err(io::ErrorKind::NotFound));
    }
}
