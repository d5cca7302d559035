//! Windows: the network interfaces.

use crate::host::LinkRow;
use std::io;

/// The network interfaces.
pub fn links() -> io::Result<Vec<LinkRow>> {
    Err(io::ErrorKind::Unsupported.into())
}
