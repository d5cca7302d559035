//! What Linux tells in files, and so not by these verbs.
#![expect(clippy::disallowed_methods, reason = "the live host is read here and nowhere else")]

use super::identity::Identity;
use super::identity::Owner;
use crate::host::LoginRow;
use crate::host::Node;
use crate::host::RegistryKey;
use crate::host::SignerRow;
use crate::host::WakeRow;
use std::fs;
use std::fs::File;
use std::fs::Metadata;
use std::io;
use std::os::unix::fs::MetadataExt as _;

pub(super) use super::packages::origins;

/// There is none.
pub fn registry(_key: &str) -> io::Result<RegistryKey> {
    Err(io::ErrorKind::NotFound.into())
}

/// They are in `/sys`.
pub fn nodes(_kind: &str) -> io::Result<Vec<Node>> {
    Err(io::ErrorKind::NotFound.into())
}

/// They are in `/run`.
pub fn logins() -> io::Result<Vec<LoginRow>> {
    Err(io::ErrorKind::NotFound.into())
}

/// They are in `/run`.
pub fn wakers() -> io::Result<Vec<WakeRow>> {
    Err(io::ErrorKind::NotFound.into())
}

/// Programs are not signed.
pub fn signer(_path: &str) -> io::Result<SignerRow> {
    Err(io::ErrorKind::NotFound.into())
}

/// Which file this is, when it was last written, and whose it is.
pub fn identity(file: &File) -> io::Result<(Identity, Owner)> {
    file.metadata().map(|file| said(&file))
}

/// The same of what is at a path now.
pub fn identity_at(path: &str) -> io::Result<(Identity, Owner)> {
    fs::metadata(path).map(|file| said(&file))
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

/// Opens a file to read.
pub fn open(path: &str) -> io::Result<File> {
    File::open(path)
}
