//! macOS: what keeps the machine awake.

use crate::host::WakeRow;
use std::io;

/// What keeps the machine awake.
pub fn wakers() -> io::Result<Vec<WakeRow>> {
    Err(io::ErrorKind::Unsupported.into())
}
