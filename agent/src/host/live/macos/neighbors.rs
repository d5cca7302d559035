//! macOS: the machines on its networks, as its tables of ARP and neighbor
//! discovery have them; no packet is sent. Their names are not known: its
//! resolver's memory is read by no documented call.

use super::kernel::table;
use super::links::links;
use crate::host::NeighborRow;
use crate::host::live::tables::darwin::neighbors::rows;
use std::io;

/// The neighbors, in order of their addresses.
pub fn neighbors() -> io::Result<Vec<NeighborRow>> {
    let links = links()?;
    let mut neighbors = Vec::new();
    for family in [libc::AF_INET, libc::AF_INET6] {
        neighbors.extend(rows(&table(family, libc::NET_RT_FLAGS, libc::RTF_LLINFO)?, &links));
    }
    neighbors.sort();
    Ok(neighbors)
}
