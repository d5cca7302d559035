//! Windows: the sockets of programs.

use crate::host::SocketRow;
use std::io;

/// The sockets of programs.
pub fn sockets() -> io::Result<Vec<SocketRow>> {
    Err(io::ErrorKind::Unsupported.into())
}
