//! Who may read and write a file that decides what we do.

use std::io;
use std::path::Path;

/// Who may do what with a file, besides root and whoever owns its folder, who could
/// put another one there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// True if others may write to it.
    pub others_write: bool,
    /// True if others may read it.
    pub others_read: bool,
}

/// Who may do what with this file.
#[cfg(unix)]
pub fn access(path: &Path) -> io::Result<Access> {
    use std::os::unix::fs::MetadataExt;

    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = std::fs::metadata(folder.unwrap_or(Path::new(".")))?;
    let file = std::fs::metadata(path)?;
    let is_others = ![0, folder.uid()].contains(&file.uid());
    let may = |group: u32, everybody: u32| {
        file.mode() & everybody != 0 || (file.gid() != 0 && file.mode() & group != 0)
    };
    Ok(Access {
        others_write: is_others || may(0o020, 0o002),
        others_read: is_others || may(0o040, 0o004),
    })
}

/// Who may do what with this file: here nothing of ours is decided by one alone.
#[cfg(not(unix))]
pub fn access(_path: &Path) -> io::Result<Access> {
    Err(io::ErrorKind::Unsupported.into())
}
