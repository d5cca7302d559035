//! Windows: the ways packets may take.

use crate::host::RouteRow;
use std::io;

/// The ways packets may take.
pub fn routes() -> io::Result<Vec<RouteRow>> {
    Err(io::ErrorKind::Unsupported.into())
}
