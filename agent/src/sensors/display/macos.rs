//! Displays as macOS' I/O Registry has them: the frame buffers of Apple's own
//! chips tell parts of the EDID, those of Intel's all of it.

use super::Connector;
use super::Found;
use super::count_externals;
use crate::host::Host;
use crate::host::Node;
use crate::host::Property;
use crate::sensors::Blind;
use std::collections::BTreeMap;

/// Frame buffers of Apple's own chips.
const BUFFERS: &str = "IOMobileFramebuffer";

/// Displays on Intel's.
const DISPLAYS: &str = "IODisplayConnect";

pub(super) fn connectors(host: &dyn Host) -> Result<Vec<Found>, Blind> {
    let buffers = host.nodes(BUFFERS).map_err(Blind::at(BUFFERS));
    let displays = host.nodes(DISPLAYS).map_err(Blind::at(DISPLAYS));
    let (buffers, displays) = match (buffers, displays) {
        (Err(Blind::Absent), displays) => (Vec::new(), displays?),
        (buffers, Err(Blind::Absent)) => (buffers?, Vec::new()),
        (buffers, displays) => (buffers?, displays?),
    };
    let mut found: Vec<Found> =
        buffers.iter().map(buffer).chain(displays.iter().filter_map(display)).collect();
    count_externals(&mut found);
    Ok(found)
}

/// A frame buffer without attributes has no display.
fn buffer(node: &Node) -> Found {
    let attributes = tree(&node.properties, "DisplayAttributes");
    let product = attributes.and_then(|attributes| tree(attributes, "ProductAttributes"));
    let external = node.properties.get("external").and_then(Property::number);
    let port = last(&node.id);
    let mut connector = Connector {
        connector: port.to_owned(),
        status: if product.is_some() { "connected" } else { "disconnected" }.to_owned(),
        internal: external.map(|external| external == 0),
        ..Connector::default()
    };
    if let Some(product) = product {
        describe(&mut connector, product);
    }
    if let Some(edid) = node.properties.get("EDID").and_then(Property::bytes) {
        connector.describe(&edid);
    }
    Found { port: port.to_owned(), source: node.id.clone(), connector }
}

/// What there is of the EDID without its bytes.
fn describe(connector: &mut Connector, product: &BTreeMap<String, Property>) {
    let text = |name: &str| {
        let text = product.get(name)?.text()?.trim();
        Some(text.to_owned()).filter(|text| !text.is_empty())
    };
    let number = |name: &str| product.get(name)?.number();
    connector.pnp_id = text("ManufacturerID");
    connector.product_code = number("ProductID").map(|code| format!("{:04x}", code & 0xffff));
    let serial = number("SerialNumber").filter(|&serial| serial != 0);
    connector.serial_number = serial.map(|serial| format!("{:08x}", serial & 0xffff_ffff));
    connector.name = text("ProductName");
    connector.serial = text("AlphanumericSerialNumber");
    connector.week = number("WeekOfManufacture").filter(|week| (1..=54).contains(week));
    connector.year = number("YearOfManufacture").filter(|&year| year > 1990);
}

/// `None` for what has no EDID, which is no display.
fn display(node: &Node) -> Option<Found> {
    let edid = node.properties.get("IODisplayEDID")?.bytes()?;
    let mut connector = Connector {
        connector: last(&node.id).to_owned(),
        status: "connected".to_owned(),
        // The panel's back light is Apple's to drive.
        internal: Some(node.id.contains("AppleBacklightDisplay")),
        ..Connector::default()
    };
    connector.describe(&edid);
    Some(Found { port: node.id.clone(), source: node.id.clone(), connector })
}

fn tree<'a>(
    properties: &'a BTreeMap<String, Property>,
    name: &str,
) -> Option<&'a BTreeMap<String, Property>> {
    if let Some(Property::Tree(tree)) = properties.get(name) { Some(tree) } else { None }
}

/// The frame buffer's own name, such as `dispext0@70000000`.
fn last(path: &str) -> &str {
    let parts = path.rsplit('/').map(|part| part.split(':').next().unwrap_or(part));
    let mut named = parts.filter(|part| part.contains('@'));
    named.next().unwrap_or(path)
}

/// Takes out serial numbers among attributes.
pub(super) fn blank(name: &str, value: &mut Property) {
    if name == "DisplayAttributes"
        && let Property::Tree(attributes) = value
        && let Some(Property::Tree(product)) = attributes.get_mut("ProductAttributes")
    {
        product.remove("SerialNumber");
        product.remove("AlphanumericSerialNumber");
    }
}
