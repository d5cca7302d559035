//! Windows: which file a file is, and where programs come from.
#![expect(unsafe_code, reason = "which file it is, a call of Windows tells")]

use super::super::identity::Identity;
use super::super::identity::Owner;
use super::super::programs::Origin;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fs::File;
use std::io;
use std::os::windows::io::AsRawHandle as _;
use windows_sys::Win32::Storage::FileSystem::BY_HANDLE_FILE_INFORMATION;
use windows_sys::Win32::Storage::FileSystem::GetFileInformationByHandle;

/// Of no file does Windows keep who has put it there, and an administrator can
/// write into the system's own folders: each may be anybody's.
pub fn origins<'a>(paths: &BTreeSet<&'a str>) -> BTreeMap<&'a str, Origin> {
    paths.iter().map(|&path| (path, Origin::Unknown)).collect()
}

/// The same of what is at a path now.
pub fn identity_at(path: &str) -> io::Result<(Identity, Owner)> {
    identity(&File::open(path)?)
}

/// Which file this is and when it was last written.
pub fn identity(file: &File) -> io::Result<(Identity, Owner)> {
    let mut told = BY_HANDLE_FILE_INFORMATION::default();
    // SAFETY: the handle is open while `file` is, and the call fills `told`,
    // which is of the type it is documented to fill.
    if unsafe { GetFileInformationByHandle(file.as_raw_handle(), &raw mut told) } == 0 {
        return Err(io::Error::last_os_error());
    }
    let whole = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
    let written = told.ftLastWriteTime;
    let identity = Identity {
        device: told.dwVolumeSerialNumber.into(),
        inode: whole(told.nFileIndexHigh, told.nFileIndexLow),
        modified: (written.dwHighDateTime.into(), written.dwLowDateTime.into()),
        size: whole(told.nFileSizeHigh, told.nFileSizeLow),
    };
    Ok((identity, Owner::Anybody))
}
