//! Which content of which file: what is written anew differs in one of these.

use super::system;
use std::fs::File;
use std::io;

/// One content of one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// The device or volume.
    pub device: u64,
    /// The file's number on it.
    pub inode: u64,
    /// When it was last written.
    pub modified: (i64, i64),
    /// Its bytes.
    pub size: u64,
}

/// Whose a file is, as far as it matters here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Root's, and no longer in any folder.
    GoneOfRoot,
    /// Anybody's.
    Anybody,
}

impl Identity {
    /// That of an open file, and whose it is.
    pub fn of(file: &File) -> io::Result<(Self, Owner)> {
        system::identity(file)
    }

    /// That of what is at a path now, and whose it is.
    pub fn at(path: &str) -> io::Result<(Self, Owner)> {
        system::identity_at(path)
    }
}
