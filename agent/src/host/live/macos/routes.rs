//! macOS: the ways packets may take.

use super::kernel::table;
use crate::host::RouteRow;
use crate::host::live::tables::darwin::routes::rows;
use std::io;

/// The ways packets may take to other machines, in order.
pub fn routes() -> io::Result<Vec<RouteRow>> {
    Ok(rows(&table(0, libc::NET_RT_DUMP2, 0)?))
}
