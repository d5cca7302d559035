//! What Linux tells in files, and so not by these verbs.

use crate::host::LoginRow;
use crate::host::Node;
use crate::host::RegistryKey;
use crate::host::SignerRow;
use crate::host::WakeRow;
use std::io;

pub(super) use super::packages::origins;
pub use super::unix::identity;
pub use super::unix::identity_at;
pub use super::unix::open;

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
