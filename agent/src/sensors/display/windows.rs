//! Displays as Windows' device tree has them; it keeps the EDID of each in the
//! registry.

use super::Connector;
use super::Found;
use super::count_externals;
use super::edid;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::sensors::Blind;
use std::io;

/// Where Windows keeps what it knows of devices.
const TREE: &str = "HKLM\\SYSTEM\\CurrentControlSet\\Enum";

/// Makers of laptops' panels that make no monitors, by their Plug and Play ids.
const PANELS: [&str; 14] = [
    "AUO", "BOE", "CMN", "CSO", "CSW", "INL", "IVO", "KDB", "LGD", "LPL", "NCP", "SDC", "SHP",
    "TMX",
];

pub(super) fn connectors(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let nodes = host.nodes("DISPLAY").map_err(Blind::at(TREE))?;
    let found = nodes.iter().map(|node| connector(host, node));
    let mut found = found.collect::<Result<Vec<Found>, Blind>>()?;
    count_externals(&mut found);
    Ok(found)
}

/// Of `DISPLAY\LNX7773\5&1A2B3C&0&UID4353`, the last part stays when another display
/// is plugged in there. One that may not be read makes the look fail.
fn connector(host: &dyn Host, node: &Node) -> Result<Found, Blind> {
    let source = format!("{TREE}\\{}\\Device Parameters", node.id);
    let port = node.id.rsplit('\\').next().unwrap_or_default();
    let mut connector = Connector {
        connector: port.rsplit('&').next().unwrap_or_default().to_owned(),
        status: "connected".to_owned(),
        ..Connector::default()
    };
    let edid = match host.registry(&source) {
        Ok(key) => key.values.get("EDID").and_then(Property::bytes).unwrap_or_default(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(Blind::at(&source)(error)),
    };
    if !edid.is_empty() {
        connector.describe(&edid);
    }
    let technology = node.properties.get("OutputTechnology").and_then(Property::number);
    connector.internal = technology.and_then(is_internal).or_else(|| {
        if edid::is_external(&edid) {
            return Some(false);
        }
        connector.pnp_id.as_deref().map(|maker| PANELS.contains(&maker)).filter(|&it| it)
    });
    Ok(Found { port: port.to_owned(), source, connector })
}

/// `DISPLAYCONFIG_VIDEO_OUTPUT_TECHNOLOGY`: LVDS, embedded DisplayPort, embedded UDI
/// and what is only called internal. `None` for what says nothing.
fn is_internal(technology: i64) -> Option<bool> {
    match technology & 0xffff_ffff {
        6 | 11 | 13 | 0x8000_0000 => Some(true),
        0xffff_ffff => None,
        _ => Some(false),
    }
}
