//! Displays: what is connected, and what its EDID says.

pub mod edid;
pub mod modes;
mod claim;
mod cta;
mod linux;
mod windows;
mod macos;
#[cfg(test)]
mod tests;

use super::Blind;
use super::Sensor;
use super::observe;
use super::sha256;
use crate::host::Bytes;
use crate::host::Host;
use crate::host::Platform;
use crate::host::Property;
use crate::host::Recording;
use model::Observation;
use serde::Serialize;

/// Looks at the display connectors.
pub struct Display;

/// A connector and what the EDID of the display on it says (VESA E-EDID 1.4
/// §3). Without an EDID only the connector's own fields are there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Connector {
    /// The connector's name, such as `HDMI-A-1`; on Windows and macOS what they number
    /// it by.
    pub connector: String,
    /// `connected`, `disconnected` or `unknown`.
    pub status: String,
    /// True for a laptop's own panel (eDP, LVDS, DSI); nothing where that is not known.
    pub internal: Option<bool>,
    /// True if this is the only external display: nothing is connected to another
    /// external connector. Nothing for a connector without a display, and for the
    /// laptop's own panel.
    pub only_external: Option<bool>,
    /// The manufacturer's Plug and Play id, such as `LNX`.
    pub pnp_id: Option<String>,
    /// The product code, four hexadecimal digits such as `7773`.
    pub product_code: Option<String>,
    /// The 32-bit serial number, eight hexadecimal digits such as `01010101`;
    /// nothing if it is zero, which means there is none.
    pub serial_number: Option<String>,
    /// The display product name descriptor (tag FC).
    pub name: Option<String>,
    /// The display product serial number descriptor (tag FF).
    pub serial: Option<String>,
    /// The alphanumeric data string descriptors (tag FE).
    pub strings: Vec<String>,
    /// Week of manufacture, 1 to 54; nothing where the EDID gives none or a model year.
    pub week: Option<i64>,
    /// Year of manufacture, or model year.
    pub year: Option<i64>,
    /// Width of the picture in cm; nothing where the EDID does not say.
    pub width: Option<i64>,
    /// Height of the picture in cm; nothing where the EDID does not say.
    pub height: Option<i64>,
    /// The progressive mode with most pixels the EDID offers, and of those the one
    /// with the highest refresh rate, such as `1920x1200@60`.
    pub highest_mode: Option<String>,
    /// True if the name claims a picture above 1920x1200 (`4K`, `QHD`) and the
    /// EDID offers none. Nothing where the name claims none, the socket is analog,
    /// or not all modes can be known.
    pub short_of_name: Option<bool>,
    /// The length of the EDID in bytes.
    pub edid_length: Option<i64>,
    /// The SHA-256 of the whole EDID, in hexadecimal.
    pub edid_hash: Option<String>,
    /// The SHA-256 of the EDID with the identity fields zeroed: what stays when
    /// a display is renamed. Bytes 8 to 17 and, in each 18-byte descriptor with
    /// tag FF, FC or FE, bytes 5 to 17 are zeroed, as is the last byte of each block.
    pub shape_hash: Option<String>,
}

impl Connector {
    /// Takes in an EDID. Of one that does not begin like an EDID, or is cut off
    /// before the end of its base block, only length and hash are facts.
    fn describe(&mut self, bytes: &[u8]) {
        self.edid_length = i64::try_from(bytes.len()).ok();
        self.edid_hash = Some(sha256(bytes));
        let Some(edid) = edid::decode(bytes) else {
            return;
        };
        self.shape_hash = Some(edid::shape_hash(bytes));
        self.pnp_id = edid.pnp_id;
        self.product_code = Some(format!("{:04x}", edid.product_code));
        self.serial_number = edid.serial_number.map(|number| format!("{number:08x}"));
        self.name = edid.name;
        self.serial = edid.serial;
        self.strings = edid.strings;
        self.week = edid.week.map(i64::from);
        self.year = edid.year.map(i64::from);
        self.width = edid.size.map(|(width, _)| width.into());
        self.height = edid.size.map(|(_, height)| height.into());
        self.highest_mode = edid.highest_mode.map(|mode| mode.to_string());
        self.short_of_name = edid.short_of_name;
    }
}

/// A connector and where it was found.
struct Found {
    port: String,
    source: String,
    connector: Connector,
}

impl Found {
    fn observe(&self) -> Observation {
        observe("display", &self.port, &self.source, &self.connector)
    }
}

/// Tells of each external display whether it is the only one. A connector whose
/// status is unknown may have one, and so may one that may be the laptop's own panel.
fn count_externals(found: &mut [Found]) {
    let external =
        |it: &Found| it.connector.internal != Some(true) && it.connector.status != "disconnected";
    let externals = found.iter().filter(|&it| external(it)).count();
    let unknown = found.iter().filter(|it| it.connector.internal.is_none()).count();
    for it in found {
        let is_connected = external(it) && it.connector.status == "connected";
        let is_told = it.connector.internal.is_some() && (unknown == 0 || externals - unknown > 1);
        if is_connected && is_told {
            it.connector.only_external = Some(externals == 1);
        }
    }
}

impl Sensor for Display {
    fn name(&self) -> &'static str {
        "display"
    }

    fn reads(&self) -> &'static str {
        "the display connectors and the identity (EDID) of what is connected; never the picture"
    }

    fn look(&self, host: &dyn Host) -> Result<Vec<Observation>, Blind> {
        let connectors = match host.platform() {
            Platform::Linux => linux::connectors(host)?,
            Platform::Windows => windows::connectors(host)?,
            Platform::Macos => macos::connectors(host)?,
        };
        Ok(connectors.iter().map(Found::observe).collect())
    }

    fn is_remembered(&self) -> bool {
        true
    }

    fn blank(&self, recording: &mut Recording) {
        for (path, digits) in &mut recording.bytes {
            if path.ends_with("/edid")
                && let Ok(mut edid) = hex::decode(&*digits)
            {
                edid::blank_serial(&mut edid);
                *digits = hex::encode(edid);
            }
        }
        let values = recording.registry.values_mut().flatten();
        let nodes = recording.node.values_mut().flatten().flat_map(|node| &mut node.properties);
        for (name, value) in values.chain(nodes) {
            if ["EDID", "IODisplayEDID"].contains(&name.as_str())
                && let Some(mut edid) = value.bytes()
            {
                edid::blank_serial(&mut edid);
                *value = Property::Bytes(Bytes::of(&edid));
            }
            macos::blank(name, value);
        }
    }

    fn example(&self) -> Observation {
        let text = |text: &str| Some(text.to_owned());
        let connector = Connector {
            connector: "HDMI-A-1".to_owned(),
            status: "connected".to_owned(),
            internal: Some(false),
            only_external: Some(true),
            pnp_id: text("LNX"),
            product_code: text("7773"),
            serial_number: text("01010101"),
            name: text("PiKVM V4 Plus"),
            serial: text("CAFEBABE"),
            strings: vec!["text".to_owned()],
            week: Some(35),
            year: Some(2016),
            width: Some(53),
            height: Some(30),
            highest_mode: text("1920x1200@60"),
            short_of_name: Some(false),
            edid_length: Some(256),
            edid_hash: text("6362475c69aa305c5940f4465cf391bda0beedd5a748aa540dbda1aeaae3c99c"),
            shape_hash: text("44c359e7cc878f3d93b5701ddfa0d5f22515aeac9102c917e10149009f9f7a17"),
        };
        observe("display", "card0-HDMI-A-1", "/sys/class/drm/card0-HDMI-A-1", &connector)
    }
}
