//! macOS: the tree of devices.

use crate::host::Node;
use std::io;

/// The tree of devices.
pub fn nodes(_kind: &str) -> io::Result<Vec<Node>> {
    Err(io::ErrorKind::Unsupported.into())
}
