//! What Linux and macOS say of files in the same words.
#![expect(clippy::disallowed_methods, reason = "the live host is read here and nowhere else")]

use super::identity::Identity;
use super::identity::Owner;
use std::fs;
use std::fs::File;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;

/// Which file this is, when it was last written, and whose it is.
pub fn identity(file: &File) -> io::Result<(Identity, Owner)> {
    file.metadata().map(|file| said(&file))
}

/// The same of what is at a path now.
pub fn identity_at(path: &str) -> io::Result<(Identity, Owner)> {
    fs::metadata(path).map(|file| said(&file))
}

/// Opens a file to read.
pub fn open(path: &str) -> io::Result<File> {
    File::open(path)
}

fn said(file: &Metadata) -> (Identity, Owner) {
    let identity = Identity {
        device: file.dev(),
        inode: file.ino(),
        modified: (file.mtime(), file.mtime_nsec()),
        size: file.size(),
    };
    let is_gone = file.uid() == 0 && file.nlink() == 0;
    (identity, if is_gone { Owner::GoneOfRoot } else { Owner::Anybody })
}
