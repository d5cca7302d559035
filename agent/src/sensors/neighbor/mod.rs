//! Neighbors: what else is on the laptop's networks, as the system's own
//! tables have it. Nothing is sent, and nobody is asked.

#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use crate::host::Host;
use crate::host::NeighborRow;
use crate::host::Platform;
use crate::host::Recording;
use model::Observation;
use serde::Serialize;
use std::collections::BTreeMap;

/// Where the rows come from, for people to read.
const SOURCE: &str = "neighbor table";

/// Looks at the neighbors.
pub struct Neighbor;

/// A neighbor, without the half of its link address that tells it from others
/// of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Near {
    /// The first 28 bits of the link address, such as `48:da:35:6`: the
    /// middle one of the three sizes of block the IEEE gives to makers (MA-M).
    link_prefix: Option<String>,
    /// The first 24 bits, such as `48:da:35` (MA-L).
    maker_prefix: Option<String>,
    /// True if the address was chosen by its owner, not given by a maker: the
    /// locally administered bit (IEEE 802-2014 §8.2.2).
    is_random: Option<bool>,
    /// The `.local` name the system's resolver remembers.
    name: Option<String>,
    /// The interface it was heard on.
    interface: String,
}

impl Sensor for Neighbor {
    fn name(&self) -> &'static str {
        "neighbor"
    }

    fn reads(&self) -> &'static str {
        "which machines this one has spoken with on its networks: address, first half of the link address, name; only those a signature names leave the laptop, and nothing is sent to find them"
    }

    fn needs(&self, platform: Platform) -> Option<&'static str> {
        match platform {
            Platform::Macos => Some("root"),
            Platform::Linux | Platform::Windows => None,
        }
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let rows = host.neighbors().map_err(Blind::at(SOURCE))?;
        Ok(rows.iter().map(near).collect())
    }

    fn example(&self) -> Observation {
        near(&NeighborRow {
            address: "192.168.1.23".to_owned(),
            link: Some("48:da:35:6d:01:02".to_owned()),
            interface: "wlan0".to_owned(),
            name: Some("pikvm.local".to_owned()),
        })
    }

    fn blank(&self, recording: &mut Recording) {
        blank(recording);
    }
}

/// Of the link addresses in a recording, only the half that is looked at stays.
pub fn blank(recording: &mut Recording) {
    for row in recording.neighbor.iter_mut().flatten() {
        let link = row.link.as_deref().and_then(bytes);
        row.link = link.map(|[a, b, c, d, ..]| text([a, b, c, d & 0xf0, 0, 0]));
    }
}

/// Keeps of a recording's neighbors those whose observation is wanted, and of
/// them nothing of a person: addresses become numbered placeholders, and a name
/// stays only if it alone is what is wanted.
pub fn keep(rows: &mut Vec<NeighborRow>, wanted: impl Fn(&Observation) -> bool) {
    rows.retain(|row| wanted(&near(row)));
    let mut numbers = BTreeMap::new();
    for row in rows {
        let next = numbers.len() + 1;
        let number = numbers.entry(row.address.clone()).or_insert(next);
        row.address = format!("neighbor {number}");
        if !wanted(&near(&NeighborRow { link: None, ..row.clone() })) {
            row.name = None;
        }
    }
}

fn near(row: &NeighborRow) -> Observation {
    let link = row.link.as_deref().and_then(bytes);
    let maker = link.map(|[a, b, c, ..]| format!("{a:02x}:{b:02x}:{c:02x}"));
    let facts = Near {
        link_prefix: link.zip(maker.as_ref()).map(|(link, maker)| {
            let [.., fourth, _, _] = link;
            format!("{maker}:{:x}", fourth >> 4)
        }),
        maker_prefix: maker,
        is_random: link.map(|[first, ..]| first & 2 != 0),
        name: row.name.clone(),
        interface: row.interface.clone(),
    };
    observe("neighbor", &row.address, SOURCE, &facts)
}

/// A link address as text: lower case, colons between the bytes.
pub fn text(link: [u8; 6]) -> String {
    link.map(|byte| format!("{byte:02x}")).join(":")
}

/// `None` unless the text is six bytes in hexadecimal with colons between them.
pub fn bytes(link: &str) -> Option<[u8; 6]> {
    let is_byte = |byte: &&str| byte.len() == 2 && byte.bytes().all(|one| one.is_ascii_hexdigit());
    let parts = link.split(':').map(|byte| Some(byte).filter(is_byte));
    let bytes: Option<Vec<u8>> = parts.map(|byte| u8::from_str_radix(byte?, 16).ok()).collect();
    bytes?.try_into().ok()
}
