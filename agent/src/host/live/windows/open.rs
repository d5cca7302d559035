//! Windows: opening a file.

use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_BACKUP_SEMANTICS;

/// Opens a file to read: of any user, with the privilege that programs which make
/// backups have (`SeBackupPrivilege`), which is asked for by this flag.
pub fn open(path: &str) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(path)
}
