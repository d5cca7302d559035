//! Windows: the network interfaces.

use super::adapters::Adapter;
use super::adapters::adapters;
use crate::host::LinkRow;
use std::io;

/// The network interfaces that have to do with IP, in order of their numbers.
pub fn links() -> io::Result<Vec<LinkRow>> {
    let mut rows: Vec<LinkRow> = adapters()?.into_iter().filter_map(row).collect();
    rows.sort();
    Ok(rows)
}

/// `None` for one whose type is none of IANA's.
fn row(adapter: Adapter) -> Option<LinkRow> {
    let said = |text: String| Some(text).filter(|text| !text.is_empty());
    Some(LinkRow {
        index: adapter.index,
        name: adapter.name,
        kind: None,
        description: said(adapter.description),
        domain: said(adapter.domain),
        layer: adapter.kind.try_into().ok()?,
        up: adapter.up,
        mtu: Some(adapter.mtu).filter(|&mtu| mtu != u32::MAX && mtu != 0),
    })
}
