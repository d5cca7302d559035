//! Windows: the tree of devices (`SetupAPI`), and what hubs, HID collections and
//! screens say beyond it.

mod battery;
mod hid;
mod hub;
mod lid;
mod requests;
mod screens;
mod set;

use crate::host::Node;
use set::Set;
use std::io;

/// The most devices told of one enumerator.
const MOST: usize = 2048;

/// The devices of an enumerator that are there now.
pub fn nodes(kind: &str) -> io::Result<Vec<Node>> {
    let mut nodes = Set::of_enumerator(kind)?.nodes(MOST);
    nodes.sort_by(|one, other| one.id.cmp(&other.id));
    match kind {
        "USB" => hub::describe(&mut nodes),
        "HID" => hid::describe(&mut nodes),
        "DISPLAY" => screens::describe(&mut nodes),
        "ACPI" => {
            battery::describe(&mut nodes);
            lid::describe(&mut nodes);
        }
        _ => {}
    }
    Ok(nodes)
}

/// As Windows takes texts: UTF-16, with a zero at its end and none before.
fn wide(text: &str) -> Vec<u16> {
    text.encode_utf16().filter(|&unit| unit != 0).chain([0]).collect()
}

/// A text of Windows up to its zero.
fn narrow(units: &[u16]) -> String {
    let end = units.iter().position(|&unit| unit == 0).unwrap_or(units.len());
    String::from_utf16_lossy(units.get(..end).unwrap_or_default())
}
