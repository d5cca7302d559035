//! The collector's own folder and files, which nobody else may read.
#![expect(clippy::disallowed_methods, reason = "the state folder is ours")]

#[cfg(test)]
mod tests;

use crate::secret;
use crate::secret::Key;
use std::fs;
use std::fs::DirBuilder;
use std::fs::File;
use std::fs::OpenOptions;
use std::io;
use std::io::Write;
use std::path::Path;

/// Makes the folder if it is not there, and takes everybody else's rights to
/// it away.
///
/// One that holds something, and not our `mark`, is left alone: whoever sets
/// the folder to `/tmp` does not want it closed.
pub fn folder(path: &Path, mark: &str) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    if is_ours(path, mark)? { close(path) } else { Ok(()) }
}

/// Makes an empty file if there is none.
pub fn touch(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    private(options).open(path).map(drop)
}

/// Writes the file beside its place and renames it: it is there whole or not
/// at all, and on disk when this returns.
pub fn write(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let half = path.with_added_extension("half");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    let mut file = private(options).open(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&half, path)?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// The file's bytes; `None` if it is not there.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// The key in a file, made if there is none. One that is not whole is an error:
/// another key would be another world.
pub fn key(path: &Path) -> io::Result<Key> {
    if let Some(bytes) = read(path)? {
        let wrong = |_| io::Error::new(io::ErrorKind::InvalidData, "it does not hold a key");
        return bytes.try_into().map_err(wrong);
    }
    let key: Key = secret::bytes().map_err(io::Error::other)?;
    write(path, &key)?;
    Ok(key)
}

fn private(mut options: OpenOptions) -> OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn is_ours(folder: &Path, mark: &str) -> io::Result<bool> {
    let is_empty = fs::read_dir(folder)?.next().is_none();
    Ok(is_empty || folder.join(mark).exists())
}

#[cfg(unix)]
fn close(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;

    let open = fs::metadata(folder)?.permissions().mode() & 0o077;
    if open == 0 {
        return Ok(());
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn close(_: &Path) -> io::Result<()> {
    Ok(())
}
