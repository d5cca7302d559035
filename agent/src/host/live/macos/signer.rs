//! macOS: who has signed a program.

use crate::host::SignerRow;
use std::io;

/// Who has signed a program.
pub fn signer(_path: &str) -> io::Result<SignerRow> {
    Err(io::ErrorKind::Unsupported.into())
}
