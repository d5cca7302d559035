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
use std::fs::TryLockError;
use std::io;
use std::io::Write;
use std::path::Path;
use std::path::PathBuf;

/// What a folder is locked by where it cannot be itself.
pub const LOCK: &str = "lock";

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

/// Makes the folder ours alone while the file that is given lives: of two who
/// ask, one is told that it is busy.
#[cfg(unix)]
pub fn claim(folder: &Path) -> io::Result<File> {
    locked(File::open(folder)?)
}

/// The same where a folder cannot be locked, by a file in it.
#[cfg(not(unix))]
pub fn claim(folder: &Path) -> io::Result<File> {
    locked(File::create(folder.join(LOCK))?)
}

fn locked(file: File) -> io::Result<File> {
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(io::ErrorKind::ResourceBusy.into()),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// A new file that nobody else may read; one that is there is emptied.
pub fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    private(options).open(path)
}

/// Opens a file to be read.
pub fn open(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Every file below a folder, with its name there, sorted.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let (path, kind) = entry.and_then(|entry| Ok((entry.path(), entry.file_type()?)))?;
        let name = path.strip_prefix(folder).unwrap_or(&path).to_owned();
        if kind.is_dir() {
            found.extend(files(&path)?.into_iter().map(|below| name.join(below)));
        } else if kind.is_file() {
            found.push(name);
        }
    }
    found.sort();
    Ok(found)
}

/// The names in a folder; none if it is not there.
pub fn names(folder: &Path) -> io::Result<Vec<String>> {
    match fs::read_dir(folder) {
        Ok(entries) => {
            entries.map(|one| Ok(one?.file_name().to_string_lossy().into_owned())).collect()
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

/// Gives a file or folder to who owns another.
#[cfg(unix)]
pub fn give(path: &Path, like: &Path) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::fs::chown;

    let owner = |path: &Path| fs::metadata(path).map(|is| (is.uid(), is.gid()));
    let wanted = owner(like)?;
    if owner(path)? == wanted {
        return Ok(());
    }
    chown(path, Some(wanted.0), Some(wanted.1))
}

/// Files have one owner here.
#[cfg(not(unix))]
pub fn give(_: &Path, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Brings a folder's names to disk.
pub fn sync(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
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
    let mut file = create(&half)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&half, path)?;
    path.parent().map_or(Ok(()), sync)
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
