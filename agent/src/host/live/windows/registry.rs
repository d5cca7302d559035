//! Windows: the registry.

use crate::host::RegistryKey;
use std::io;

/// The registry.
pub fn registry(_key: &str) -> io::Result<RegistryKey> {
    Err(io::ErrorKind::Unsupported.into())
}
