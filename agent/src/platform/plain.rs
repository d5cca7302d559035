//! Where the system has no store of secrets that a service could use unasked: the
//! file is its owner's only, and so is what is in it.

use std::io;

/// What a secret is called that this store keeps: nothing, for it keeps none.
pub const NAME: &str = "";

/// Nothing: the secret stays as it is.
#[expect(clippy::unnecessary_wraps, reason = "where there is a store, it can refuse")]
pub fn seal(_secret: &[u8]) -> io::Result<Option<String>> {
    Ok(None)
}

/// Never: there is nothing that this store has sealed.
pub fn unseal(_sealed: &str) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Nothing is to be forgotten.
pub fn forget(_sealed: &str) {}
