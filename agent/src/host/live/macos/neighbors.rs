//! macOS: the machines on its networks.

use crate::host::NeighborRow;
use std::io;

/// The machines on its networks.
pub fn neighbors() -> io::Result<Vec<NeighborRow>> {
    Err(io::ErrorKind::Unsupported.into())
}
