//! Who may use our folders on Windows.
#![expect(unsafe_code, reason = "calls that no safe crate offers")]

use super::account;
use super::windows::Local;
use super::windows::code;
use super::windows::done;
use super::windows::wide;
use std::ffi::c_void;
use std::io;
use std::os::windows::ffi::OsStrExt;
use std::path::Path;
use std::ptr::null;
use std::ptr::null_mut;
use windows_sys::Win32::Security::ACL;
use windows_sys::Win32::Security::Authorization::ConvertStringSecurityDescriptorToSecurityDescriptorW;
use windows_sys::Win32::Security::Authorization::ConvertStringSidToSidW;
use windows_sys::Win32::Security::Authorization::SDDL_REVISION_1;
use windows_sys::Win32::Security::Authorization::SE_FILE_OBJECT;
use windows_sys::Win32::Security::Authorization::SetNamedSecurityInfoW;
use windows_sys::Win32::Security::DACL_SECURITY_INFORMATION;
use windows_sys::Win32::Security::GetSecurityDescriptorDacl;
use windows_sys::Win32::Security::OBJECT_SECURITY_INFORMATION;
use windows_sys::Win32::Security::OWNER_SECURITY_INFORMATION;
use windows_sys::Win32::Security::PROTECTED_DACL_SECURITY_INFORMATION;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::CreateDirectoryW;

/// Makes a folder that only the system, its administrators and the service may
/// use, from the moment it is there.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let described = described()?;
    let size = u32::try_from(size_of::<SECURITY_ATTRIBUTES>()).map_err(io::Error::other)?;
    let attributes =
        SECURITY_ATTRIBUTES { nLength: size, lpSecurityDescriptor: described.0, bInheritHandle: 0 };
    let path = wide_path(folder);
    // SAFETY: the path ends with a zero; the description was made by Windows.
    done(unsafe { CreateDirectoryW(path.as_ptr(), &raw const attributes) })
}

/// Lets only those into a folder that is there already, and into what is in it.
pub fn keep_to_us(folder: &Path) -> io::Result<()> {
    let described = described()?;
    let (mut is_there, mut is_usual) = (0, 0);
    let mut rights: *mut ACL = null_mut();
    // SAFETY: the description was made by Windows; the list lies in it.
    done(unsafe {
        GetSecurityDescriptorDacl(
            described.0,
            &raw mut is_there,
            &raw mut rights,
            &raw mut is_usual,
        )
    })?;
    let what = DACL_SECURITY_INFORMATION | PROTECTED_DACL_SECURITY_INFORMATION;
    set(folder, what, null_mut(), rights)
}

/// Who may use our folders, as calls take it.
fn described() -> io::Result<Local<c_void>> {
    let text = wide(&account::rights());
    let mut described: *mut c_void = null_mut();
    // SAFETY: the text ends with a zero and outlives the call, which makes what it gives.
    done(unsafe {
        ConvertStringSecurityDescriptorToSecurityDescriptorW(
            text.as_ptr(),
            SDDL_REVISION_1,
            &raw mut described,
            null_mut(),
        )
    })?;
    Ok(Local(described))
}

/// As Windows takes a path: with a zero at its end.
pub fn wide_path(path: &Path) -> Vec<u16> {
    path.as_os_str().encode_wide().chain([0]).collect()
}

/// Makes the administrators own a folder: whoever made it before us cannot open
/// it to others again.
pub fn give_to_administrators(folder: &Path) -> io::Result<()> {
    let administrators = identified("S-1-5-32-544")?;
    set(folder, OWNER_SECURITY_INFORMATION, administrators.0, null())
}

/// The binary form of a security identifier.
pub fn identified(text: &str) -> io::Result<Local<c_void>> {
    let text = wide(text);
    let mut sid: *mut c_void = null_mut();
    // SAFETY: the text ends with a zero and outlives the call, which makes what it gives.
    done(unsafe { ConvertStringSidToSidW(text.as_ptr(), &raw mut sid) })?;
    Ok(Local(sid))
}

fn set(
    folder: &Path,
    what: OBJECT_SECURITY_INFORMATION,
    owner: *mut c_void,
    rights: *const ACL,
) -> io::Result<()> {
    let path = wide_path(folder);
    // SAFETY: the path ends with a zero; owner and rights are null where `what` does not
    // name them, and else were made by Windows and are still kept by the caller.
    code(unsafe {
        SetNamedSecurityInfoW(
            path.as_ptr(),
            SE_FILE_OBJECT,
            what,
            owner,
            null_mut(),
            rights,
            null(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice;
    use windows_sys::Win32::Security::Authorization::ConvertSecurityDescriptorToStringSecurityDescriptorW;
    use windows_sys::Win32::Security::Authorization::GetNamedSecurityInfoW;

    /// What Windows says of a folder, in its language for that.
    fn told(folder: &Path) -> String {
        let path = wide_path(folder);
        let mut described: *mut c_void = null_mut();
        // SAFETY: the path ends with a zero; nothing but the whole description is asked for.
        code(unsafe {
            GetNamedSecurityInfoW(
                path.as_ptr(),
                SE_FILE_OBJECT,
                DACL_SECURITY_INFORMATION,
                null_mut(),
                null_mut(),
                null_mut(),
                null_mut(),
                &raw mut described,
            )
        })
        .unwrap();
        let described = Local(described);
        let (mut text, mut length) = (null_mut(), 0);
        // SAFETY: the description was made by the call above; this one makes the text.
        done(unsafe {
            ConvertSecurityDescriptorToStringSecurityDescriptorW(
                described.0,
                SDDL_REVISION_1,
                DACL_SECURITY_INFORMATION,
                &raw mut text,
                &raw mut length,
            )
        })
        .unwrap();
        let text = Local(text);
        // SAFETY: the call has made this many units there.
        let units = unsafe { slice::from_raw_parts(text.0, length as usize) };
        String::from_utf16_lossy(units).trim_end_matches('\0').to_owned()
    }

    /// On Wine rights become the mode of a folder, and what that says is read back: the
    /// identifiers are those that Wine makes up, and a folder that is there is
    /// not closed to others.
    #[test]
    fn others_are_not_let_in() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("ours");
        make_folder(&folder).unwrap();
        let rights = told(&folder);
        assert!(told(place.path()).contains(";;;WD)"), "{rights}");
        assert!(!rights.contains(";;;WD)") && rights.contains(";;;SY)"), "{rights}");
        std::fs::create_dir(folder.join("below")).unwrap();
        keep_to_us(&folder).unwrap();
        give_to_administrators(&folder).unwrap();
    }
}
