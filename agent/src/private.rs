//! JSON files that are for their owner's eyes only.
#![expect(clippy::disallowed_methods, reason = "our own files are read and written here")]

use crate::platform;
use serde::Deserialize;
use serde::Serialize;
use std::fs;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::path::Path;

/// Reads a file; `None` if it is not there.
pub fn load<T: for<'de> Deserialize<'de>>(path: &Path) -> io::Result<Option<T>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Writes a file beside its place and renames it, on disk before this returns,
/// and readable by its owner only from the first byte on; on Windows, by whoever
/// may read its folder.
pub fn save(path: &Path, content: &impl Serialize) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    let half = path.with_extension("half");
    let mut out = create(&half)?;
    out.write_all(&serde_json::to_vec_pretty(content)?)?;
    out.sync_data()?;
    fs::rename(&half, path)
}

/// Removes a file, if it is there.
pub fn forget(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

/// Makes a folder, for its owner only; on Windows, for the system, its
/// administrators and our service. What is there stays as it is.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let is_missing = |one: &&Path| !one.as_os_str().is_empty() && !one.is_dir();
    let missing: Vec<&Path> = folder.ancestors().take_while(is_missing).collect();
    missing.into_iter().rev().try_for_each(|one| match platform::make_folder(one) {
        // Another program of ours was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        other => other,
    })
}

fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}
