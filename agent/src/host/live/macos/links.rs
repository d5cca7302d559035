//! macOS: the network interfaces.

use super::kernel::table;
use crate::host::LinkRow;
use crate::host::live::tables::darwin::links::rows;
use std::io;

/// The network interfaces, in order of their numbers.
pub fn links() -> io::Result<Vec<LinkRow>> {
    Ok(rows(&table(0, libc::NET_RT_IFLIST2, 0)?))
}
